import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { revisionOf, streamNameOf } from '../../src/event-store/checked.ts'
import type { AppendOutcome, StoreUnavailable } from '../../src/event-store/event-store.ts'
import {
  encodeAppend,
  type EncodedAppend,
} from '../../src/event-store/postgres/append-statement.ts'
import { createGroupCommit } from '../../src/event-store/postgres/group-commit.ts'
import { positionFrom } from '../../src/event-store/postgres/position.ts'
import { newEvents } from '../contracts/event-store/kit.ts'

interface Statement {
  readonly streams: readonly string[]
  readonly answer: () => void
  readonly fail: () => void
}

const fault: StoreUnavailable = { type: 'StoreUnavailable', reason: 'gone', retryable: true }

const outcomeFor = (n: number): AppendOutcome => ({
  type: 'Appended',
  revision: revisionOf(n),
  position: positionFrom(String(n)),
})

/** A group commit whose statements wait until the test answers them. */
const underTest = (lanes: number) => {
  const statements: Statement[] = []
  const commit = createGroupCommit(
    (batch) =>
      new Promise((resolve) => {
        statements.push({
          streams: batch.map(({ stream }) => stream),
          answer: () => resolve(E.right(batch.map(({ expected }) => outcomeFor(expected + 1)))),
          fail: () => resolve(E.left(fault)),
        })
      }),
    lanes,
  )
  return { commit, statements }
}

const to = (stream: string, expected = 0, count = 1): EncodedAppend =>
  encodeAppend({
    stream: streamNameOf(stream),
    expected: revisionOf(expected),
    events: newEvents(count),
  })

const soon = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('appends that meet go in one statement, and each call has its own answers', async () => {
  const { commit, statements } = underTest(1)
  const calls = [[to('a', 1), to('b', 2)], [to('c', 3)], []].map((c) => commit.append(c))
  await soon()
  expect(statements.map((s) => s.streams)).toEqual([['a', 'b', 'c']])
  statements[0]?.answer()
  expect(await Promise.all(calls)).toEqual([
    E.right([outcomeFor(2), outcomeFor(3)]),
    E.right([outcomeFor(4)]),
    E.right([]),
  ])
})

test('a stream is in one statement at a time, and its appends keep their order', async () => {
  const { commit, statements } = underTest(2)
  void commit.append([to('a', 0), to('b', 0)])
  void commit.append([to('a', 1)])
  await soon()
  void commit.append([to('a', 2), to('c', 0)])
  await soon()
  expect(statements.map((s) => s.streams)).toEqual([['a', 'b'], ['c']])
  statements[1]?.answer()
  await soon()
  expect(statements).toHaveLength(2)
  statements[0]?.answer()
  await soon()
  expect(statements.slice(2).map((s) => s.streams)).toEqual([['a']])
  statements[2]?.answer()
  await soon()
  expect(statements.slice(3).map((s) => s.streams)).toEqual([['a']])
})

test('a large call fills the free lanes, a thousand streams to a statement at most', async () => {
  const { commit, statements } = underTest(2)
  const call = commit.append(Array.from({ length: 2_500 }, (_, n) => to(`s${n}`, n)))
  await soon()
  expect(statements.map((s) => s.streams.length)).toEqual([1_000, 1_000])
  statements.forEach((s) => s.answer())
  await soon()
  expect(statements.slice(2).map((s) => s.streams.length)).toEqual([500])
  statements.slice(2).forEach((s) => s.answer())
  expect(await call).toEqual(E.right(Array.from({ length: 2_500 }, (_, n) => outcomeFor(n + 1))))
})

test('what waits for a lane is sent before the callers hear of the last statement', async () => {
  const { commit, statements } = underTest(1)
  const first = commit.append([to('a')])
  await soon()
  void commit.append([to('b')])
  const sentWhenHeard = first.then(() => statements.length)
  statements[0]?.answer()
  expect(await sentWhenHeard).toBe(2)
})

test('the events of a statement are limited, and a larger append goes alone', async () => {
  const { commit, statements } = underTest(1)
  void commit.append([to('a'), to('b', 0, 5_000), to('c')])
  await soon()
  statements[0]?.answer()
  await soon()
  statements[1]?.answer()
  await soon()
  expect(statements.map((s) => s.streams)).toEqual([['a', 'c'], ['b']])
})

test('one unknown outcome makes the call unknown, and leaves other calls alone', async () => {
  const { commit, statements } = underTest(1)
  const torn = commit.append([to('a'), to('b')])
  await soon()
  const waiting = commit.append([to('c', 4)])
  await soon()
  statements[0]?.fail()
  await soon()
  statements[1]?.answer()
  expect(await torn).toEqual(E.left(fault))
  expect(await waiting).toEqual(E.right([outcomeFor(5)]))
})

test('it is drained when nothing waits and nothing is under way', async () => {
  const { commit, statements } = underTest(1)
  await commit.drained()
  void commit.append([to('a', 0)])
  void commit.append([to('a', 1)])
  const drained = { value: false }
  void commit.drained().then(() => (drained.value = true))
  await soon()
  statements[0]?.answer()
  await soon()
  expect(drained.value).toBe(false)
  statements[1]?.answer()
  await soon()
  expect(drained.value).toBe(true)
})
