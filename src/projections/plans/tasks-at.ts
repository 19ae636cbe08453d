// The list of tasks as it was at a moment: status, definition and who made them so, from the rows
// that held then. Walks the tasks in order of group and job and looks up one row for each, so that a
// page costs what it shows, however long the past is.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { changeTypes } from '../../domain/task/changes.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import { TaskId } from '../../domain/task/ids.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { all, answering, readFreshness, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import { containing, foldCase } from '../search.ts'
import { naming } from '../tasks/queries.ts'
import type { Listed, PageRequest, QueryFault, TasksFilter, TaskStatus } from '../views.ts'
import { mayHaveBegun } from './beginnings.ts'
import { hasHappened, type Through } from './moments.ts'

/** A task as it stood at a moment. Counts and runs of that time stand in its stream. */
export interface TaskAt {
  readonly taskId: TaskId
  readonly status: TaskStatus
  readonly statusSince: Instant
  readonly statusBy: string | null
  readonly statusReason: string | null
  readonly pausedUntil: Instant | null
  readonly addedAt: Instant
  readonly addedBy: string | null
  readonly addedReason: string | null
  readonly changedAt: Instant
  readonly changedBy: string | null
  readonly changedReason: string | null
  /** Of the event that made it so. */
  readonly revision: number
  /** Of the newest change by then. */
  readonly changeRevision: number
  readonly definition: TaskDefinition
  readonly startAt: Instant | null
  readonly repeatCount: number
}

const Row = t.intersection([
  TaskId,
  t.type({
    status: t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null }),
    statusSince: InstantFromNumber,
    statusBy: nullable(t.string),
    statusReason: nullable(t.string),
    pausedUntil: nullable(InstantFromNumber),
    addedAt: InstantFromNumber,
    addedBy: nullable(t.string),
    addedReason: nullable(t.string),
    changedAt: InstantFromNumber,
    changedBy: nullable(t.string),
    changedReason: nullable(t.string),
    revision: t.number,
    changeRevision: t.number,
    definition: TaskDefinition,
    startAt: nullable(InstantFromNumber),
    repeatCount: t.number,
  }),
])
type Row = t.TypeOf<typeof Row>

const columns = sql`p.tenant, p.task_group as "group", p.job, p.status, p.revision,
  coalesce(p.change_revision, p.revision) as "changeRevision",
  s.since as "statusSince", s.actor as "statusBy", s.reason as "statusReason",
  p.paused_until as "pausedUntil",
  a.since as "addedAt", a.actor as "addedBy", a.reason as "addedReason",
  p.changed_at as "changedAt", p.changed_by as "changedBy", p.changed_reason as "changedReason",
  p.defined as definition, p.start_at as "startAt", p.repeat_count as "repeatCount"`

const Key = t.tuple([t.string, t.string])

export const listTasksAt = (
  reading: Reading,
  filter: TasksFilter & { readonly job?: string | undefined },
  through: Through,
  page: PageRequest,
): TE.TaskEither<QueryFault, Listed<TaskAt>> => {
  const cursors = cursorsOf('tasks at', Key, { ...filter, ...through })
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const freshness = await readFreshness(reading)
    const wanted = { filter, through, after: after.right, limit: rowsOf(page.limit) }
    const { rows, walkedTo } = await readTasksAt(reading, wanted)
    const cursorOf = ({ group, job }: Row) => cursors.write([group, job])
    const listed = pageOf(rows, page.limit, taskAt, cursorOf, freshness)
    return listed.next === null && walkedTo !== null
      ? { ...listed, next: cursors.write(walkedTo) }
      : listed
  })
}

interface Wanted {
  readonly filter: TasksFilter & { readonly job?: string | undefined }
  readonly through: Through
  readonly after: t.TypeOf<typeof Key> | null
  readonly limit: number
}

/** Groups that a page looks through at once. */
const groupsAtOnce = 64

interface Walked {
  readonly rows: readonly Row[]
  /** Further was not looked; null: there is nothing further. */
  readonly walkedTo: t.TypeOf<typeof Key> | null
}

/** Tasks that one page looks at, however few of them are wanted. */
const walkedMax = 2_000

/** Group by group, those left out that had no task then; further at each step, should few be wanted. */
const readTasksAt = async (reading: Reading, wanted: Wanted): Promise<Walked> => {
  const { filter, limit } = wanted
  const { group, job } = filter
  const groupsFrom = (from: string): Promise<readonly string[]> =>
    group === undefined ? groupsWithin(reading, wanted, from) : Promise.resolve([group])
  const most = Math.min(walkedMax, reading.walkedMax)
  const rows: Row[] = []
  let [walked, step, after] = [0, limit * 4, wanted.after]
  for (let groups = await groupsFrom(after?.[0] ?? ''); ;) {
    const beginnings = beginningsIn(wanted, groups, after)
    const asked = Math.min(step, most - walked)
    const reached = job === undefined ? await lastWithin(reading, beginnings, asked) : null
    const within =
      reached === null ? [] : [sql`(b.task_group, b.job) <= (${reached.group}, ${reached.job})`]
    if (reached !== null || job !== undefined)
      rows.push(...(await rowsIn(reading, wanted, [...beginnings, ...within], limit - rows.length)))
    if (rows.length >= limit) return { rows, walkedTo: null }
    if (reached !== null) [walked, after] = [walked + reached.count, [reached.group, reached.job]]
    if (walked >= most) return { rows, walkedTo: after }
    step *= 4
    if (reached?.count === asked) continue
    const last = groups.at(-1)
    if (last === undefined || group !== undefined || groups.length < groupsAtOnce)
      return { rows, walkedTo: null }
    groups = await groupsFrom(`${last}\u0001`)
  }
}

/** What had begun by then, behind the page before. */
const beginningsIn = (
  { filter, through }: Wanted,
  groups: readonly string[],
  after: Wanted['after'],
): readonly RawBuilder<unknown>[] => [
  sql`b.tenant = ${filter.tenant}`,
  sql`b.task_group = any(${sql.val([...groups])}::text[])`,
  ...(filter.job === undefined ? [] : [sql`b.job = ${filter.job}`]),
  mayHaveBegun(through),
  ...(after === null ? [] : [sql`(b.task_group, b.job) > (${after[0]}, ${after[1]})`]),
]

const ReachedRow = t.type({ group: t.string, job: t.string, count: t.number })

/** The last of so many beginnings, and how many there are; null: none. */
const lastWithin = async (
  { db, table }: Reading,
  conditions: readonly RawBuilder<unknown>[],
  most: number,
): Promise<t.TypeOf<typeof ReachedRow> | null> => {
  const [last] = await selectRows(
    db,
    ReachedRow,
    sql`select task_group as "group", job, count from (
        select task_group, job, row_number() over (order by task_group, job) as count
        from ${table('plan_beginnings')} b where ${all(conditions)}
        order by task_group, job limit ${most}
      ) looked order by count desc limit 1`,
  )
  return last ?? null
}

const groupsWithin = async (
  { db, table }: Reading,
  { filter, through }: Wanted,
  from: string,
): Promise<readonly string[]> => {
  const rows = await selectRows(
    db,
    t.type({ group: t.string }),
    sql`select task_group as "group" from ${table('task_groups')} g
      where tenant = ${filter.tenant} and task_group >= ${from}
        and exists (select from ${table('plan_beginnings')} b
          where b.tenant = g.tenant and b.task_group = g.task_group and ${mayHaveBegun(through)})
      order by task_group limit ${groupsAtOnce}`,
  )
  return rows.map(({ group }) => group)
}

const rowsIn = async (
  reading: Reading,
  { filter, through }: Wanted,
  beginnings: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly Row[]> => {
  const { db, table } = reading
  const plans = table('plans')
  const conditions = [...beginnings, ...conditionsOf(filter)]
  return selectRows(
    db,
    Row,
    // The page first and its details then: to plan all of the joins at once takes as long as to read them.
    sql`select ${columns} from (
        select b.tenant, b.task_group, b.job, p.*, d.since as changed_at, d.actor as changed_by,
          d.reason as changed_reason, d.definition as defined,
          (select n.revision from ${plans} n
            where n.task_no = b.task_no and ${hasHappened(reading, through)}
              and n.type in (${sql.join(changeTypes)})
            order by n.seq desc limit 1) as change_revision
        from ${table('plan_beginnings')} b
          cross join lateral (select * from ${plans} n
            where n.task_no = b.task_no and ${hasHappened(reading, through)}
            order by n.seq desc limit 1) p
          join ${plans} d on d.seq = p.defined_seq
        where ${all(conditions)} order by b.task_group, b.job limit ${limit}
      ) p
        join ${plans} s on s.seq = p.status_seq
        join ${plans} a on a.seq = p.added_seq
      order by p.task_group, p.job`,
  )
}

/** Field by field: an object put together with `...rest` costs ten times as much. */
const taskAt = (row: Row): TaskAt => ({
  taskId: { tenant: row.tenant, group: row.group, job: row.job },
  status: row.status,
  statusSince: row.statusSince,
  statusBy: row.statusBy,
  statusReason: row.statusReason,
  pausedUntil: row.pausedUntil,
  addedAt: row.addedAt,
  addedBy: row.addedBy,
  addedReason: row.addedReason,
  changedAt: row.changedAt,
  changedBy: row.changedBy,
  changedReason: row.changedReason,
  revision: row.revision,
  changeRevision: row.changeRevision,
  definition: row.definition,
  startAt: row.startAt,
  repeatCount: row.repeatCount,
})

const conditionsOf = ({ statuses, text, kind, calendar }: TasksFilter): RawBuilder<unknown>[] => [
  ...(kind === undefined ? [] : [sql`d.schedule::jsonb ->> 'type' = ${kind}`]),
  ...(calendar === undefined ? [] : [naming(calendar, sql`(d.schedule::jsonb -> 'calendars')`)]),
  statuses === undefined || statuses.length === 0
    ? sql`p.status <> 'Deleted'`
    : sql`p.status in (${sql.join(statuses)})`,
  ...(text === undefined
    ? []
    : [sql`d.search_text like ${containing(foldCase(text.toLowerCase()))}`]),
]
