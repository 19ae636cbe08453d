// From where on the history of runs is whole: of all tasks that do not say how long theirs is kept, and
// of each that does or did. A horizon never moves back: what is dropped stays dropped, whatever is
// wished for later.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import type { ReadDatabase } from '../database.ts'
import { instantParameter, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'

/** Stands for the tasks that say nothing. */
const everyTask = 0

/** Null: nothing has been dropped. Of one task, or of the service as a whole. */
export const readRetained = async (
  { db, table }: Pick<Reading, 'db' | 'table'>,
  taskNo: number | null,
): Promise<Instant | null> => {
  const [row] = await selectRows(
    db,
    t.type({ from: nullable(InstantFromNumber) }),
    taskNo === null
      ? sql`select max(from_at) as "from" from ${table('retained')} where task_no = ${everyTask}`
      : ofTask(table, taskNo),
  )
  return row?.from ?? null
}

/** Whatever happened before this may be gone, of some task at least; null: nothing is. */
export const readLatestRetained = async ({
  db,
  table,
}: Pick<Reading, 'db' | 'table'>): Promise<Instant | null> => {
  const [row] = await selectRows(
    db,
    t.type({ from: nullable(InstantFromNumber) }),
    sql`select nullif(max(from_at), '-infinity') as "from" from ${table('retained')}`,
  )
  return row?.from ?? null
}

/** Null: a question that begins there is answered whole. */
export const missedBy = (from: Instant | undefined, retained: Instant | null): Instant | null =>
  retained !== null && (from === undefined || from < retained) ? retained : null

/** Its own horizon, else that of the service; and no earlier than the log it was made from begins. */
const ofTask = (table: Reading['table'], taskNo: number): RawBuilder<unknown> => {
  const horizonOf = (no: number) =>
    sql`(select from_at from ${table('retained')} where task_no = ${no})`
  return sql`select greatest(
      nullif(${horizonOf(taskNo)}, '-infinity'),
      case when retention_days is null or ${horizonOf(taskNo)} is null
        then ${horizonOf(everyTask)} end,
      (select max(at) from ${table('plans')} p
        where p.task_no = ${taskNo} and p.type = 'TaskCarriedForward')
    ) as "from"
    from ${table('tasks')} where task_no = ${taskNo}`
}

export interface Horizons {
  /** History of tasks that say nothing is kept from here on; null: for ever. */
  readonly service: Instant | null
  /** The begin of today. */
  readonly today: Instant
  /** The begin of the oldest day that some do not keep; null: there is none. */
  readonly oldest: Instant | null
}

/** Written before anything is dropped, so that no answer is ever taken for whole that is not. */
export const moveHorizons = async (
  tx: ReadDatabase,
  schema: string,
  { service, today, oldest }: Horizons,
): Promise<void> => {
  const [retained, tasks] = [sql.id(schema, 'retained'), sql.id(schema, 'tasks')]
  const own = sql`${instantParameter(today)} - retention_days * interval '24 hours'`
  const lower = sql`(select from_at from ${retained} where task_no = ${everyTask})`
  // A task of its own mind has lost what the service dropped before it had one, if anything.
  await sql`insert into ${retained} (task_no, from_at)
    select task_no, coalesce(${lower}, '-infinity') from ${tasks} where retention_days is not null
    on conflict do nothing`.execute(tx)
  if (oldest === null) return
  await sql`insert into ${retained} (task_no, from_at)
    select task_no, ${own} from ${tasks}
    where retention_days is not null and ${own} > ${instantParameter(oldest)}
    on conflict (task_no) do update set from_at = greatest(retained.from_at, excluded.from_at)`.execute(
    tx,
  )
  if (service !== null && service > oldest)
    await sql`insert into ${retained} (task_no, from_at)
      values (${everyTask}, ${instantParameter(service)})
      on conflict (task_no) do update set from_at = greatest(retained.from_at, excluded.from_at)`.execute(
      tx,
    )
}
