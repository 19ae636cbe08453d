// Fulfils wishes for a rebuild. Every process with the projections' role looks for them; whoever gets
// the lock works, over the very connection that holds it, and the others stand by. A database that
// fails is tried again; a log that cannot be read ends the rebuild, and the served version goes on.
import { sql } from 'kysely'
import { sleep } from '../../runtime/clock.ts'
import type { ReadDatabase } from '../database.ts'
import { UndecodableEventError } from '../follow-log.ts'
import { rebuild, type RebuildDeps } from './rebuild.ts'
import { endRebuild, openRebuild, type Rebuild } from './requests.ts'
import { dropSchema, nextSchema, oldSchema } from './schemas.ts'

export interface Rebuilder {
  /** Until the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>
}

const lookEveryMs = 1_000
const retryAfterMs = 5_000

/** The database is migrated, and `createRebuilds` done. */
export const createRebuilder = (deps: RebuildDeps): Rebuilder => {
  const { db, clock, log } = deps
  let isTidy = false

  const work = (signal: AbortSignal): Promise<void> =>
    db.connection().execute(async (connection) => {
      if (!(await lock(connection))) return
      try {
        // Read again: another process may just have fulfilled it.
        const wish = await openRebuild(connection)
        if (wish !== null) await fulfil(connection, wish, signal)
        else await tidy(connection)
        isTidy = true
      } finally {
        await unlock(connection).catch(() => {}) // a broken connection holds no lock
      }
    })

  const fulfil = async (connection: ReadDatabase, wish: Rebuild, signal: AbortSignal) => {
    const { number } = wish
    try {
      await rebuild(deps, connection, wish, signal)
    } catch (error) {
      if (!(error instanceof UndecodableEventError)) throw error
      log.error(error.fault, 'the rebuild stops at an event that cannot be read')
      const problem = error.message
      await endRebuild(connection, number, { state: 'failed', counts: null, problem })
      await dropSchema(connection, nextSchema)
    }
  }

  /** What a process left that ended between the exchange and the drop. */
  const tidy = async (connection: ReadDatabase): Promise<void> => {
    await dropSchema(connection, oldSchema)
    await dropSchema(connection, nextSchema)
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let waitMs = lookEveryMs
      try {
        if (!isTidy || (await openRebuild(db)) !== null) await work(signal)
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error)
        log.warn({ failure, retryInMs: retryAfterMs }, 'the rebuild of read models is interrupted')
        waitMs = retryAfterMs
      }
      await sleep(clock, waitMs, signal)
    }
  }

  return { run }
}

const lockKey = sql`hashtextextended('rebuild carillon_read', 0)`

const lock = async (connection: ReadDatabase): Promise<boolean> => {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_lock(${lockKey}) as locked`.execute(connection)
  return rows[0]?.locked === true
}

const unlock = async (connection: ReadDatabase): Promise<void> => {
  await sql`select pg_advisory_unlock(${lockKey})`.execute(connection)
}
