// The tables of the scheduler in Postgres, in a schema of their own: what is due when, which process
// looks after which share of it, and the calls that are finished by a process that gave theirs up.
import { sql, type Kysely } from 'kysely'
import { sharesTotal } from '../ownership/shares.ts'

/** What the statements that are built, not written, have to know. */
export interface AgendaTables {
  'carillon_agenda.due': { stream: string; id: string; due_at: string; share: number }
}

/** As `shareOf` computes it. */
const shareOfStream = sql.raw(`(get_byte(decode(md5(stream), 'hex'), 0) % ${sharesTotal})`)

/** Creates what is missing; safe to run by several processes at once. */
export const migrateAgenda = async (db: Kysely<AgendaTables>): Promise<void> => {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('carillon_agenda'))`.execute(tx)
    await sql`create schema if not exists carillon_agenda`.execute(tx)
    await sql`create table if not exists carillon_agenda.due (
      stream text not null,
      -- Names may be longer than an index entry.
      id text collate "C" generated always as (md5(stream)) stored primary key,
      due_at bigint not null,
      share smallint generated always as ${shareOfStream} stored
    ) with (fillfactor = 80)`.execute(tx)
    await sql`create index if not exists due_by_time on carillon_agenda.due (due_at, id)`.execute(
      tx,
    )
    const { rows } = await sql`select 1 from pg_attribute
      where attrelid = 'carillon_agenda.due'::regclass and attname = 'share'`.execute(tx)
    if (rows.length === 0)
      await sql`alter table carillon_agenda.due
        add column share smallint generated always as ${shareOfStream} stored`.execute(tx)
    await sql`create table if not exists carillon_agenda.member (
      node text primary key,
      place text not null,
      pid integer not null,
      willing boolean not null,
      ends_at timestamptz not null
    ) with (fillfactor = 50)`.execute(tx)
    await sql`create table if not exists carillon_agenda.share (
      share smallint primary key,
      holder text,
      before text,
      checkpoint text
    ) with (fillfactor = 25)`.execute(tx)
    await sql`insert into carillon_agenda.share (share)
      select generate_series(0, ${sharesTotal - 1}::int) on conflict do nothing`.execute(tx)
    await sql`create table if not exists carillon_agenda.call (
      run_id text primary key,
      stream text not null,
      node text not null
    )`.execute(tx)
  })
}
