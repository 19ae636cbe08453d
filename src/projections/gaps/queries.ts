// Which planned instants have no verdict? Those the log has passed stand in rows of their own; those
// nobody has decided are found by the index of the next fire, which comes from schedule and log and
// not from the scheduler. Time is that of the read models: an event they have not seen is no gap.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, instantAt, type Instant } from '../../domain/instant.ts'
import { compileTimetable, type Span } from '../../domain/schedule/timetable.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import { TaskId } from '../../domain/task/ids.ts'
import { spreadOf } from '../../domain/task/occurrences.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import {
  all,
  answering,
  instantParameter,
  readScope,
  unionAll,
  type Reading,
  type Scope,
} from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import type { Listed, PageRequest, QueryFault } from '../views.ts'
import { gapGraceMs, type GapsFilter, type GapView } from './views.ts'

const GapRow = t.intersection([
  TaskId,
  t.type({ taskNo: t.number, since: InstantFromNumber, first: InstantFromNumber }),
  t.union([
    t.type({
      state: t.literal('passed'),
      last: InstantFromNumber,
      count: t.number,
      countExact: t.boolean,
    }),
    t.type({
      state: t.literal('undecided'),
      definition: TaskDefinition,
      decidedThrough: InstantFromNumber,
      startAt: nullable(InstantFromNumber),
      repeatCount: t.number,
      asOf: InstantFromNumber,
    }),
  ]),
])
type GapRow = t.TypeOf<typeof GapRow>

const GapKey = t.tuple([InstantFromNumber, t.number, InstantFromNumber])
const oldestFirst = sql`order by since, task_no, first_at`

export const listGaps = (
  reading: Reading,
  filter: GapsFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, Listed<GapView>> => {
  const cursors = cursorsOf('gaps', GapKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const { freshness, conditions } = await readScope(reading, filter)
    if (conditions === null) return { items: [], next: null, freshness }
    const limit = rowsOf(page.limit)
    const key = after.right
    const later =
      key === null
        ? []
        : [
            sql`(since, task_no, first_at) >
              (${instantParameter(key[0])}, ${key[1]}::int, ${instantParameter(key[2])})`,
          ]
    const branches = gapsOf(reading, conditions).map(
      (gaps) => sql`select * from (${gaps}) r where ${all(later)} ${oldestFirst} limit ${limit}`,
    )
    const rows = await selectRows(
      reading.db,
      GapRow,
      sql`select tenant, task_group as "group", job, task_no as "taskNo", state, since,
          first_at as "first", last_at as "last", r.count, count_exact as "countExact",
          definition, decided_through as "decidedThrough", start_at as "startAt",
          repeat_count as "repeatCount", (select as_of from ${reading.table('checkpoint')}) as "asOf"
        from (${unionAll(branches)} ${oldestFirst} limit ${limit}) r
          join ${reading.table('tasks')} using (task_no)
          join (select task_no, decided_through, start_at, repeat_count
            from ${reading.table('task_progress')}) progress using (task_no)
        ${oldestFirst}`,
    )
    const cursorOf = ({ since, taskNo, first }: GapRow) => cursors.write([since, taskNo, first])
    return pageOf(rows, page.limit, viewOf, cursorOf, freshness)
  })
}

/** How many there are, as far as anybody needs to know. */
export const countGaps = (reading: Reading, countMax: number): TE.TaskEither<QueryFault, number> =>
  answering(() => countIn(reading, [], countMax))

/** As {@link countGaps}, of what a scope holds. */
export const countGapsIn = async (
  reading: Reading,
  conditions: Scope['conditions'],
  countMax: number,
): Promise<number> => (conditions === null ? 0 : countIn(reading, conditions, countMax))

const countIn = async (
  reading: Reading,
  conditions: readonly RawBuilder<unknown>[],
  countMax: number,
): Promise<number> => {
  // In order, so that the index is walked: how many are due nobody can guess beforehand.
  const branches = gapsOf(reading, conditions).map(
    (gaps) => sql`${gaps} order by since limit ${countMax}`,
  )
  const [row] = await selectRows(
    reading.db,
    t.type({ count: t.number }),
    sql`select least(count(*), ${countMax}) as count from (${unionAll(branches)}) r`,
  )
  return row?.count ?? 0
}

const gapsOf = (
  { table }: Reading,
  conditions: readonly RawBuilder<unknown>[],
): readonly RawBuilder<unknown>[] => {
  const due = sql`((select as_of from ${table('checkpoint')})
    - ${gapGraceMs}::float8 * interval '1 millisecond')`
  return [
    sql`select task_no, 'passed'::text as state, since, first_at, last_at, count, count_exact
      from ${table('gaps')} r where ${all([...conditions, sql`since < ${due}`])}`,
    // A paused task gets its verdicts on resuming, and has no next fire until then.
    sql`select task_no, 'undecided'::text as state, next_fire_at as since,
        next_fire_at as first_at, null::timestamptz as last_at, null::int as count,
        null::boolean as count_exact
      from ${table('task_progress')} p
      where next_fire_at < ${due} and ${inScope(table, conditions)}`,
  ]
}

const inScope = (
  table: Reading['table'],
  conditions: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> =>
  conditions.length === 0
    ? sql`true`
    : sql`exists (select from ${table('tasks')} r
        where r.task_no = p.task_no and ${all(conditions)})`

const viewOf = (row: GapRow): GapView => {
  const { tenant, group, job, state, since } = row
  const taskId = { tenant, group, job }
  const span = row.state === 'passed' ? row : undecidedSpan(taskId, row)
  const { first, last, count, countExact } = span
  return { taskId, state, first, last, count, countExact, since }
}

/** What the schedule planned since the last verdict; its first instant at least. */
const undecidedSpan = (
  taskId: TaskId,
  row: Extract<GapRow, { readonly state: 'undecided' }>,
): Span => {
  const { decidedThrough, startAt, repeatCount, asOf } = row
  const { schedule } = row.definition
  const spread = spreadOf(taskId, schedule.jitterMs)
  const first = minus(row.since, spread)
  const timetable = compileTimetable(schedule)
  const trigger = { decidedThrough, startAt, repeatCount, timesTriggered: 0 }
  const span = E.isLeft(timetable)
    ? null
    : timetable.right.span(trigger, decidedThrough, minus(asOf, gapGraceMs + spread))
  return span ?? { first, last: first, count: 1, countExact: true }
}

const minus = (at: Instant, ms: number): Instant => instantAt(at - ms)
