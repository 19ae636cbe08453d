// Heartbeats in Postgres, over one connection of their own: a busy pool must neither make a living
// process look dead nor spoil the measurement of the clock.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import pg from 'pg'
import { instantAt } from '../domain/instant.ts'
import { NodeId } from '../domain/node/ids.ts'
import { problemsOf } from '../domain/problems.ts'
import type { PresenceStore, PresenceUnavailable, Seen } from './presence-store.ts'

const migration = `
  select pg_advisory_xact_lock(hashtext('carillon_nodes'));
  create schema if not exists carillon_nodes;
  create table if not exists carillon_nodes.heartbeat (
    node text primary key,
    place text not null,
    pid integer not null,
    offset_ms float8,
    owns integer,
    seen_at timestamptz not null
  ) with (fillfactor = 50);
  alter table carillon_nodes.heartbeat add column if not exists shares integer`

const answerWithinMs = 5_000

const SeenRow = t.type({
  nodeId: NodeId,
  place: t.string,
  pid: t.number,
  offsetMs: t.union([t.number, t.null]),
  owns: t.union([t.type({ tasks: t.number, shares: t.number }), t.null]),
  seenMs: t.number,
  silentMs: t.number,
})

const epochMs = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`

const attempted = <T>(work: () => Promise<T>): TE.TaskEither<PresenceUnavailable, T> =>
  TE.tryCatch(work, (error) => ({
    type: 'PresenceUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

export const openPostgresPresenceStore = async (
  connectionString: string,
  onConnectionError: (error: Error) => void,
): Promise<PresenceStore> => {
  const pool = new pg.Pool({
    connectionString,
    max: 1,
    application_name: 'carillon nodes',
    connectionTimeoutMillis: answerWithinMs,
    statement_timeout: answerWithinMs,
    query_timeout: answerWithinMs,
    idleTimeoutMillis: 0,
  })
  pool.on('error', onConnectionError)
  // A connection in use tells its query; unheard, the error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  await pool.query(migration)

  const rowsOf = async (text: string): Promise<readonly Seen[]> => {
    const { rows } = await pool.query<Record<string, unknown>>(text)
    return rows.map((row) => {
      const decoded = SeenRow.decode(row)
      if (E.isLeft(decoded))
        throw new Error(`unexpected heartbeat: ${problemsOf(decoded.left).join('; ')}`)
      const { seenMs, ...seen } = decoded.right
      return { ...seen, lastSeenAt: instantAt(seenMs) }
    })
  }

  return {
    time: () =>
      attempted(async () => {
        const { rows } = await pool.query<{ now: number }>({
          name: 'time',
          text: `select ${epochMs('clock_timestamp()')} as now`,
        })
        const now = rows[0]?.now
        if (typeof now !== 'number') throw new Error('the database does not tell the time')
        return now
      }),
    beat: ({ nodeId, place, pid, offsetMs, owns }) =>
      attempted(async () => {
        await pool.query({
          name: 'beat',
          text: `insert into carillon_nodes.heartbeat (node, place, pid, offset_ms, owns, shares, seen_at)
            values ($1, $2, $3, $4, $5, $6, clock_timestamp())
            on conflict (node) do update set offset_ms = excluded.offset_ms,
              owns = excluded.owns, shares = excluded.shares, seen_at = excluded.seen_at`,
          values: [nodeId, place, pid, offsetMs, owns?.tasks ?? null, owns?.shares ?? null],
        })
      }),
    seen: () =>
      attempted(() =>
        rowsOf(`select node as "nodeId", place, pid, offset_ms as "offsetMs",
          case when owns is not null then json_build_object('tasks', owns, 'shares', coalesce(shares, 0)) end as owns,
          ${epochMs('seen_at')} as "seenMs",
          ${epochMs('clock_timestamp() - seen_at')} as "silentMs"
          from carillon_nodes.heartbeat`),
      ),
    forget: (nodeIds) =>
      attempted(async () => {
        if (nodeIds.length === 0) return
        await pool.query('delete from carillon_nodes.heartbeat where node = any($1::text[])', [
          nodeIds,
        ])
      }),
    close: () => pool.end(),
  }
}
