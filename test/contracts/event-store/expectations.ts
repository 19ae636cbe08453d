// Every expected revision against every state a stream can be in: the table the whole design rests
// on. Exactly the head, `none` on a stream that never was, and `any` append; all else conflicts.
import { expect } from 'vitest'
import type {
  EventStore,
  ExpectedRevision,
  StreamName,
} from '../../../src/event-store/event-store.ts'
import {
  append,
  idsOf,
  newEvents,
  newStream,
  revision,
  run,
  streamOf,
  wholeStream,
  type Check,
} from './kit.ts'

interface StreamState {
  readonly name: string
  readonly head: number | null
  readonly remaining: number
  readonly build: (store: EventStore) => Promise<StreamName>
}

const truncated = async (store: EventStore, count: number, before: number): Promise<StreamName> => {
  const stream = await streamOf(store, newEvents(count))
  await run(store.truncate(stream, revision(before)))
  return stream
}

const states: readonly StreamState[] = [
  { name: 'a stream that never was', head: null, remaining: 0, build: async () => newStream() },
  {
    name: 'a stream of one event',
    head: 0,
    remaining: 1,
    build: (store) => streamOf(store, newEvents(1)),
  },
  {
    name: 'a stream of three events',
    head: 2,
    remaining: 3,
    build: (store) => streamOf(store, newEvents(3)),
  },
  {
    name: 'a stream truncated in part',
    head: 2,
    remaining: 1,
    build: (store) => truncated(store, 3, 2),
  },
  {
    name: 'a stream truncated to nothing',
    head: 2,
    remaining: 0,
    build: (store) => truncated(store, 3, 3),
  },
]

const expectations: readonly ExpectedRevision[] = [
  'none',
  'any',
  ...[0, 1, 2, 3, 4, 1_000].map(revision),
]

const accepts = (head: number | null, expected: ExpectedRevision): boolean =>
  expected === 'any' || (expected === 'none' ? head === null : expected === head)

export const expectationContract = (check: Check): void => {
  for (const state of states) {
    for (const expected of expectations) {
      const verdict = accepts(state.head, expected) ? 'appends' : 'conflicts'
      check(`${state.name}, expecting ${expected}: ${verdict}`, async ({ store }) => {
        const stream = await state.build(store)
        const before = await wholeStream(store, stream)
        expect(before).toHaveLength(state.remaining)

        const events = newEvents(2)
        const outcome = await append(store, stream, expected, events)

        const after = await wholeStream(store, stream)
        if (verdict === 'appends') {
          const first = (state.head ?? -1) + 1
          expect(outcome).toMatchObject({ type: 'Appended', revision: first + 1 })
          expect(idsOf(after)).toEqual([...idsOf(before), ...idsOf(events)])
          expect(after.slice(-2).map((e) => e.revision)).toEqual([first, first + 1])
        } else {
          expect(outcome).toEqual({ type: 'Conflict', actual: state.head })
          expect(after).toEqual(before)
        }
      })
    }
  }
}
