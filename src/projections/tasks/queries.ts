// Where is my task, and how is it? Lists walk the index of their order; the page after a task costs
// what the first one does.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { containing, foldCase, gramsOf, mayContain } from '../search.ts'
import { all, answering, instantParameter, readFreshness, type Reading } from '../reading.ts'
import { asStored, nullable, runIdText, selectRows } from '../rows.ts'
import type {
  Found,
  Listed,
  PageRequest,
  QueryFault,
  TaskOrder,
  TasksFilter,
  TaskSummary,
  TaskView,
} from '../views.ts'
import { branchesOf, placeOf, TaskPlace } from './order.ts'
import { FinalOutcome } from './stored.ts'

const TaskRow = t.intersection([
  TaskId,
  t.type({
    taskNo: t.number,
    status: t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null }),
    statusSince: InstantFromNumber,
    statusBy: nullable(t.string),
    statusReason: nullable(t.string),
    pausedUntil: nullable(InstantFromNumber),
    name: nullable(t.string),
    description: nullable(t.string),
    priority: t.number,
    scheduleKind: t.keyof({ cron: null, simple: null }),
    scheduleRule: t.string,
    zone: t.string,
    target: t.string,
    nextFireAt: nullable(InstantFromNumber),
    addedAt: InstantFromNumber,
    addedBy: nullable(t.string),
    addedReason: nullable(t.string),
    changedAt: InstantFromNumber,
    changedBy: nullable(t.string),
    changedReason: nullable(t.string),
    revision: t.number,
    changeRevision: t.number,
    fired: t.number,
    succeeded: t.number,
    failed: t.number,
    timedOut: t.number,
    cancelled: t.number,
    skipped: t.number,
    running: t.number,
    failedInARow: t.number,
    failingSince: nullable(InstantFromNumber),
  }),
  t.union([
    t.type({ lastRunId: t.null }),
    t.type({
      lastRunId: RunId,
      lastOutcome: FinalOutcome,
      lastTriggeredAt: InstantFromNumber,
      lastFinishedAt: InstantFromNumber,
    }),
  ]),
])
type TaskRow = t.TypeOf<typeof TaskRow>
const StoredTaskRow = asStored(TaskRow)

const columns = ({ table }: Reading): RawBuilder<unknown> => sql`
  tasks.task_no as "taskNo", tenant, task_group as "group", job, status, status_since as "statusSince",
  status_by as "statusBy", status_reason as "statusReason", paused_until as "pausedUntil",
  name, description, priority, schedule_kind as "scheduleKind",
  schedule_rule as "scheduleRule", zone, target, next_fire_at as "nextFireAt",
  added_at as "addedAt", added_by as "addedBy", added_reason as "addedReason",
  changed_at as "changedAt", changed_by as "changedBy", changed_reason as "changedReason",
  revision, change_revision as "changeRevision", fired, succeeded, failed, timed_out as "timedOut", cancelled, skipped,
  (select count(*) from ${table('open_runs')} o where o.task_no = tasks.task_no) as running,
  ${runIdText('last_run_id')} as "lastRunId", last_outcome as "lastOutcome",
  last_triggered_at as "lastTriggeredAt", last_finished_at as "lastFinishedAt",
  failed_in_a_row as "failedInARow", failing_since as "failingSince"`

const from = ({ table }: Reading): RawBuilder<unknown> =>
  sql`${table('tasks')} tasks join ${table('task_progress')} using (task_no)`

const summaryOf = (row: TaskRow): TaskSummary => {
  const { tenant, group, job, fired, succeeded, failed, timedOut, cancelled, skipped, running } =
    row
  const { status, statusSince, statusBy, statusReason, pausedUntil, revision, nextFireAt } = row
  const { name, description, priority, scheduleKind, scheduleRule, zone, target } = row
  const { addedAt, addedBy, addedReason, changedAt, changedBy, changedReason } = row
  const { failedInARow, failingSince, changeRevision } = row
  return {
    taskId: { tenant, group, job },
    failedInARow,
    failingSince,
    status,
    statusSince,
    statusBy,
    statusReason,
    pausedUntil,
    name,
    description,
    priority,
    scheduleKind,
    scheduleRule,
    zone,
    target,
    nextFireAt,
    addedAt,
    addedBy,
    addedReason,
    changedAt,
    changedBy,
    changedReason,
    revision,
    changeRevision,
    counts: { fired, succeeded, failed, timedOut, cancelled, skipped, running },
    lastRun:
      row.lastRunId === null
        ? null
        : {
            runId: row.lastRunId,
            outcome: row.lastOutcome,
            triggeredAt: row.lastTriggeredAt,
            finishedAt: row.lastFinishedAt,
          },
  }
}

export const listTasks = (
  reading: Reading,
  filter: TasksFilter,
  page: PageRequest,
  order: TaskOrder = 'key',
): TE.TaskEither<QueryFault, Listed<TaskSummary>> => {
  const cursors = cursorsOf('tasks', TaskPlace, { ...filter, order })
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const freshness = await readFreshness(reading)
    const wanted = { filter, after: after.right, limit: rowsOf(page.limit) }
    const rows = await (order === 'key' && filter.text !== undefined
      ? searchTasks(reading, { ...wanted, filter: { ...filter, text: filter.text } })
      : readTasks(reading, wanted, order))
    const cursorOf = (row: TaskRow) => cursors.write(placeOf(order, row))
    return pageOf(rows, page.limit, summaryOf, cursorOf, freshness)
  })
}

interface Wanted<Filter = TasksFilter> {
  readonly filter: Filter
  readonly after: TaskPlace | null
  readonly limit: number
}

const readTasks = async (
  reading: Reading,
  { filter, after, limit }: Wanted,
  order: TaskOrder,
): Promise<readonly TaskRow[]> => {
  const rows: TaskRow[] = []
  for (const { conditions, orderBy } of branchesOf(order, after)) {
    const left = limit - rows.length
    if (left === 0) break
    const wanted = [...conditionsOf(reading, filter), ...conditions]
    rows.push(...(await selectTasks(reading, from(reading), wanted, orderBy, left)))
  }
  return rows
}

const selectTasks = (
  reading: Reading,
  source: RawBuilder<unknown>,
  conditions: readonly RawBuilder<unknown>[],
  orderBy: RawBuilder<unknown>,
  limit: number,
): Promise<readonly TaskRow[]> =>
  selectRows(
    reading.db,
    StoredTaskRow,
    sql`select ${columns(reading)} from ${source} where ${all(conditions)}
      order by ${orderBy} limit ${limit}`,
  )

/** Tasks that are looked at one by one before the index of texts is asked. */
const walkedMax = 1_000

/** A common text fills the page right away; a rare one is what the index is for. */
const searchTasks = async (
  reading: Reading,
  wanted: Wanted<TasksFilter & { readonly text: string }>,
): Promise<readonly TaskRow[]> => {
  const { table } = reading
  const { filter, after, limit } = wanted
  const { tenant, group, text, ...others } = filter
  const [{ conditions, orderBy }] = branchesOf('key', after)
  const scope = [
    sql`tenant = ${tenant}`,
    ...(group === undefined ? [] : [sql`task_group = ${group}`]),
    ...conditions,
  ]
  const next = sql`(select * from ${table('tasks')} where ${all(scope)}
    order by ${orderBy} limit ${walkedMax}) tasks join ${table('task_progress')} using (task_no)`
  const [matches = sql`true`] = textConditions(reading, text)
  const looked = [...conditionsOf(reading, { tenant, ...others }), matches]
  const walked = await selectTasks(reading, next, looked, orderBy, limit)
  if (walked.length === limit) return walked
  const beyond = await selectRows(
    reading.db,
    t.type({ job: t.string }),
    sql`select job from ${table('tasks')} where ${all(scope)}
      order by ${orderBy} offset ${walkedMax} limit 1`,
  )
  return beyond.length === 0 ? walked : readTasks(reading, wanted, 'key')
}

const conditionsOf = (
  reading: Reading,
  { tenant, group, statuses, text, kind, calendar, ...progress }: TasksFilter,
): RawBuilder<unknown>[] => [
  sql`tenant = ${tenant}`,
  ...(group === undefined ? [] : [sql`task_group = ${group}`]),
  ...(kind === undefined ? [] : [sql`schedule_kind = ${kind}`]),
  ...(calendar === undefined ? [] : [naming(calendar, sql`calendars`)]),
  ...progressConditions(progress),
  statuses === undefined || statuses.length === 0
    ? sql`status not in ('Absent', 'Deleted')`
    : sql`status in (${sql.join(statuses)})`,
  ...(text === undefined ? [] : textConditions(reading, text)),
]

/** Of a list of names, as JSON. */
export const naming = (calendar: string, names: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`${names} ? ${calendar}::text`

const progressConditions = ({
  nextFrom,
  nextUntil,
  lastOutcomes = [],
  failing,
}: Pick<TasksFilter, 'nextFrom' | 'nextUntil' | 'lastOutcomes' | 'failing'>) => [
  ...(nextFrom === undefined ? [] : [sql`next_fire_at >= ${instantParameter(nextFrom)}`]),
  ...(nextUntil === undefined ? [] : [sql`next_fire_at < ${instantParameter(nextUntil)}`]),
  ...(lastOutcomes.length === 0 ? [] : [sql`last_outcome in (${sql.join(lastOutcomes)})`]),
  ...(failing === true ? [sql`failing_since is not null`, sql`status = 'Active'`] : []),
]

/** On the `search_text` of tasks, which is in lower case. */
export const textConditions = (
  { table }: Pick<Reading, 'table'>,
  text: string,
): readonly RawBuilder<unknown>[] => {
  const lower = foldCase(text.toLowerCase())
  const grams = gramsOf(lower)
  return [
    sql`search_text like ${containing(lower)}`,
    ...(grams === null ? [] : [mayContain(grams, sql`${table('search_grams')}(search_text)`)]),
  ]
}

const Definition = t.type({ definition: TaskDefinition })

export const findTask = (
  reading: Reading,
  { tenant, group, job }: TaskId,
): TE.TaskEither<QueryFault, Found<TaskView>> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const [row] = await selectRows(
      reading.db,
      t.intersection([TaskRow, Definition]),
      sql`select definition, ${columns(reading)} from ${from(reading)}
        where tenant = ${tenant} and task_group = ${group} and job = ${job}
          and status <> 'Absent'`,
    )
    const item = row === undefined ? null : { ...summaryOf(row), definition: row.definition }
    return { item, freshness }
  })
