// The agenda's long run in Postgres: one indexed table and one checkpoint row, written together.
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as E from 'fp-ts/lib/Either.js'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { Position } from '../../event-store/event-store.ts'
import type { LeaseStore } from '../lease/lease.ts'
import { createLeaseTable, createPostgresLeaseStore } from '../lease/postgres-lease-store.ts'
import type { AgendaRow, AgendaStore, AgendaUnavailable } from './agenda-store.ts'

/** The two tables, in their own schema. */
interface AgendaTables {
  'carillon_agenda.due': { stream: string; id: string; due_at: string }
  'carillon_agenda.checkpoint': { one: boolean; position: string }
}

const attempted = <T>(work: () => Promise<T>): TE.TaskEither<AgendaUnavailable, T> =>
  TE.tryCatch(work, (error) => ({
    type: 'AgendaUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

/** Creates what is missing; safe to run by several processes at once. */
const migrateAgenda = async (db: Kysely<AgendaTables>): Promise<void> => {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('carillon_agenda'))`.execute(tx)
    await sql`create schema if not exists carillon_agenda`.execute(tx)
    await sql`create table if not exists carillon_agenda.due (
      stream text not null,
      -- Names may be longer than an index entry.
      id text collate "C" generated always as (md5(stream)) stored primary key,
      due_at bigint not null
    ) with (fillfactor = 80)`.execute(tx)
    await sql`create index if not exists due_by_time on carillon_agenda.due (due_at, id)`.execute(
      tx,
    )
    await sql`create table if not exists carillon_agenda.checkpoint (
      one boolean primary key default true check (one),
      position text not null
    )`.execute(tx)
    await createLeaseTable.execute(tx)
  })
}

// Two writers would mix rows as of different positions, so only the lease's holder writes; the row is
// locked until the write is over.
const assertHolder = async (tx: Kysely<AgendaTables>, node: string): Promise<void> => {
  const { rows } = await sql`select 1 from carillon_agenda.lease
    where node = ${node} and ends_at > clock_timestamp() for share`.execute(tx)
  if (rows.length === 0) throw new Error('the agenda is kept by another process')
}

const createPostgresAgendaStore = (db: Kysely<AgendaTables>, node: string): AgendaStore => ({
  checkpoint: () =>
    attempted(async () => {
      const row = await db
        .selectFrom('carillon_agenda.checkpoint')
        .select('position')
        .executeTakeFirst()
      const position = Position.decode(row?.position)
      return E.isRight(position) ? position.right : null
    }),
  write: (rows, checkpoint) =>
    attempted(() =>
      db.transaction().execute(async (tx) => {
        await assertHolder(tx, node)
        const due = rows.filter((row) => row.dueAt !== null)
        const gone = rows.filter((row) => row.dueAt === null).map((row) => row.stream)
        if (due.length > 0)
          await sql`insert into carillon_agenda.due (stream, due_at)
            select * from unnest(${due.map((row) => row.stream)}::text[], ${due.map((row) => row.dueAt)}::bigint[])
            on conflict (id) do update set due_at = excluded.due_at
            where due.due_at <> excluded.due_at`.execute(tx)
        if (gone.length > 0)
          await sql`delete from carillon_agenda.due where id in (select md5(s) from unnest(${gone}::text[]) s)`.execute(
            tx,
          )
        if (checkpoint !== null)
          await sql`insert into carillon_agenda.checkpoint (position) values (${checkpoint})
            on conflict (one) do update set position = excluded.position`.execute(tx)
      }),
    ),
  dueThrough: (throughMs, after, limit) =>
    attempted(async () => {
      const from = after ?? { dueAt: Number.MIN_SAFE_INTEGER, stream: '' }
      const rows = await db
        .selectFrom('carillon_agenda.due')
        .select(['stream', 'due_at'])
        .where(
          sql<boolean>`(due_at, id) > (${from.dueAt}::bigint, ${from.stream === '' ? '' : sql`md5(${from.stream})`})`,
        )
        .where('due_at', '<=', String(throughMs))
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row): AgendaRow => ({ stream: row.stream, dueAt: Number(row.due_at) }))
    }),
})

export interface AgendaDatabase {
  readonly agenda: AgendaStore
  readonly lease: LeaseStore
  /** Tasks that are due at some time. */
  readonly size: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Migrates, and opens a small pool of its own. */
export const openAgendaDatabase = async (
  connectionString: string,
  /** Name of this process as the lease's holder. */
  node: string,
  onConnectionError: (error: Error) => void,
): Promise<AgendaDatabase> => {
  const pool = new pg.Pool({ connectionString, max: 3, application_name: 'carillon agenda' })
  pool.on('error', onConnectionError)
  // A connection in use tells its query; unheard, the error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<AgendaTables>({ dialect: new PostgresDialect({ pool }) })
  await migrateAgenda(db)
  return {
    agenda: createPostgresAgendaStore(db, node),
    lease: createPostgresLeaseStore(db),
    size: async () => {
      const { rows } = await sql<{ size: number }>`
        select count(*)::int as size from carillon_agenda.due`.execute(db)
      return rows[0]?.size ?? 0
    },
    close: () => db.destroy(),
  }
}
