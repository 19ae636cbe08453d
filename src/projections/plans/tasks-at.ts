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

const columns = sql`t.tenant, t.task_group as "group", t.job, p.status, p.revision,
  coalesce(c.revision, p.revision) as "changeRevision",
  s.since as "statusSince", s.actor as "statusBy", s.reason as "statusReason",
  p.paused_until as "pausedUntil",
  a.since as "addedAt", a.actor as "addedBy", a.reason as "addedReason",
  d.since as "changedAt", d.actor as "changedBy", d.reason as "changedReason",
  d.definition, p.start_at as "startAt", p.repeat_count as "repeatCount"`

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
    const { db, table } = reading
    const plans = table('plans')
    const key = after.right
    const conditions = [
      ...conditionsOf(filter),
      ...(key === null ? [] : [sql`(t.task_group, t.job) > (${key[0]}, ${key[1]})`]),
    ]
    const rows = await selectRows(
      db,
      Row,
      sql`select ${columns} from ${table('tasks')} t
          cross join lateral (select * from ${plans} n
            where n.task_no = t.task_no and ${hasHappened(reading, through)}
            order by n.seq desc limit 1) p
          left join lateral (select n.revision from ${plans} n
            where n.task_no = t.task_no and ${hasHappened(reading, through)}
              and n.type in (${sql.join(changeTypes)})
            order by n.seq desc limit 1) c on true
          join ${plans} s on s.seq = p.status_seq
          join ${plans} d on d.seq = p.defined_seq
          join ${plans} a on a.seq = p.added_seq
        where ${all(conditions)} order by t.task_group, t.job limit ${rowsOf(page.limit)}`,
    )
    const cursorOf = ({ group, job }: Row) => cursors.write([group, job])
    return pageOf(rows, page.limit, taskAt, cursorOf, freshness)
  })
}

const taskAt = ({ tenant, group, job, ...row }: Row): TaskAt => ({
  ...row,
  taskId: { tenant, group, job },
})

const conditionsOf = ({
  tenant,
  group,
  job,
  statuses,
  text,
  kind,
  calendar,
}: TasksFilter & { readonly job?: string | undefined }): RawBuilder<unknown>[] => [
  sql`t.tenant = ${tenant}`,
  ...(group === undefined ? [] : [sql`t.task_group = ${group}`]),
  ...(job === undefined ? [] : [sql`t.job = ${job}`]),
  ...(kind === undefined ? [] : [sql`d.schedule::jsonb ->> 'type' = ${kind}`]),
  ...(calendar === undefined ? [] : [naming(calendar, sql`(d.schedule::jsonb -> 'calendars')`)]),
  statuses === undefined || statuses.length === 0
    ? sql`p.status <> 'Deleted'`
    : sql`p.status in (${sql.join(statuses)})`,
  ...(text === undefined
    ? []
    : [sql`d.search_text like ${containing(foldCase(text.toLowerCase()))}`]),
]
