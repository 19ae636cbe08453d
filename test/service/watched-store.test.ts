// A store that can be read and not written is told from one that is well.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { streamNameOf } from '../../src/event-store/checked.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { watchAppends } from '../../src/service/watched-store.ts'

test('what keeps events from being written is told until it passes, or until nobody tries', async () => {
  let full = false
  let now = 0
  const said: string[] = []
  const { store } = createMemoryEventStore({
    now: () => now,
    faults: { append: () => (full ? 'unavailable' : 'none') },
  })
  const say = (_: object, message: string): void => void said.push(message)
  const watched = watchAppends(store, { log: { warn: say, info: say }, now: () => now })
  const append = () =>
    watched.store.append([
      {
        ...{ stream: streamNameOf('task-a/b/c'), expected: 'any' },
        events: [{ id: randomUUID(), type: 'T', data: {}, metadata: {} }],
      },
    ])()
  await append()
  expect(watched.problem()).toBe(null)
  full = true
  await append()
  await append()
  expect(watched.problem()).toBe('the answer to an append was lost')
  expect(said).toEqual(['events cannot be written; trying again'])
  full = false
  await append()
  expect(watched.problem()).toBe(null)
  expect(said).toEqual(['events cannot be written; trying again', 'events can be written again'])
  full = true
  await append()
  now += 60_000
  expect(watched.problem()).toBe(null)
})
