// The records of the log's retention in Postgres, in a schema of their own; a lock makes sure that one
// process works at a time. Who follows the log is asked of their own tables, where these are there.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import pg from 'pg'
import { instantAt } from '../domain/instant.ts'
import { problemsOf } from '../domain/problems.ts'
import { Position } from '../event-store/event-store.ts'
import type { RetentionRecords, RetentionUnavailable } from './records.ts'

const migration = `
  select pg_advisory_xact_lock(hashtext('carillon_retention'));
  create schema if not exists carillon_retention;
  create table if not exists carillon_retention.log (
    one boolean primary key default true check (one),
    position text,
    whole_from_ms float8
  );
  insert into carillon_retention.log default values on conflict do nothing`

const lockKey = `hashtextextended('carillon retention of the log', 0)`

const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])
const HorizonRow = t.type({ position: nullable(Position), wholeFromMs: nullable(t.number) })
const ConsumerRow = t.type({ position: nullable(Position) })

const attempted = <A>(work: () => Promise<A>): TE.TaskEither<RetentionUnavailable, A> =>
  TE.tryCatch(work, (error) => ({
    type: 'RetentionUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

export interface PostgresRetentionRecords extends RetentionRecords {
  readonly close: () => Promise<void>
}

/** A table with a row for each place that somebody will go on from. */
export interface Follower {
  readonly table: string
  readonly column: string
}

export const openPostgresRetentionRecords = async (
  connectionString: string,
  followers: readonly Follower[],
  onConnectionError: (error: Error) => void,
): Promise<PostgresRetentionRecords> => {
  const pool = new pg.Pool({
    connectionString,
    max: 2,
    application_name: 'carillon retention',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  })
  pool.on('error', onConnectionError)
  // A connection in use tells its query; unheard, the error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  await pool.query(migration)

  const select = async <A>(codec: t.Decoder<unknown, A>, text: string, values: unknown[] = []) => {
    const { rows } = await pool.query<Record<string, unknown>>(text, values)
    return rows.map((row) => {
      const decoded = codec.decode(row)
      if (E.isLeft(decoded))
        throw new Error(`unexpected row: ${problemsOf(decoded.left).join('; ')}`)
      return decoded.right
    })
  }

  const isThere = async (table: string): Promise<boolean> => {
    const query = 'select to_regclass($1) is not null as there'
    return (await select(t.type({ there: t.boolean }), query, [table])).some(({ there }) => there)
  }

  return {
    horizon: () =>
      attempted(async () => {
        const [row] = await select(
          HorizonRow,
          'select position, whole_from_ms as "wholeFromMs" from carillon_retention.log',
        )
        const { position, wholeFromMs } = row ?? { position: null, wholeFromMs: null }
        return { position, wholeFrom: wholeFromMs === null ? null : instantAt(wholeFromMs) }
      }),
    moveHorizon: ({ position, wholeFrom }) =>
      attempted(async () => {
        await pool.query('update carillon_retention.log set position = $1, whole_from_ms = $2', [
          position,
          wholeFrom,
        ])
      }),
    consumers: () =>
      attempted(async () => {
        const places: (Position | null)[] = []
        for (const { table, column } of followers) {
          if (!(await isThere(table))) continue
          const rows = await select(ConsumerRow, `select ${column} as position from ${table}`)
          places.push(...rows.map(({ position }) => position))
        }
        return places
      }),
    alone: (work) =>
      attempted(async () => {
        const connection = await pool.connect()
        let broken = false
        try {
          const { rows } = await connection.query<{ locked: boolean }>(
            `select pg_try_advisory_lock(${lockKey}) as locked`,
          )
          if (rows[0]?.locked !== true) return null
          try {
            return await work()
          } finally {
            // A broken connection holds no lock.
            await connection
              .query(`select pg_advisory_unlock(${lockKey})`)
              .catch(() => (broken = true))
          }
        } finally {
          connection.release(broken)
        }
      }),
    close: () => pool.end(),
  }
}
