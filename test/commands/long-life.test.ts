// A task that has lived long is loaded like a young one: what a process reads that knows nothing of it
// depends on when its books were last carried forward, and not on how often it has fired. LONG_LIFE
// says how often; the figure grows with nothing but patience.
import { expect, test } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { add, at, decide, succeeded, task } from '../domain/task/story.ts'
import { runId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { taskCommandsOver } from '../support/task-commands.ts'

const fires = Number(process.env['LONG_LIFE'] ?? 1_500)
const lookEvery = Math.ceil(fires / 100) + 1
/** Books are carried forward after 200 events, and the page that holds them may reach further back. */
const eventsReadMax = 250

const countingReads = (store: EventStore) => {
  let events = 0
  const counting: EventStore = {
    ...store,
    readStream: (stream, options) => async () => {
      const page = await store.readStream(stream, options)()
      events += right(page).length
      return page
    },
  }
  return { store: counting, events: () => events }
}

test(`after ${fires} fires a task is loaded by reading as little as after a hundred`, async () => {
  const { store } = createMemoryEventStore({ now: () => 0 })
  const commands = taskCommandsOver(store)
  const context = { source: 'scheduler', correlationId: 'c' } as const
  right(await commands.handle(add(at(0)), context)())
  const read: number[] = []
  for (let n = 1; n <= fires; n += 1) {
    right(await commands.handle(decide(at(10 * n), runId(n)), context)())
    right(await commands.handle(succeeded(runId(n), at(10 * n + 1)), context)())
    if (n % lookEvery !== 0) continue
    const reads = countingReads(store)
    const { state } = right(await taskCommandsOver(reads.store).load(task)())
    expect(state).toMatchObject({ status: 'Active', trigger: { timesTriggered: n } })
    expect(state.runs.size).toBe(0)
    read.push(reads.events())
  }
  expect(read.length).toBeGreaterThan(90)
  expect(Math.max(...read)).toBeLessThanOrEqual(eventsReadMax)
}, 600_000)
