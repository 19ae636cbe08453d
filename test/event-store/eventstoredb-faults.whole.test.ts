// What networks and clusters do to appends: the answer is lost, late, given twice or never, the node
// is not the leader, the server dies and comes back. Whatever happens, what was acknowledged is
// there, nothing is there twice, and the store goes on by itself.
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.ts'
import type { EventStore, StreamName } from '../../src/event-store/event-store.ts'
import {
  append,
  appended,
  category,
  follow,
  idsOf,
  newEvents,
  newStream,
  revision,
  run,
  wholeStream,
} from '../contracts/event-store/kit.ts'
import {
  startFaultProxy,
  type AnswerFault,
  type FaultProxy,
} from '../support/eventstoredb/fault-proxy.ts'
import { startSmallEventStoreDb, type SmallEventStoreDb } from '../support/eventstoredb/server.ts'

let server: SmallEventStoreDb
let proxy: FaultProxy
let opened: EventStore[]

beforeEach(async () => {
  server = await startSmallEventStoreDb()
  proxy = await startFaultProxy(server)
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  proxy.stop()
  server.kill()
})

const open = (options: Partial<EventStoreDbOptions> = {}): EventStore => {
  const store = createEventStoreDbEventStore({ url: proxy.url, patienceMs: 60_000, ...options })
  opened.push(store)
  return store
}

/** The fault at every nth question, nothing in between. */
const every = <T extends string>(nth: number, fault: T): (() => T | 'none') => {
  let asked = 0
  return () => {
    asked += 1
    return asked % nth === 0 ? fault : 'none'
  }
}

/** Several events one after the other on each of several streams; the ids that must be there. */
const growStreams = async (store: EventStore, streams: readonly StreamName[], rounds: number) => {
  const expected = new Map<StreamName, readonly string[]>()
  for (let round = 0; round < rounds; round += 1) {
    const appends = streams.map((stream) => ({
      stream,
      expected: round === 0 ? ('none' as const) : revision(2 * round - 1),
      events: newEvents(2),
    }))
    const outcomes = await run(store.append(appends))
    for (const [n, { stream, events }] of appends.entries()) {
      expect(appended(outcomes[n]).revision).toBe(2 * round + 1)
      expected.set(stream, [...(expected.get(stream) ?? []), ...idsOf(events)])
    }
  }
  return expected
}

const expectExactly = async (
  store: EventStore,
  expected: ReadonlyMap<StreamName, readonly string[]>,
) => {
  for (const [stream, ids] of expected) expect(idsOf(await wholeStream(store, stream))).toEqual(ids)
}

describe('an append whose answer', () => {
  const cases: readonly (readonly [string, AnswerFault, number, number])[] = [
    ['is cut off with the connection lands once and is acknowledged', 'cut', 37, 5_000],
    ['comes after the time-out lands once and is acknowledged', 'late', 23, 250],
    ['comes twice is acknowledged once', 'twice', 2, 5_000],
    ['never comes lands once and is acknowledged', 'never', 23, 250],
  ]
  for (const [name, fault, nth, answerTimeoutMs] of cases) {
    test(name, async () => {
      const store = open({ answerTimeoutMs })
      proxy.faults = { answer: every(nth, fault) }
      const expected = await growStreams(
        store,
        Array.from({ length: 40 }, () => newStream()),
        5,
      )
      proxy.faults = {}
      await expectExactly(store, expected)
      expect(server.log.events).toHaveLength(40 * 5 * 2)
    })
  }
})

test('an append refused by a node that is not the leader goes to the leader', async () => {
  const leader = await startFaultProxy(server)
  try {
    proxy.faults = { refuse: () => leader.port }
    const store = open()
    const expected = await growStreams(
      store,
      Array.from({ length: 20 }, () => newStream()),
      3,
    )
    await expectExactly(store, expected)
    expect(server.log.events).toHaveLength(120)
  } finally {
    leader.stop()
  }
})

test('an unknown outcome is told as such, and the exact repeat is answered as the first time', async () => {
  const impatient = open({ patienceMs: 0, answerTimeoutMs: 100 })
  const stream = newStream()
  const events = newEvents(2)
  proxy.faults = { answer: () => 'never' }
  const unknown = await impatient.append([{ stream, expected: 'none', events }])()
  expect(unknown).toMatchObject(E.left({ type: 'StoreUnavailable', retryable: true }))

  proxy.faults = {}
  const other = open()
  await append(other, stream, revision(1), newEvents(3))
  const recorded = await wholeStream(other, stream)
  expect(await append(impatient, stream, 'none', events)).toEqual({
    type: 'Appended',
    revision: 1,
    position: recorded[1]?.position,
  })
  expect(await wholeStream(other, stream)).toEqual(recorded)
})

test('a repeat of events that were truncated since is told where they are', async () => {
  const store = open()
  const stream = newStream()
  const events = newEvents(2)
  const first = await append(store, stream, 'none', events)
  await append(store, stream, revision(1), newEvents(2))
  for (const before of [3, 4]) {
    await run(store.truncate(stream, revision(before)))
    expect(await append(store, stream, 'none', events)).toEqual(first)
  }
})

test('an append that expects `any` is not repeated behind its back', async () => {
  const store = open()
  const stream = newStream()
  proxy.faults = { answer: () => 'cut' }
  const unknown = await store.append([{ stream, expected: 'any', events: newEvents(1) }])()
  expect(unknown).toMatchObject(E.left({ type: 'StoreUnavailable', retryable: true }))
  proxy.faults = {}
  expect(await wholeStream(store, stream)).toHaveLength(1)
})

test('what the server will never take is said to be too large', async () => {
  const store = open()
  const large = [{ ...newEvents(1)[0]!, data: 'x'.repeat(1_100_000) }]
  expect(await store.append([{ stream: newStream(), expected: 'none', events: large }])()).toEqual(
    E.right([{ type: 'TooLarge' }]),
  )
  expect(appended(await append(store, newStream(), 'none', newEvents(1))).revision).toBe(0)
})

test('a server that stays away makes the store unavailable, until it is back', async () => {
  const store = open({ patienceMs: 200 })
  const stream = newStream()
  await append(store, stream, 'none', newEvents(1))
  server.kill()
  const down = E.left({ type: 'StoreUnavailable', retryable: true })
  expect(await store.head()()).toMatchObject(down)
  expect(await store.readStream(stream, { direction: 'forwards', limit: 1 })()).toMatchObject(down)
  const appends = [{ stream, expected: revision(0), events: newEvents(1) }]
  expect(await store.append(appends)()).toMatchObject(down)
  await server.start()
  const back = open()
  expect(await run(back.append(appends))).toMatchObject([{ type: 'Appended', revision: 1 }])
})

test('a server killed again and again under load loses nothing and doubles nothing', async () => {
  const store = open()
  const of = category()
  const follower = follow(open(), { after: null, prefixes: [`${of}-`], limit: 100 })
  const progress = { isDone: false }
  const load = Promise.all(
    Array.from({ length: 8 }, () => {
      const streams = Array.from({ length: 10 }, () => newStream(of))
      return growStreams(store, streams, 25)
    }),
  ).finally(() => (progress.isDone = true))

  for (let kills = 0; kills < 6 && !progress.isDone; kills += 1) {
    const before = server.log.events.length
    await grown(server, before + 300, () => progress.isDone)
    server.kill()
    await server.start()
  }

  const expected = new Map((await load).flatMap((streams) => [...streams]))
  await expectExactly(store, expected)
  expect(server.log.events).toHaveLength(8 * 10 * 25 * 2)
  await follower.until(() => follower.events().length >= 8 * 10 * 25 * 2)
  await follower.stop()
  expect(idsOf(follower.events())).toEqual(server.log.events.map(({ id }) => id))
})

const grown = (of: SmallEventStoreDb, count: number, orElse: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (of.log.events.length < count && !orElse()) return
      stop()
      resolve()
    }
    const stop = of.log.watch(() => setImmediate(look))
    look()
  })
