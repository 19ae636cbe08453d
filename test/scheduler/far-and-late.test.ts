// Tasks whose next fire lies further ahead than is held in memory, while the log is followed late and
// the clock is set: none is forgotten, and none is begun again and again.
import { expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import { createChance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { obligingCallee } from '../support/obliging.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const startAt = Date.UTC(2026, 10, 23, 8)

const start = async (everyMs: number, deliveredAfterMs: number) => {
  const clock = createVirtualClock(startAt)
  const { store, log } = createMemoryEventStore({
    now: () => clock.now(),
    faults: {
      pause: (point) => (point === 'deliver' ? sleep(clock, deliveredAfterMs) : Promise.resolve()),
    },
  })
  const transport = obligingCallee(
    () => clock.now(),
    () => undefined,
  )
  const onError = (message: string): void => {
    throw new Error(message)
  }
  const agenda = createMemoryAgenda()
  const world = { clock, store, agenda, transport, chance: createChance(1), onError }
  const { commands, newRunId, planningContext } = startProcess(world, 'n')
  await clock.advanceBy(deliveredAfterMs)
  const definition = definitionOf(every(everyMs, { startAt: instantAt(startAt + 60_000) }))
  const issuedAt = instantAt(clock.now())
  const add = {
    type: 'AddTask',
    taskId: taskId('far'),
    issuedAt,
    definition,
    replace: false,
  } as const
  right(await commands.handle(add, { source: 'api', correlationId: 'c' })())
  const countOf = (wanted: string): number => log().filter(({ type }) => type === wanted).length
  const triggerNow = async (): Promise<void> => {
    const command = {
      type: 'TriggerTask',
      taskId: taskId('far'),
      issuedAt: instantAt(clock.now()),
      runId: newRunId(),
      context: planningContext(),
    } as const
    right(await commands.handle(command, { source: 'api', correlationId: 'now' })())
  }
  return { clock, countOf, triggerNow }
}

test('a task that fires about as often as the table is read fires for hours, though the log is followed late', async () => {
  const { clock, countOf } = await start(61_000, 1_500)
  await clock.advanceTo(startAt + 60_000 + 120 * 61_000 + 2_000)
  expect(countOf('TaskTriggered')).toBe(121)
})

test('after the clock was set back by an hour, a run is taken over from oneself no more than once', async () => {
  const { clock, countOf, triggerNow } = await start(10_000, 0)
  await clock.advanceBy(65_000)
  clock.stepWall(-3_600_000)
  await triggerNow()
  await clock.advanceBy(3_660_000)
  expect(countOf('RecallTakenOver')).toBeLessThanOrEqual(1)
  expect(countOf('RecallSucceeded')).toBe(countOf('TaskTriggered'))
})
