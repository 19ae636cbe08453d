// What every query shares: the scope its names stand for, read together with the checkpoint and
// before anything else, so that an answer is never older than it says.
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { earliestMs } from './bytes.ts'
import type { ReadDatabase } from './database.ts'
import { Position } from '../event-store/event-store.ts'
import { nullable, selectRows } from './rows.ts'
import type { Freshness, QueryFault } from './views.ts'

/** Where queries read: a database, and the schema that is being served. */
export interface Reading {
  readonly db: ReadDatabase
  readonly schema: string
  /** Rows that one page of a search looks at one by one. */
  readonly walkedMax: number
  readonly table: (name: string) => RawBuilder<unknown>
}

export const readingFrom = (db: ReadDatabase, schema: string, walkedMax = 5_000): Reading => ({
  db,
  schema,
  walkedMax,
  table: (name) => sql.id(schema, name),
})

export const answering = <A>(read: () => Promise<A>): TE.TaskEither<QueryFault, A> =>
  TE.tryCatch(read, (error) => ({
    type: 'ReadModelUnavailable',
    reason: error instanceof Error ? error.message : String(error),
    retryable: true,
  }))

/** `and`-ed; `true` when there are none. */
export const all = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)

/** Each with its own order and limit, so that every one can walk an index. */
export const unionAll = (branches: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(
    branches.map((branch) => sql`select * from (${branch}) branch`),
    sql` union all `,
  )

/** An instant as Postgres can compare it. */
export const instantParameter = (epochMs: number): RawBuilder<unknown> =>
  sql`to_timestamp(${Math.max(epochMs, earliestMs) / 1_000}::float8)`

export interface ScopeFilter {
  readonly tenant: string
  readonly group?: string | undefined
  readonly job?: string | undefined
}

const ScopeRow = t.type({
  position: nullable(Position),
  ageMs: nullable(t.number),
  groupNo: nullable(t.number),
  taskNo: nullable(t.number),
  tenantNo: nullable(t.number),
  tenants: t.boolean,
})

export interface Scope {
  readonly freshness: Freshness
  /** On `group_no` and `task_no` of a table called `r`. Null: nothing can be in this scope. */
  readonly conditions: readonly RawBuilder<unknown>[] | null
  /** Numbers of what the filter names; null: not named, or not there. */
  readonly groupNo: number | null
  readonly taskNo: number | null
  readonly tenantNo: number | null
}

export const readScope = async (reading: Reading, filter: ScopeFilter): Promise<Scope> => {
  const { table } = reading
  const { tenant, group = null, job = null } = filter
  const groups = table('task_groups')
  const [row] = await selectRows(
    reading.db,
    ScopeRow,
    sql`select position, ${age} as "ageMs",
        (select group_no from ${groups} where tenant = ${tenant} and task_group = ${group}) as "groupNo",
        (select task_no from ${table('tasks')}
          where tenant = ${tenant} and task_group = ${group} and job = ${job}) as "taskNo",
        (select tenant_no from ${groups} where tenant = ${tenant} limit 1) as "tenantNo",
        exists (select from ${groups} where tenant <> ${tenant}) as tenants
      from ${table('checkpoint')}`,
  )
  if (row === undefined) throw new Error('the checkpoint is gone')
  const { position, ageMs, tenants, ...numbers } = row
  const { groupNo, taskNo } = numbers
  const scope = { freshness: { position, ageMs }, ...numbers }
  if (job !== null)
    return { ...scope, conditions: taskNo === null ? null : [sql`r.task_no = ${taskNo}`] }
  if (group !== null)
    return { ...scope, conditions: groupNo === null ? null : [sql`r.group_no = ${groupNo}`] }
  // Looked up row by row, so that rows keep coming in the order of their index.
  const ours = sql`(select tenant from ${groups} g where g.group_no = r.group_no) = ${tenant}`
  return { ...scope, conditions: tenants ? [ours] : [] }
}

const age = sql`(greatest(0, extract(epoch from clock_timestamp() - as_of) * 1000))::float8`

export const readFreshness = async ({ db, table }: Reading): Promise<Freshness> => {
  const [row] = await selectRows(
    db,
    t.type({ position: nullable(Position), ageMs: nullable(t.number) }),
    sql`select position, ${age} as "ageMs" from ${table('checkpoint')}`,
  )
  if (row === undefined) throw new Error('the checkpoint is gone')
  return row
}

/** And how many events have been applied, to which read models: another rebuild has another number. */
export const readProgress = async ({ db, schema, table }: Reading) => {
  const [row] = await selectRows(
    db,
    t.type({
      ...{ position: nullable(Position), ageMs: nullable(t.number) },
      ...{ events: t.number, version: t.number },
    }),
    sql`select position, ${age} as "ageMs", events, ${sql.lit(`"${schema}"`)}::regnamespace::oid::int8
      as version from ${table('checkpoint')}`,
  )
  if (row === undefined) throw new Error('the checkpoint is gone')
  const { position, ageMs, events, version } = row
  return { freshness: { position, ageMs }, events, version }
}
