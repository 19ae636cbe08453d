// One partition for each day (UTC) of a table that is partitioned by day, made when the first row of
// that day comes. Made beside the table and attached, which readers do not notice; dropped whole, which
// waits for nobody for long.
import * as t from 'io-ts'
import { sql } from 'kysely'
import type { ReadDatabase } from '../database.ts'
import { selectRows } from '../rows.ts'

export const dayTables = ['runs', 'skips', 'activity_of_runs'] as const
export type DayTable = (typeof dayTables)[number]

export const dayMs = 86_400_000

/** Number of an instant's day since 1970. */
export const dayOf = (epochMs: number): number => Math.floor(epochMs / dayMs)

/** Makes sure that a day's partition is there; the search path names the schema. */
export const ensuredPartition = (table: DayTable, day: number) => {
  const start = dayText(day)
  const name = `${table}_${start.replaceAll('-', '')}`
  // One statement, so that nobody waits to hear whether it is there.
  return sql`do ${sql.raw(`$make$ begin
    if to_regclass('"${name}"') is null then
      create table "${name}" (like ${table} including all);
      alter table ${table} attach partition "${name}"
        for values from (${midnight(day)}) to (${midnight(day + 1)});
    end if;
  end $make$`)}`
}

const dayText = (day: number): string =>
  new Date(day * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length)

const midnight = (day: number): string => `'${dayText(day)} 00:00:00+00'`

export interface Partition {
  readonly name: string
  /** Counted from 1970. */
  readonly day: number
}

/** Oldest first. */
export const partitionsOf = async (
  db: ReadDatabase,
  schema: string,
  table: DayTable,
): Promise<readonly Partition[]> => {
  const query = sql`select c.relname as name
    from pg_inherits join pg_class c on c.oid = inhrelid
    where inhparent = to_regclass(${`"${schema}".${table}`}) order by c.relname`
  const found = await selectRows(db, t.type({ name: t.string }), query)
  return found.map(({ name }) => ({ name, day: dayOfPartition(name) }))
}

/** `runs_20261123`; years of more digits than four stand whole. */
export const dayOfPartition = (name: string): number => {
  const digits = name.slice(name.lastIndexOf('_') + 1)
  const year = Number(digits.slice(0, -4))
  return Date.UTC(year, Number(digits.slice(-4, -2)) - 1, Number(digits.slice(-2))) / dayMs
}

const lockTimeout = '100ms'

/** False: somebody is reading it just now. Questions wait for the tenth of a second it is tried. */
export const dropPartition = async (
  db: ReadDatabase,
  schema: string,
  { name }: Partition,
): Promise<boolean> => {
  try {
    await db.transaction().execute(async (tx) => {
      await sql`select set_config('lock_timeout', ${lockTimeout}, true)`.execute(tx)
      // First, as whoever applies the log does.
      await sql`update ${sql.id(schema, 'checkpoint')} set layout = layout + 1`.execute(tx)
      await sql`drop table ${sql.id(schema, name)}`.execute(tx)
    })
    return true
  } catch (error) {
    if (isLockTimeout(error)) return false
    throw error
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '55P03'
