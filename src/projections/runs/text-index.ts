// The text index of each day's runs, built when the day is over: fires do not pay for it, and a run
// that ends later is indexed as it is written. It is no part of what the log says, so it may be missing.
import * as t from 'io-ts'
import { sql } from 'kysely'
import type { Instant } from '../../domain/instant.ts'
import type { ReadDatabase } from '../database.ts'
import { readingFrom, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import { dayOf, dayOfPartition } from './partitions.ts'

const nameOf = (partition: string): string => `${partition}_text`

const PartitionRow = t.type({
  partition: t.string,
  /** Null: there is none; false: its building was cut short. */
  valid: t.union([t.boolean, t.null]),
})

const readPartitions = ({ db, schema }: Pick<Reading, 'db' | 'schema'>) =>
  selectRows(
    db,
    PartitionRow,
    sql`select c.relname as partition, i.indisvalid as valid
      from pg_inherits h
        join pg_class c on c.oid = h.inhrelid
        left join pg_class n on n.relnamespace = c.relnamespace and n.relname = c.relname || '_text'
        left join pg_index i on i.indexrelid = n.oid
      where h.inhparent = to_regclass(${`"${schema}".runs`})
      order by c.relname desc`,
  )

export interface TextDay {
  /** Counted from 1970. */
  readonly day: number
  readonly indexed: boolean
}

/** Every day that has runs, newest first. */
export const readTextDays = async (reading: Reading): Promise<readonly TextDay[]> => {
  const partitions = await readPartitions(reading)
  return partitions.map(({ partition, valid }) => ({
    day: dayOfPartition(partition),
    indexed: valid === true,
  }))
}

/**
 * Builds what is missing for the days that are over, the newest first, one at a time and without
 * holding up writers. Answers how many were built.
 */
export const indexTexts = async (
  db: ReadDatabase,
  schema: string,
  now: Instant,
  signal: AbortSignal,
): Promise<number> => {
  const reading = readingFrom(db, schema)
  let built = 0
  for (const { partition, valid } of await readPartitions(reading)) {
    if (signal.aborted) break
    if (valid === true || dayOfPartition(partition) >= dayOf(now)) continue
    const index = nameOf(partition)
    if (valid === false)
      await sql`drop index concurrently if exists ${sql.id(schema, index)}`.execute(db)
    const grams = sql`${reading.table('search_grams')}(${reading.table('run_extract')}(reason, result_value))`
    await sql`create index concurrently ${sql.id(index)}
      on ${sql.id(schema, partition)} using gin (${grams})`.execute(db)
    await sql`analyze ${sql.id(schema, partition)}`.execute(db)
    built += 1
  }
  return built
}
