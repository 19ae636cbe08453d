// How long the log is kept: its records, and where it is not kept for ever, the part of this process
// that forgets. Off unless it is asked for.
import * as E from 'fp-ts/lib/Either.js'
import type { UseCaseDeps } from '../commands/use-case.ts'
import type { Instant } from '../domain/instant.ts'
import type { EventStore } from '../event-store/event-store.ts'
import { createLogKeeper } from '../retention/log-keeper.ts'
import {
  openPostgresRetentionRecords,
  type PostgresRetentionRecords,
} from '../retention/postgres-records.ts'
import { sleep } from '../runtime/clock.ts'
import { clock, closeTimeoutMs, live, type Ground } from './ground.ts'

const dayMs = 86_400_000
/** Whoever follows the log and will go on from a place it has written down. */
const followers = [
  { table: 'carillon_read.checkpoint', column: 'position' },
  { table: 'carillon_read_next.checkpoint', column: 'position' },
  { table: 'carillon_agenda.share', column: 'checkpoint' },
]
const pauseMs = 20

export interface LogRetention {
  readonly records: PostgresRetentionRecords
  /** Of what was recorded before this, some is gone; null: nothing is. */
  readonly wholeFrom: () => Promise<Instant | null>
}

export const openLogRetention = async (ground: Ground, url: string): Promise<LogRetention> => {
  const { log, shutdown } = ground
  const records = await openPostgresRetentionRecords(url, followers, (error) =>
    log.warn({ reason: error.message }, 'a database connection broke'),
  )
  shutdown.register({ name: 'retention', timeoutMs: closeTimeoutMs, stop: records.close })
  const wholeFrom = async (): Promise<Instant | null> => {
    const horizon = await records.horizon()()
    if (E.isLeft(horizon)) throw new Error(horizon.left.reason)
    return horizon.right.wholeFrom
  }
  return { records, wholeFrom }
}

/** Answers what is wrong with it, if anything. */
export const startLogRetention = (
  ground: Ground,
  { records }: LogRetention,
  parts: { readonly store: EventStore; readonly useCases: UseCaseDeps },
): (() => string | null) => {
  const { config, log, shutdown, ids } = ground
  const { store, useCases } = parts
  if (config.logRetentionDays === null) return () => null
  const abort = new AbortController()
  const keeper = createLogKeeper({
    store,
    records,
    clock,
    log,
    commands: useCases.commands,
    now: useCases.now,
    newCorrelationId: () => ids.eventId(),
    breathe: () => sleep(clock, pauseMs),
    keptMs: config.logRetentionDays * dayMs,
  })
  const running = live(ground, 'the retention of the log', keeper.run(abort.signal))
  shutdown.register({
    name: 'retention of the log',
    timeoutMs: closeTimeoutMs,
    stop: () => {
      abort.abort()
      return running
    },
  })
  return keeper.problem
}
