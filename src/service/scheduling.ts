// The scheduler with its agenda and its part of the tasks.
import type { StateCache } from '../commands/state-cache.ts'
import type { UseCaseDeps } from '../commands/use-case.ts'
import type { TaskState } from '../domain/task/state.ts'
import type { EventStore } from '../event-store/event-store.ts'
import type { Presence } from '../nodes/presence.ts'
import type { Owned } from '../nodes/presence-store.ts'
import {
  openAgendaDatabase,
  type AgendaDatabase,
} from '../scheduler/agenda/postgres-agenda-store.ts'
import type { RecallTransport } from '../scheduler/recall/transports/transport.ts'
import { createOwnership, type Ownership } from '../scheduler/ownership/ownership.ts'
import type { SchedulerClock } from '../scheduler/ports.ts'
import { createScheduler } from '../scheduler/scheduler.ts'
import { hasEnded, processPlace } from './processes.ts'
import { closeTimeoutMs, live, type Ground } from './ground.ts'

export const startScheduler = async (
  ground: Ground,
  parts: {
    readonly url: string
    readonly store: EventStore
    readonly cache: StateCache<TaskState>
    readonly useCases: UseCaseDeps
    readonly transport: RecallTransport
    readonly clock: SchedulerClock
    readonly presence: Presence
  },
): Promise<Ownership> => {
  const { config, log, shutdown, node } = ground
  const { url, store, cache, useCases, transport, clock, presence } = parts
  const database = await openAgendaDatabase(url, node, (error) =>
    log.warn({ reason: error.message }, 'a database connection broke'),
  )
  shutdown.register({ name: 'agenda', timeoutMs: closeTimeoutMs, stop: database.close })
  const ownership = createOwnership({
    ownership: database.ownership,
    member: { node, place: processPlace(), pid: process.pid },
    leaseMs: config.schedulerLeaseMs,
    store,
    clock,
    log,
    hasEnded,
    isSure: presence.isSure,
    scheduler: (office) =>
      createScheduler({
        ...useCases,
        ...office,
        store,
        agenda: database.agenda,
        cache,
        transport,
        clock,
        log,
        chance: Math.random,
        callsMax: config.recallConcurrency,
        callsPerHostMax: config.recallConcurrencyPerHost,
        callsPerSecondMax: config.recallRate,
        callsPerSecondAndHostMax: config.recallRatePerHost,
      }),
  })
  presence.tellOwned(ownedBy(ownership, database.size, clock))
  const running = live(ground, 'the scheduler', ownership.run())
  shutdown.register({
    name: 'scheduler',
    timeoutMs: config.drainTimeoutMs + closeTimeoutMs,
    stop: async () => {
      const { unfinished } = await ownership.stop(config.drainTimeoutMs)
      if (unfinished > 0) log.warn({ runs: unfinished }, 'runs are handed to the next start')
      await running
    },
  })
  return ownership
}

/** Tasks are counted anew now and then, the more seldom the more there are. */
const ownedBy = (
  ownership: Pick<Ownership, 'status'>,
  size: AgendaDatabase['size'],
  clock: SchedulerClock,
): (() => Owned) => {
  let tasks = 0
  let countAt = 0
  let countedFor = ''
  return () => {
    const { shares } = ownership.status()
    const these = shares.join()
    if (clock.monotonicNow() >= countAt || these !== countedFor) {
      countAt = clock.monotonicNow() + 1_000 + tasks / 10
      countedFor = these
      void size(shares).then(
        (counted) => (tasks = counted),
        () => {}, // the database is away; the last count stands
      )
    }
    return { tasks, shares: shares.length }
  }
}
