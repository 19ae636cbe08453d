// One partition for each day (UTC) of a table that is partitioned by day, made when the first row of
// that day comes. Made beside the table and attached, which readers do not notice.
import { sql } from 'kysely'
import type { Instant } from '../../domain/instant.ts'
import type { ReadDatabase } from '../database.ts'

export const dayMs = 86_400_000

/** Number of an instant's day since 1970. */
export const dayOf = (instant: Instant): number => Math.floor(instant / dayMs)

/** Makes sure that a day's partition is there; the search path names the schema. */
export const ensurePartition = async (
  tx: ReadDatabase,
  table: 'runs' | 'skips',
  day: number,
): Promise<void> => {
  const start = dayText(day)
  const name = `${table}_${start.replaceAll('-', '')}`
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass(${name}) is not null as there`.execute(tx)
  if (rows[0]?.there === true) return
  await sql`create table ${sql.id(name)} (like ${sql.id(table)} including all)`.execute(tx)
  await sql`alter table ${sql.id(table)} attach partition ${sql.id(name)}
    for values from (${midnight(day)}) to (${midnight(day + 1)})`.execute(tx)
}

const dayText = (day: number): string =>
  new Date(day * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length)

const midnight = (day: number) => sql.lit(`${dayText(day)} 00:00:00+00`)
