// Prunes the history of runs now and then, in the background. Every process with the projections' role
// runs one; whoever holds the lock works, and a rebuild holds it while it compares and exchanges.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { instantAt } from '../../domain/instant.ts'
import { sleep, type Clock } from '../../runtime/clock.ts'
import type { LogLines } from '../../runtime/log.ts'
import type { ReadDatabase } from '../database.ts'
import { readSchema } from '../migrate.ts'
import { selectRows } from '../rows.ts'
import { prune, type Pruned } from './prune.ts'

export interface RetentionDeps {
  readonly db: ReadDatabase
  readonly clock: Clock
  readonly log: Pick<LogLines, 'info' | 'warn'>
  /** Days that runs are kept for tasks that do not say; null: for ever. */
  readonly serviceDays: number | null
}

const lookEveryMs = 10 * 60_000
const pauseMs = 50
/** What was looked through is looked through again: a run that was open for long may have ended. */
const forgetEveryMs = 24 * 60 * 60_000

const lock = sql`hashtextextended('carillon retention of runs', 0)`

export const lockRetention = async (connection: ReadDatabase): Promise<void> => {
  await sql`select pg_advisory_lock(${lock})`.execute(connection)
}
export const unlockRetention = async (connection: ReadDatabase): Promise<void> => {
  await sql`select pg_advisory_unlock(${lock})`.execute(connection)
}

/** Until the signal aborts. Never rejects: a database that fails is tried again the next time. */
export const keepRetention = async (deps: RetentionDeps, signal: AbortSignal): Promise<void> => {
  const { clock, log } = deps
  const looked = new Map<string, string>()
  let forgetAt = clock.monotonicNow() + forgetEveryMs
  while (!signal.aborted) {
    if (clock.monotonicNow() > forgetAt) {
      looked.clear()
      forgetAt = clock.monotonicNow() + forgetEveryMs
    }
    try {
      const pruned = await pruneOnce(deps, looked, signal)
      if (pruned !== null && pruned.days + pruned.rows > 0)
        log.info(pruned, 'old history of runs is dropped')
    } catch (error) {
      log.warn({ err: error }, 'old history of runs cannot be dropped now')
    }
    await sleep(clock, lookEveryMs, signal)
  }
}

/** Null: another process does it. */
const pruneOnce = (
  { db, clock, serviceDays }: RetentionDeps,
  looked: Map<string, string>,
  signal: AbortSignal,
): Promise<Pruned | null> =>
  db.connection().execute(async (connection) => {
    const query = sql`select pg_try_advisory_lock(${lock}) as locked`
    const [row] = await selectRows(connection, t.type({ locked: t.boolean }), query)
    if (row?.locked !== true) return null
    try {
      return await prune({
        db: connection,
        schema: readSchema,
        now: instantAt(clock.now()),
        serviceDays,
        breathe: () => sleep(clock, pauseMs, signal),
        signal,
        looked,
      })
    } finally {
      await unlockRetention(connection).catch(() => {}) // a broken connection holds no lock
    }
  })
