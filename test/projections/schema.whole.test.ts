// The schema that the migrations lead to, held against schema.txt beside this file. When a new
// migration changes it on purpose: `npx vitest run test/projections/schema.whole.test.ts -u`.
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { migrate, readSchema } from '../../src/projections/migrate.ts'
import { usePostgres } from './kit.ts'

const postgres = usePostgres()

/** Columns, constraints, indexes, enumerations and settings, a line each. */
const dump = async (db: ReadDatabase, schema: string): Promise<string> => {
  const { rows } = await sql<{ line: string }>`
    with tables as (select oid, relname, reloptions, relkind from pg_class
      where relnamespace = ${schema}::regnamespace and relkind in ('r', 'p'))
    select 'table ' || relname || coalesce(' with ' || array_to_string(reloptions, ', '), '')
      || case relkind when 'p' then ' partition by ' || pg_get_partkeydef(oid) else '' end as line
      from tables
    union all
    select 'column ' || relname || '.' || lpad(attnum::text, 2, '0') || ' ' || attname || ' '
      || format_type(atttypid, atttypmod) || coalesce(' collate ' || nullif(collname, 'default'), '')
      || case when attnotnull then ' not null' else '' end
      || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
      from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
      left join pg_collation on pg_collation.oid = attcollation
    union all
    select 'constraint ' || relname || '.' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
      from pg_constraint join tables on conrelid = tables.oid where contype <> 'n'
    union all
    select 'index ' || indexdef from pg_indexes where schemaname = ${schema}
    union all
    select 'enumeration ' || typname || ' ' || string_agg(enumlabel, ', ' order by enumsortorder)
      from pg_type join pg_enum on enumtypid = pg_type.oid
      where typnamespace = ${schema}::regnamespace group by typname
    order by 1`.execute(db)
  return rows.map(({ line }) => `${line.replaceAll(`${schema}.`, '')}\n`).join('')
}

test('the migrations lead to the schema that is written down', async () => {
  const db = await postgres.fresh()
  await expect(await dump(db, readSchema)).toMatchFileSnapshot('schema.txt')
})

test('processes that start together migrate once', async () => {
  const url = await postgres.freshUrl()
  await Promise.all([1, 2, 3].map(() => migrate(postgres.connect(url))))
  const db = postgres.connect(url)
  await migrate(db)
  const { rows } = await sql`select number, name from carillon_read.migrations`.execute(db)
  expect(rows).toMatchObject([
    { number: 1, name: '0001-tasks-runs-activity' },
    { number: 2, name: '0002-stats-ledger' },
    { number: 3, name: '0003-gaps-filters' },
    { number: 4, name: '0004-plans' },
    { number: 5, name: '0005-search' },
    { number: 6, name: '0006-retention' },
    { number: 7, name: '0007-bounded-lists' },
    { number: 8, name: '0008-lengths-calendars' },
    { number: 9, name: '0009-order-of-change' },
    { number: 10, name: '0010-change-revision' },
    { number: 11, name: '0011-recall-tests' },
    { number: 12, name: '0012-group-counts' },
    { number: 13, name: '0013-stats-percentiles' },
    { number: 14, name: '0014-plan-beginnings' },
    { number: 15, name: '0015-stats-unfilled' },
  ])
})

test('a schema of a newer version is refused', async () => {
  const db = await postgres.fresh()
  await sql`insert into carillon_read.migrations (number, name)
    values (1000, 'later')`.execute(db)
  await expect(migrate(db)).rejects.toThrow('newer version')
})
