// Keeps the read models up with the log. One process at a time applies: whoever holds an advisory
// lock, on the very connection it writes over; the others stand by. A database that fails is tried
// again from the checkpoint, for ever; an event that cannot be decoded ends the projector with an
// error that names it, right before it.
import { sql } from 'kysely'
import type { EventStore, Position } from '../event-store/event-store.ts'
import { sleep, type Clock } from '../runtime/clock.ts'
import type { LogLines } from '../runtime/log.ts'
import { CheckpointMoved } from './apply-batch.ts'
import { readCheckpoint } from './checkpoint.ts'
import type { ReadDatabase } from './database.ts'
import { followLog, UndecodableEventError } from './follow-log.ts'
import type { MemoryLimits } from './memory.ts'
import { readSchema } from './migrate.ts'
import { createWatch } from './watch.ts'

export interface ProjectorDeps {
  readonly store: EventStore
  /** Migrated. One of its connections is the projector's own while it runs. */
  readonly db: ReadDatabase
  readonly clock: Clock
  readonly log: Pick<LogLines, 'info' | 'warn' | 'error'>
  readonly schema?: string
  readonly batchMax?: number
  /** How long after they were recorded events may wait for more urgent work, milliseconds; default: 0. */
  readonly patienceMs?: () => number
  readonly memory?: MemoryLimits
}

export interface ProjectorStatus {
  readonly state: 'stopped' | 'standing-by' | 'applying' | 'failing'
  readonly position: Position | null
  /** Whether the last look at the log found nothing beyond the position. */
  readonly atHead: boolean
  /** Milliseconds since that look, or since anything else was applied; null: never yet. */
  readonly quietMs: number | null
  /** Of the last attempt, while failing. */
  readonly failure: string | null
}

export interface Projector {
  /** Until the signal aborts. Rejects when the log holds something it cannot read. */
  run(signal: AbortSignal): Promise<void>
  /** How far the read models have come, as far as this process knows. */
  position(): Position | null
  /** Whether the read models show everything up to a position within the time. Works without `run`. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>
  status(): ProjectorStatus
}

const standByMs = 1_000
const reassureEveryMs = 1_000
/** What is waited for may be no event of a task: then nothing else would tell that it is reached. */
const awaitedLookMs = 25
const backOffMs = { first: 50, longest: 5_000 }

export const createProjector = (deps: ProjectorDeps): Projector => {
  const { store, db, clock, log, schema = readSchema } = deps
  let state: ProjectorStatus['state'] = 'stopped'
  let atHead = false
  let committedAt: number | null = null
  let failure: string | null = null
  /** Since the log was last begun to be followed; the first only says where that is. */
  let commits = 0

  const look = (): Promise<Position | null> =>
    readCheckpoint(db, schema).then(
      ({ position }) => position,
      () => null,
    )
  let wake = (): void => undefined
  const watch = createWatch({
    store,
    clock,
    isTold: () => state === 'applying',
    look,
    onAwaited: () => wake(),
  })
  const idle = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return
    const over = new AbortController()
    wake = () => over.abort()
    signal.addEventListener('abort', wake, { once: true })
    await sleep(clock, watch.isAwaited() ? awaitedLookMs : reassureEveryMs, over.signal)
    signal.removeEventListener('abort', wake)
  }

  const committed = (position: Position | null, nothingBeyond: boolean): void => {
    commits += 1
    if (commits > 1 || failure === null) {
      state = 'applying'
      failure = null
    }
    atHead = nothingBeyond
    committedAt = clock.monotonicNow()
    watch.tell(position)
  }

  /** Follows the log if nobody else does. */
  const follow = (signal: AbortSignal): Promise<void> =>
    db.connection().execute(async (connection) => {
      if (!(await lock(connection, schema))) {
        state = 'standing-by'
        watch.tell((await readCheckpoint(connection, schema)).position)
        return
      }
      commits = 0
      if (failure === null) log.info({ schema }, 'applying the log to the read models')
      const { batchMax = 2_000, memory = { tasksMax: 50_000, runsMax: 50_000 } } = deps
      try {
        const patienceMs = (): number => (watch.isAwaited() ? 0 : (deps.patienceMs?.() ?? 0))
        const following = { store, clock, schema, batchMax, memory, committed, patienceMs, idle }
        await followLog(following, connection, signal)
      } finally {
        await unlock(connection, schema).catch(() => {}) // a broken connection holds no lock
      }
    })

  const run = async (signal: AbortSignal): Promise<void> => {
    let waitMs = backOffMs.first
    while (!signal.aborted) {
      try {
        await follow(signal)
        waitMs = standByMs
      } catch (error) {
        if (error instanceof UndecodableEventError) {
          state = 'failing'
          failure = error.message
          log.error(error.fault, 'the read models stop at an event they cannot read')
          throw error
        }
        if (error instanceof CheckpointMoved) {
          log.info(
            { schema },
            'the read models are no longer those; going on from where they stand',
          )
          await sleep(clock, backOffMs.first, signal)
          continue
        }
        waitMs = state === 'failing' ? Math.min(waitMs * 2, backOffMs.longest) : backOffMs.first
        state = 'failing'
        failure = error instanceof Error ? error.message : String(error)
        log.warn({ schema, failure, retryInMs: waitMs }, 'the read models cannot be written')
      }
      await sleep(clock, waitMs, signal)
    }
    state = 'stopped'
  }

  return {
    run,
    position: watch.position,
    waitFor: watch.waitFor,
    status: () => ({
      state,
      position: watch.position(),
      atHead,
      quietMs: committedAt === null ? null : clock.monotonicNow() - committedAt,
      failure,
    }),
  }
}

const lockKey = (schema: string) => sql`hashtextextended(${`project ${schema}`}, 0)`

const lock = async (connection: ReadDatabase, schema: string): Promise<boolean> => {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_lock(${lockKey(schema)}) as locked`.execute(connection)
  return rows[0]?.locked === true
}

const unlock = async (connection: ReadDatabase, schema: string): Promise<void> => {
  await sql`select pg_advisory_unlock(${lockKey(schema)})`.execute(connection)
}
