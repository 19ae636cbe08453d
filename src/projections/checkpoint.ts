// The row that says how far the read models have come. It moves only together with the rows it
// speaks for, and only from where its mover believed it to stand.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { Position } from '../event-store/event-store.ts'
import type { ReadDatabase } from './database.ts'
import type { Checkpoint } from './memory.ts'
import { nullable, selectRows } from './rows.ts'

const StoredCheckpoint = t.type({
  version: t.number,
  position: nullable(Position),
  events: t.number,
  tasks: t.number,
  groups: t.number,
  layout: t.number,
})

/** A rebuild exchanges the schema itself, so that its own number tells one version from another. */
const versionOf = (schema: string) =>
  sql`(select oid::int8 from pg_namespace where nspname = ${schema}) as version`

export const readCheckpoint = async (db: ReadDatabase, schema: string): Promise<Checkpoint> => {
  const checkpoint = sql.id(schema, 'checkpoint')
  const query = sql`select ${versionOf(schema)}, position, events, tasks, groups, layout
    from ${checkpoint}`
  return onlyRow(await selectRows(db, StoredCheckpoint, query))
}

/**
 * Begins a batch: holds the row until the end of the transaction, lets names without a schema mean
 * this one, and lets the commit return before it is on the disk (the log is, and brings it again).
 */
export const lockCheckpoint = async (tx: ReadDatabase, schema: string): Promise<Checkpoint> => {
  const query = sql`select ${versionOf(schema)}, position, events, tasks, groups, layout,
      set_config('search_path', ${`"${schema}"`}, true),
      set_config('synchronous_commit', 'off', true)
    from ${sql.id(schema, 'checkpoint')} for update`
  return onlyRow(await selectRows(tx, StoredCheckpoint, query))
}

/** `ageMs`: how long ago nothing was recorded beyond the checkpoint; null: nothing new is known. */
export const movedCheckpoint = (
  { position, events, tasks, groups }: Checkpoint,
  ageMs: number | null,
) => sql`update checkpoint set position = ${position}, events = ${events}, tasks = ${tasks},
    groups = ${groups}, as_of = coalesce(clock_timestamp() - ${ageMs}::float8 * interval '1 millisecond', as_of)`

const onlyRow = (rows: readonly Checkpoint[]): Checkpoint => {
  const [row] = rows
  if (row === undefined) throw new Error('the checkpoint is gone')
  return row
}
