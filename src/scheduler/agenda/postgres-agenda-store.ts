// The agenda's long run in Postgres: one indexed table, and a checkpoint for each share of it, written
// together.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { OwnershipStore } from '../ownership/ownership-store.ts'
import { createPostgresOwnershipStore } from '../ownership/postgres-ownership-store.ts'
import { sharesTotal } from '../ownership/shares.ts'
import type { AgendaRow, AgendaStore, AgendaUnavailable } from './agenda-store.ts'
import { migrateAgenda, type AgendaTables } from './tables.ts'

const attempted = <T>(work: () => Promise<T>): TE.TaskEither<AgendaUnavailable, T> =>
  TE.tryCatch(work, (error) => ({
    type: 'AgendaUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

// The rows are locked until the write is over, so that no share changes hands meanwhile.
const assertHolder = async (
  tx: Kysely<AgendaTables>,
  node: string,
  shares: readonly number[],
): Promise<void> => {
  const { rows } = await sql`select 1 from carillon_agenda.share
    where share = any(${shares}::smallint[]) and holder = ${node}
    order by share for update`.execute(tx)
  if (rows.length < shares.length) throw new Error('the agenda is kept by another process')
}

const createPostgresAgendaStore = (db: Kysely<AgendaTables>, node: string): AgendaStore => ({
  write: (rows, shares, checkpoint) =>
    attempted(() =>
      db.transaction().execute(async (tx) => {
        await assertHolder(tx, node, shares)
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
          await sql`update carillon_agenda.share set checkpoint = ${checkpoint}
            where share = any(${shares}::smallint[])`.execute(tx)
      }),
    ),
  dueThrough: (shares, throughMs, after, limit) =>
    attempted(async () => {
      const from = after ?? { dueAt: Number.MIN_SAFE_INTEGER, stream: '' }
      const rows = await db
        .selectFrom('carillon_agenda.due')
        .select(['stream', 'due_at'])
        .where(
          sql<boolean>`(due_at, id) > (${from.dueAt}::bigint, ${from.stream === '' ? '' : sql`md5(${from.stream})`})`,
        )
        .where('due_at', '<=', String(throughMs))
        .$if(shares.length < sharesTotal, (some) =>
          some.where(sql<boolean>`share = any(${shares}::smallint[])`),
        )
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row): AgendaRow => ({ stream: row.stream, dueAt: Number(row.due_at) }))
    }),
})

export interface AgendaDatabase {
  readonly agenda: AgendaStore
  readonly ownership: OwnershipStore
  /** Tasks of the shares that are due at some time. */
  readonly size: (shares: readonly number[]) => Promise<number>
  readonly close: () => Promise<void>
}

/** Migrates, and opens a small pool of its own. */
export const openAgendaDatabase = async (
  connectionString: string,
  /** Name of this process as a holder of shares. */
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
    ownership: createPostgresOwnershipStore(db),
    size: async (shares) => {
      const { rows } = await sql<{ size: number }>`select count(*)::int as size
        from carillon_agenda.due where share = any(${shares}::smallint[])`.execute(db)
      return rows[0]?.size ?? 0
    },
    close: () => db.destroy(),
  }
}
