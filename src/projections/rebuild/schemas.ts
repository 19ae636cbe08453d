// The schemas of a rebuild, whatever tables they hold: the one that serves, the one that is filled
// beside it, and the one that served before and waits to be dropped. No projection has to know of
// any of this, and a new one needs nothing here.
import * as t from 'io-ts'
import { sql } from 'kysely'
import type { ReadDatabase } from '../database.ts'
import { readSchema } from '../migrate.ts'
import { selectRows } from '../rows.ts'
import { appendedTables, indexesToApply } from '../write-changes.ts'
import type { TableCount } from './requests.ts'

export const nextSchema = `${readSchema}_next`
export const oldSchema = `${readSchema}_old`

export const isThere = async (db: ReadDatabase, schema: string): Promise<boolean> => {
  const query = sql`select to_regnamespace(${schema}) is not null as there`
  return (await selectRows(db, t.type({ there: t.boolean }), query)).some(({ there }) => there)
}

/** Table by table, because one transaction can only hold so many locks. */
export const dropSchema = async (db: ReadDatabase, schema: string): Promise<void> => {
  for (const table of await tablesIn(db, schema, sql`relispartition`))
    await sql`drop table if exists ${sql.id(schema, table)}`.execute(db)
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db)
}

/** Partitions are part of theirs. */
export const tablesIn = async (
  db: ReadDatabase,
  schema: string,
  condition = sql`not relispartition`,
): Promise<readonly string[]> => {
  const query = sql`select relname as name from pg_class
    where relnamespace = to_regnamespace(${schema}) and relkind in ('r', 'p') and ${condition}
    order by relname`
  return (await selectRows(db, t.type({ name: t.string }), query)).map(({ name }) => name)
}

/** Removes what only questions need; answers the statements that bring it back. */
export const setIndexesAside = async (
  tx: ReadDatabase,
  schema: string,
): Promise<readonly string[]> => [
  ...(await setKeysAside(tx, schema)),
  ...(await setSearchesAside(tx, schema)),
]

/** Of tables whose rows nobody looks for meanwhile. */
const setKeysAside = async (tx: ReadDatabase, schema: string): Promise<readonly string[]> => {
  const query = sql`select conname as name, relname as table, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = conrelid
    where t.relnamespace = to_regnamespace(${schema}) and contype = 'p'
      and relname in (${sql.join([...appendedTables])}) order by relname`
  const codec = t.type({ name: t.string, table: t.string, definition: t.string })
  const found = await selectRows(tx, codec, query)
  for (const { name, table } of found)
    await sql`alter table ${sql.id(schema, table)} drop constraint ${sql.id(name)}`.execute(tx)
  return found.map(({ name, table, definition }) => {
    const relation = `"${schema}"."${table}"`
    return `do $$ begin
      if not exists (select from pg_constraint
        where conrelid = '${relation}'::regclass and contype = 'p') then
        alter table ${relation} add constraint "${name}" ${definition};
      end if;
    end $$`
  })
}

const setSearchesAside = async (tx: ReadDatabase, schema: string): Promise<readonly string[]> => {
  const query = sql`select i.relname as name, pg_get_indexdef(i.oid) as definition
    from pg_index join pg_class i on i.oid = indexrelid join pg_class t on t.oid = indrelid
    where t.relnamespace = to_regnamespace(${schema}) and not t.relispartition and not indisunique
      and i.relname not in (${sql.join([...indexesToApply])})
    order by i.relname`
  const found = await selectRows(tx, t.type({ name: t.string, definition: t.string }), query)
  for (const { name } of found) await sql`drop index ${sql.id(schema, name)}`.execute(tx)
  // As it stands, an index of a partitioned table would come back without its partitions.
  return found.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '))
}

/** Those that are back already are passed over. */
export const restoreIndexes = async (
  db: ReadDatabase,
  statements: readonly string[],
): Promise<void> => {
  for (const statement of statements)
    await sql.raw(statement.replace(/^CREATE INDEX /, 'CREATE INDEX IF NOT EXISTS ')).execute(db)
}

/** So that the first question after the exchange is planned as well as the last one before it. */
export const analyze = async (db: ReadDatabase, schema: string): Promise<void> => {
  for (const table of await tablesIn(db, schema))
    await sql`analyze ${sql.id(schema, table)}`.execute(db)
}

const bookkeeping = new Set(['checkpoint', 'migrations', 'retained'])

/** Of every table of either, in one snapshot; a table that is missing has no rows. */
export const countRows = async (
  tx: ReadDatabase,
  served: string,
  rebuilt: string,
): Promise<readonly TableCount[]> => {
  const countOf = async (schema: string, table: string, there: readonly string[]) => {
    if (!there.includes(table)) return 0
    const query = sql`select count(*) as rows from ${sql.id(schema, table)}`
    return (await selectRows(tx, t.type({ rows: t.number }), query))[0]?.rows ?? 0
  }
  const [before, after] = [await tablesIn(tx, served), await tablesIn(tx, rebuilt)]
  const counts: TableCount[] = []
  for (const table of [...new Set([...before, ...after])].filter((name) => !bookkeeping.has(name)))
    counts.push({
      table,
      served: await countOf(served, table, before),
      rebuilt: await countOf(rebuilt, table, after),
    })
  return counts
}
