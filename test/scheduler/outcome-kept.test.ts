// What a callee has answered is not lost when the log cannot be read at that moment: it is recorded
// as soon as it can be, and the callee is not called again for it.
import { expect, test } from 'vitest'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import { createChance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { obligingCallee } from '../support/obliging.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const startAt = Date.UTC(2026, 10, 23, 8)

test('an outcome that meets a conflict, and a log that cannot be read then, is recorded all the same', async () => {
  const clock = createVirtualClock(startAt)
  let conflicts = 1
  let readsLost = 0
  const { store, log } = createMemoryEventStore({
    now: () => clock.now(),
    faults: {
      append: ([append]) => {
        const isOutcome = append?.events[0]?.type === 'RecallSucceeded'
        if (!isOutcome || conflicts-- <= 0) return 'none'
        readsLost = 3
        return 'conflict'
      },
      read: () => (readsLost-- > 0 ? 'unavailable' : 'none'),
    },
  })
  let calls = 0
  const transport = obligingCallee(
    () => clock.now(),
    () => void (calls += 1),
  )
  const agenda = createMemoryAgenda()
  const world = {
    clock,
    store,
    agenda,
    transport,
    chance: createChance(1),
    onError: () => undefined,
  }
  const { commands } = startProcess(world, 'n')
  await clock.settle()
  const definition = definitionOf(every(0, { repeatCount: 0, startAt: instantAt(startAt + 1_000) }))
  const issuedAt = instantAt(startAt)
  const add = {
    type: 'AddTask',
    taskId: taskId('once'),
    issuedAt,
    definition,
    replace: false,
  } as const
  right(await commands.handle(add, { source: 'api', correlationId: 'c' })())
  await clock.advanceBy(10_000)
  expect(log().map(({ type }) => type)).toEqual([
    'TaskAdded',
    'TaskTriggered',
    'TaskCompleted',
    'RecallSucceeded',
  ])
  expect(calls).toBe(1)
})
