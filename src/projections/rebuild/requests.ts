// Wishes for a rebuild and what became of each, in a schema of its own, because the read models' is
// the one that is exchanged. One wish at most is open; which process fulfils it is settled by a lock,
// and the row says how far it has come, so that another one can go on.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import type { ReadDatabase } from '../database.ts'
import { nullable, selectRows } from '../rows.ts'

const rebuilds = sql.id('carillon_rebuilds', 'rebuilds')

export const createRebuilds = (db: ReadDatabase): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('migrate carillon_rebuilds', 0))`.execute(
      tx,
    )
    await sql`create schema if not exists carillon_rebuilds`.execute(tx)
    await sql`create table if not exists ${rebuilds} (
      number int generated always as identity primary key,
      requested_at timestamptz not null default now(),
      reason text,
      -- Switch also when the new version has fewer rows than the served one.
      forced boolean not null,
      state text not null default 'requested',
      -- The code that fills the new version; another one begins anew.
      filled_by text,
      -- Statements that bring back the indexes set aside while the new version is filled.
      set_aside json,
      started_at timestamptz,
      ended_at timestamptz,
      counts json,
      problem text
    )`.execute(tx)
    await sql`create unique index if not exists rebuilds_open
      on ${rebuilds} ((true)) where ended_at is null`.execute(tx)
  })

const RebuildState = t.keyof({
  requested: null,
  filling: null,
  indexing: null,
  comparing: null,
  switching: null,
  done: null,
  refused: null,
  failed: null,
})
export type RebuildState = t.TypeOf<typeof RebuildState>

const TableCount = t.type({ table: t.string, served: t.number, rebuilt: t.number })
export type TableCount = t.TypeOf<typeof TableCount>

const Rebuild = t.type({
  number: t.number,
  requestedAt: InstantFromNumber,
  reason: nullable(t.string),
  forced: t.boolean,
  state: RebuildState,
  filledBy: nullable(t.string),
  setAside: nullable(t.readonlyArray(t.string)),
  startedAt: nullable(InstantFromNumber),
  endedAt: nullable(InstantFromNumber),
  counts: nullable(t.readonlyArray(TableCount)),
  problem: nullable(t.string),
})
export type Rebuild = t.TypeOf<typeof Rebuild>

const columns = sql`number, requested_at as "requestedAt", reason, forced, state,
  filled_by as "filledBy", set_aside as "setAside", started_at as "startedAt",
  ended_at as "endedAt", counts, problem`

/** Null: nobody wants one. */
export const openRebuild = async (db: ReadDatabase): Promise<Rebuild | null> => {
  const query = sql`select ${columns} from ${rebuilds} where ended_at is null`
  return (await selectRows(db, Rebuild, query))[0] ?? null
}

export const lastRebuild = async (db: ReadDatabase): Promise<Rebuild | null> => {
  const query = sql`select ${columns} from ${rebuilds} where ended_at is not null
    order by number desc limit 1`
  return (await selectRows(db, Rebuild, query))[0] ?? null
}

/** 1, and one more for every exchange. */
export const servedVersion = async (db: ReadDatabase): Promise<number> => {
  const query = sql`select 1 + count(*)::int as version from ${rebuilds} where state = 'done'`
  const [row] = await selectRows(db, t.type({ version: t.number }), query)
  return row?.version ?? 1
}

/** The open wish: this one, or the one that was there already. */
export const requestRebuild = async (
  db: ReadDatabase,
  { reason, forced }: Pick<Rebuild, 'reason' | 'forced'>,
): Promise<Rebuild | null> => {
  await sql`insert into ${rebuilds} (reason, forced) values (${reason}, ${forced})
    on conflict do nothing`.execute(db)
  return openRebuild(db)
}

/** `begun` forgets what an earlier attempt left in the row. */
export const beginRebuild = async (
  db: ReadDatabase,
  number: number,
  filledBy: string,
  setAside: readonly string[],
): Promise<void> => {
  await sql`update ${rebuilds} set state = 'filling', filled_by = ${filledBy},
    set_aside = ${JSON.stringify(setAside)}::json, started_at = coalesce(started_at, now())
    where number = ${number}`.execute(db)
}

export const markRebuild = async (
  db: ReadDatabase,
  number: number,
  state: RebuildState,
): Promise<void> => {
  await sql`update ${rebuilds} set state = ${state} where number = ${number}`.execute(db)
}

export const endRebuild = async (
  db: ReadDatabase,
  number: number,
  end: {
    readonly state: 'done' | 'refused' | 'failed'
    readonly counts: readonly TableCount[] | null
    readonly problem: string | null
  },
): Promise<void> => {
  const counts = end.counts === null ? null : JSON.stringify(end.counts)
  await sql`update ${rebuilds} set state = ${end.state}, ended_at = now(),
    counts = ${counts}::json, problem = ${end.problem} where number = ${number}`.execute(db)
}
