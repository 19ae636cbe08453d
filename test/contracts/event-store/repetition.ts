// An append whose answer was lost is repeated: the same ids in the same order succeed again and
// write nothing, whatever happened since. Anything else at an old revision is a conflict.
import { expect } from 'vitest'
import type { ExpectedRevision, NewEvent } from '../../../src/event-store/event-store.ts'
import {
  append,
  appended,
  newEvent,
  newEvents,
  newStream,
  revision,
  run,
  streamOf,
  wholeStream,
  type Check,
} from './kit.ts'

export const repetitionContract = (check: Check): void => {
  check(
    'an exact repeat is answered as the first time, and writes nothing',
    async ({ store, second }) => {
      const stream = newStream()
      let head: ExpectedRevision = 'none'
      for (const events of [newEvents(2), newEvents(1), newEvents(3)]) {
        const first = await append(store, stream, head, events)
        const stored = await wholeStream(store, stream)
        expect(stored.at(-1)?.revision).toBe(appended(first).revision)
        expect(await append(store, stream, head, events)).toEqual(first)
        expect(await append(second, stream, head, events)).toEqual(first)
        expect(await wholeStream(store, stream)).toEqual(stored)
        head = appended(first).revision
      }
    },
  )

  check('an exact repeat is recognised after the stream has grown', async ({ store }) => {
    const stream = newStream()
    const created = newEvents(2)
    const grown = newEvents(2)
    const first = await append(store, stream, 'none', created)
    const next = await append(store, stream, revision(1), grown)
    await append(store, stream, revision(3), newEvents(5))

    expect(await append(store, stream, 'none', created)).toEqual(first)
    expect(await append(store, stream, revision(1), grown)).toEqual(next)
    expect(await wholeStream(store, stream)).toHaveLength(9)
  })

  check('a repeat overtaking its original lands once', async ({ store, second }) => {
    for (let round = 0; round < 10; round += 1) {
      const stream = await streamOf(store, newEvents(1))
      const events = newEvents(2)
      const outcomes = await Promise.all(
        [store, second, store].map((writer) => append(writer, stream, revision(0), events)),
      )
      expect(outcomes).toEqual([outcomes[0], outcomes[0], outcomes[0]])
      expect(appended(outcomes[0]).revision).toBe(2)
      expect(await wholeStream(store, stream)).toHaveLength(3)
    }
  })

  const different: readonly (readonly [string, (events: readonly NewEvent[]) => NewEvent[]])[] = [
    ['another order', (events) => [...events].reverse()],
    ['other ids', () => [newEvent(), newEvent()]],
    ['one other id at the end', ([first]) => [first ?? newEvent(), newEvent()]],
    ['one event more', (events) => [...events, newEvent()]],
  ]
  for (const [name, change] of different) {
    check(`${name} at an old revision is a conflict`, async ({ store }) => {
      const stream = await streamOf(store, newEvents(1))
      const events = newEvents(2)
      await append(store, stream, revision(0), events)

      const changed = change(events)

      expect(await append(store, stream, revision(0), changed)).toEqual({
        type: 'Conflict',
        actual: 2,
      })
      expect(await wholeStream(store, stream)).toHaveLength(3)
    })
  }

  check('a repeat stands beside appends and conflicts in one call', async ({ store }) => {
    const [again, grows, stale] = [newStream(), newStream(), newStream()]
    const events = newEvents(2)
    const first = await append(store, again, 'none', events)
    await streamOf(store, newEvents(1), grows)
    await streamOf(store, newEvents(1), stale)

    const outcomes = await run(
      store.append([
        { stream: again, expected: 'none', events },
        { stream: grows, expected: revision(0), events: newEvents(1) },
        { stream: stale, expected: 'none', events: newEvents(1) },
      ]),
    )

    expect(outcomes[0]).toEqual(first)
    expect(outcomes[1]).toMatchObject({ type: 'Appended', revision: 1 })
    expect(outcomes[2]).toEqual({ type: 'Conflict', actual: 0 })
  })
}
