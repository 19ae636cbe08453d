// The scheduler with its agenda and its lease.
import type { StateCache } from '../commands/state-cache.ts'
import type { UseCaseDeps } from '../commands/use-case.ts'
import type { TaskState } from '../domain/task/state.ts'
import type { EventStore } from '../event-store/event-store.ts'
import type { Presence } from '../nodes/presence.ts'
import {
  openAgendaDatabase,
  type AgendaDatabase,
} from '../scheduler/agenda/postgres-agenda-store.ts'
import type { RecallTransport } from '../scheduler/recall/transports/transport.ts'
import { createTerms, type Terms } from '../scheduler/lease/terms.ts'
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
): Promise<Terms> => {
  const { config, log, shutdown, node } = ground
  const { url, store, cache, useCases, transport, clock, presence } = parts
  const database = await openAgendaDatabase(url, node, (error) =>
    log.warn({ reason: error.message }, 'a database connection broke'),
  )
  shutdown.register({ name: 'agenda', timeoutMs: closeTimeoutMs, stop: database.close })
  const terms = createTerms({
    lease: database.lease,
    candidate: { node, place: processPlace(), pid: process.pid },
    leaseMs: config.schedulerLeaseMs,
    clock,
    log,
    hasEnded,
    isSure: presence.isSure,
    begin: (term) => {
      // Nobody has kept it up to date while another process scheduled.
      cache.clear()
      return createScheduler({
        ...useCases,
        ...term,
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
      })
    },
  })
  presence.tellOwned(ownedBy(terms, database.size, clock))
  const running = live(ground, 'the scheduler', terms.run())
  shutdown.register({
    name: 'scheduler',
    timeoutMs: config.drainTimeoutMs + closeTimeoutMs,
    stop: async () => {
      const { unfinished } = await terms.stop(config.drainTimeoutMs)
      if (unfinished > 0) log.warn({ runs: unfinished }, 'runs are handed to the next start')
      await running
    },
  })
  return terms
}

/** Counted anew now and then, the more seldom the more there is to count. */
const ownedBy = (
  terms: Pick<Terms, 'status'>,
  size: AgendaDatabase['size'],
  clock: SchedulerClock,
): (() => number | null) => {
  let owned = 0
  let countAt = 0
  return () => {
    if (terms.status() === null) return null
    if (clock.monotonicNow() >= countAt) {
      countAt = clock.monotonicNow() + 1_000 + owned / 10
      void size().then(
        (counted) => (owned = counted),
        () => {}, // the database is away; the last count stands
      )
    }
    return owned
  }
}
