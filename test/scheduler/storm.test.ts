// A day's outage, met by the scheduler at once and on the real clock: what is caught up is bounded,
// what is on time goes first, and the event loop goes on turning. Turns are measured by what is recorded
// in them, so that a busy machine does not matter.
import { expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import { RunId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { sleep, systemClock } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import { allShares } from '../../src/scheduler/ownership/shares.ts'
import { createScheduler } from '../../src/scheduler/scheduler.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { obligingCallee } from '../support/obliging.ts'

const dayMs = 86_400_000
const tasks = 1_000
/** Of them, those whose misfire instruction wants everything that was missed. */
const greedy = 100
const catchUpMax = 50
const eventsInTurnMax = 1_500

interface Call {
  readonly scheduledFor: Instant
  readonly at: number
}

const createService = () => {
  const calls: Call[] = []
  const { store, log } = createMemoryEventStore({ now: () => systemClock.now() })
  const ids = createIds(() => systemClock.now())
  const cache = createStateCache<TaskState>(10_000)
  const commands = createTaskCommands({
    store,
    cache,
    node: 'n',
    newEventId: () => ids.eventId(),
    now: () => systemClock.now(),
    sleep: (ms) => sleep(systemClock, ms),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
  })
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  const startScheduler = () => {
    cache.clear()
    return createScheduler({
      inOffice: () => true,
      store,
      agenda: createMemoryAgenda().seenBy(() => true),
      commands,
      cache,
      transport: obligingCallee(
        () => systemClock.now(),
        ({ scheduledFor }, at) => {
          calls.push({ scheduledFor: scheduledFor ?? at, at })
          return turn()
        },
      ),
      clock: { ...systemClock, breathe: turn },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      newRunId: () => right(RunId.decode(ids.runId())),
      planningContext: () => ({ calendars: noCalendars, tzVersion: 'test' }),
      chance: () => 0,
      callsMax: 64,
      callsPerHostMax: 64,
      callsPerSecondMax: null,
      callsPerSecondAndHostMax: null,
    })
  }
  return { commands, log, calls, startScheduler }
}

/** What was recorded in the fullest turn of the event loop, until it is asked for. */
const watchTurns = (recorded: () => number): (() => number) => {
  let most = 0
  let before = recorded()
  let next: NodeJS.Immediate
  const turn = (): void => {
    const now = recorded()
    most = Math.max(most, now - before)
    before = now
    next = setImmediate(turn)
  }
  next = setImmediate(turn)
  return () => {
    clearImmediate(next)
    return most
  }
}

test('a day of a thousand one-second tasks is caught up within bounds', async () => {
  const { commands, log, calls, startScheduler } = createService()
  const yesterday = instantAt(Math.floor(systemClock.now() / 1_000) * 1_000 - dayMs)
  for (let n = 0; n < tasks; n += 1) {
    const misfire = n < greedy ? 'ignore' : 'smart'
    const definition = definitionOf(every(1_000, { startAt: yesterday, catchUpMax, misfire }))
    const add = { type: 'AddTask', taskId: taskId(`t${n}`), replace: false, definition } as const
    const context = { source: 'api', correlationId: 'c' } as const
    right(await commands.handle({ ...add, issuedAt: yesterday }, context)())
  }
  const startedAt = systemClock.now()
  const scheduler = startScheduler()
  const fullestTurn = watchTurns(() => log().length)
  const heapBefore = process.memoryUsage().heapUsed
  scheduler.takeOn(allShares.map((share) => ({ share, before: null, checkpoint: null })))
  const running = scheduler.run(null)
  const isOnTime = ({ scheduledFor }: Call): boolean => scheduledFor >= startedAt
  const onTime = () => calls.filter(isOnTime)
  while (onTime().length < 3 * tasks) await sleep(systemClock, 20)
  const eventsInTurn = fullestTurn()
  const heapGrownMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6
  await scheduler.stop(5_000)
  await running

  expect(eventsInTurn).toBeLessThan(eventsInTurnMax)
  expect(heapGrownMb).toBeLessThan(400)
  const decided = log().filter(({ type }) => type === 'TaskTriggered')
  const missed = decided.filter(
    ({ data }) => Date.parse((data as { scheduledFor: string }).scheduledFor) < startedAt,
  )
  expect(missed.length).toBeLessThanOrEqual(greedy * catchUpMax + tasks)
}, 60_000)
