// Brings a read schema to this version: numbered steps, each once and in order, each in its own
// transaction under an advisory lock, so that replicas may all start at once. A step that has been
// released never changes; a change is a new step.
import { sql, type Kysely } from 'kysely'
import * as first from './migrations/0001-tasks-runs-activity.ts'
import * as second from './migrations/0002-stats-ledger.ts'
import * as third from './migrations/0003-gaps-filters.ts'
import * as fourth from './migrations/0004-plans.ts'
import * as fifth from './migrations/0005-search.ts'
import * as sixth from './migrations/0006-retention.ts'
import * as seventh from './migrations/0007-bounded-lists.ts'
import * as eighth from './migrations/0008-lengths-calendars.ts'
import * as ninth from './migrations/0009-order-of-change.ts'
import * as tenth from './migrations/0010-change-revision.ts'
import * as eleventh from './migrations/0011-recall-tests.ts'
import * as twelfth from './migrations/0012-group-counts.ts'
import * as thirteenth from './migrations/0013-stats-percentiles.ts'
import * as fourteenth from './migrations/0014-plan-beginnings.ts'
import * as fifteenth from './migrations/0015-stats-unfilled.ts'
import type { ReadTables } from './database.ts'

const steps: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-tasks-runs-activity', sql: first.sql },
  { name: '0002-stats-ledger', sql: second.sql },
  { name: '0003-gaps-filters', sql: third.sql },
  { name: '0004-plans', sql: fourth.sql },
  { name: '0005-search', sql: fifth.sql },
  { name: '0006-retention', sql: sixth.sql },
  { name: '0007-bounded-lists', sql: seventh.sql },
  { name: '0008-lengths-calendars', sql: eighth.sql },
  { name: '0009-order-of-change', sql: ninth.sql },
  { name: '0010-change-revision', sql: tenth.sql },
  { name: '0011-recall-tests', sql: eleventh.sql },
  { name: '0012-group-counts', sql: twelfth.sql },
  { name: '0013-stats-percentiles', sql: thirteenth.sql },
  { name: '0014-plan-beginnings', sql: fourteenth.sql },
  { name: '0015-stats-unfilled', sql: fifteenth.sql },
]

export const readSchema = 'carillon_read'

/** Creates the schema when it is missing. Refuses one that a newer version has changed. */
export const migrate = async (db: Kysely<ReadTables>, schema = readSchema): Promise<void> => {
  let next = 0
  while (next < steps.length)
    next = await db.transaction().execute((tx) => takeNextStep(tx, schema))
}

/** A new schema within a transaction: nobody sees it before all steps are done. */
export const createSchema = async (tx: Kysely<ReadTables>, schema: string): Promise<void> => {
  while ((await takeNextStep(tx, schema)) < steps.length);
  await sql`set local search_path to default`.execute(tx)
}

/** Answers how many steps are done. */
const takeNextStep = async (tx: Kysely<ReadTables>, schema: string): Promise<number> => {
  const lock = `migrate ${schema}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx)
  await sql`create schema if not exists ${sql.id(schema)}`.execute(tx)
  await sql`select set_config('search_path', ${`"${schema}"`}, true)`.execute(tx)
  await sql`create table if not exists migrations (
    number int primary key,
    name text not null,
    applied_at timestamptz not null default now()
  )`.execute(tx)
  const { rows } = await sql<{ done: number }>`
    select count(*)::int as done from migrations`.execute(tx)
  const done = rows[0]?.done ?? 0
  if (done > steps.length)
    throw new Error(`schema ${schema} was written by a newer version (${done} migrations)`)
  const step = steps[done]
  if (step === undefined) return done
  await sql.raw(step.sql).execute(tx)
  await sql`insert into migrations (number, name) values (${done + 1}, ${step.name})`.execute(tx)
  return done + 1
}
