// Tasks whose next fire lies further ahead than is held in memory, while the log is followed late and
// the clock is set: none is forgotten, and none is begun again and again.
import { expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { RecallPolicy } from '../../src/domain/task/definition.ts'
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

const start = async (
  everyMs: number,
  deliveredAfterMs: number,
  policy: Partial<RecallPolicy> = {},
  callMs = 0,
) => {
  const clock = createVirtualClock(startAt)
  const { store, log } = createMemoryEventStore({
    now: () => clock.now(),
    faults: {
      pause: (point) => (point === 'deliver' ? sleep(clock, deliveredAfterMs) : Promise.resolve()),
    },
  })
  const transport = obligingCallee(
    () => clock.now(),
    () => (callMs === 0 ? undefined : sleep(clock, callMs)),
  )
  const onError = (message: string): void => {
    throw new Error(message)
  }
  const agenda = createMemoryAgenda()
  const world = { clock, store, agenda, transport, chance: createChance(1), onError }
  const { commands, newRunId, planningContext } = startProcess(world, 'n')
  await clock.advanceBy(deliveredAfterMs)
  const schedule = every(everyMs, { startAt: instantAt(startAt + 60_000) })
  const plain = definitionOf(schedule)
  const definition = { ...plain, policy: { ...plain.policy, ...policy } }
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

test('a call that outlasts everything held in memory keeps no later fire of its task back', async () => {
  const policy = { timeoutMs: 3_600_000, overlap: 'allow' } as const
  const { clock, countOf } = await start(600_000, 0, policy, 1_500_000)
  await clock.advanceTo(startAt + 60_000 + 12 * 600_000 + 2_000)
  expect(countOf('TaskTriggered')).toBe(13)
})

test('a run that waits for one whose report is far away keeps neither its deadline nor later fires back', async () => {
  const policy = { timeoutMs: 1_200_000, overlap: 'queueOne' } as const
  const { clock, countOf } = await start(300_000, 0, policy, 1_100_000)
  await clock.advanceTo(startAt + 60_000 + 12 * 300_000 + 2_000)
  expect(countOf('TaskTriggered') + countOf('OccurrencesSkipped')).toBe(13)
})
