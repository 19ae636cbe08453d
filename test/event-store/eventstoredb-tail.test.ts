// What is kept of the log for all subscribers of a process: whoever was busy gets all that has gathered,
// in one page, and whoever has fallen behind what is kept is told so.
import { expect, test } from 'vitest'
import { revisionOf, streamNameOf } from '../../src/event-store/checked.ts'
import type { LogPage, RecordedEvent } from '../../src/event-store/event-store.ts'
import { createTail } from '../../src/event-store/eventstoredb/tail.ts'
import { positionAt } from '../../src/event-store/eventstoredb/positions.ts'

const at = (n: number) => positionAt(n, n)
const event = (n: number): RecordedEvent => ({
  ...{ id: '00000000-0000-4000-8000-00000000000a', type: 'Noted', data: null, metadata: null },
  ...{ stream: streamNameOf('task-a'), revision: revisionOf(n), position: at(n), recordedAtMs: n },
})
const never = new AbortController().signal

/** A log that shows its events one by one. */
async function* oneByOne(from: number, to: number): AsyncGenerator<LogPage, void, undefined> {
  for (let n = from; n <= to; n += 1) {
    await Promise.resolve()
    yield { events: [event(n)], through: at(n), atHead: n === to }
  }
}

const grownTo = async (to: number) => {
  const tail = createTail(() => oneByOne(1, to))
  tail.join()
  tail.beginAt(at(0))
  for (let n = 0; n < to; n += 1) await tail.grown(never)
  return tail
}

const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position)

test('what has gathered comes in one page, as far as it goes', async () => {
  const tail = await grownTo(10)
  const all = tail.after(at(2), 100)!
  expect(positionsOf(all.events)).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map(at))
  expect(all).toMatchObject({ through: at(10), atHead: true })
  const some = tail.after(at(2), 3)!
  expect(positionsOf(some.events)).toEqual([3, 4, 5].map(at))
  expect(some).toMatchObject({ through: at(5), atHead: false })
  expect(tail.after(at(10), 3)).toEqual({ events: [], through: at(10), atHead: true })
  expect(tail.after(at(11), 3)).toEqual({ events: [], through: at(11), atHead: false })
})

test('what is no longer kept is for its subscriber to read; the rest goes on without a gap', async () => {
  const tail = await grownTo(17_000)
  expect(tail.after(at(1), 100)).toBeNull()
  const positions: string[] = []
  let place = at(10_000)
  for (;;) {
    const page = tail.after(place, 1_500)!
    if (page.events.length === 0) break
    positions.push(...positionsOf(page.events))
    place = page.through
  }
  expect(positions).toEqual(Array.from({ length: 7_000 }, (_, n) => at(10_001 + n)))
})
