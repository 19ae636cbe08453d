// Who did what? Every event of every task, newest first, by walking the index that the filter names. What
// no index answers is searched for stretch by stretch.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { taskEventCodecs, type TaskEventType } from '../../domain/task/events.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { EventSource } from '../../event-store/envelope.ts'
import { Position } from '../../event-store/event-store.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { all, answering, instantParameter, readScope, unionAll, type Reading } from '../reading.ts'
import { missedBy, readRetained } from '../retention/horizons.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { isChange } from './table.ts'
import { ActivityKey, newestFirst } from './order.ts'
import { floorOf, isBy, isIndexed, isNotBefore, typesOf, type AskedActivity } from './walk.ts'
import type { ActivityFilter, ActivityView, History, PageRequest, QueryFault } from '../views.ts'

const isEventType = (u: unknown): u is TaskEventType =>
  typeof u === 'string' && Object.hasOwn(taskEventCodecs, u)

const EventType = new t.Type<TaskEventType>(
  'EventType',
  isEventType,
  (u, context) => (isEventType(u) ? t.success(u) : t.failure(u, context)),
  (type) => type,
)

const ActivityRow = t.intersection([
  TaskId,
  t.type({
    at: InstantFromNumber,
    seq: t.number,
    revision: t.number,
    type: EventType,
    source: nullable(EventSource),
    runId: nullable(RunId),
    position: Position,
    actor: nullable(t.string),
    reason: nullable(t.string),
    detail: nullable(t.UnknownRecord),
  }),
])
type ActivityRow = t.TypeOf<typeof ActivityRow>

const viewOf = (row: ActivityRow): ActivityView => {
  const { tenant, group, job, at, revision, type, source, runId, position, actor, reason } = row
  const taskId = { tenant, group, job }
  const detail = row.detail ?? {}
  return { position, revision, at, taskId, type, runId, actor, reason, source, detail }
}

export const listActivity = (
  reading: Reading,
  filter: ActivityFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, History<ActivityView>> => {
  const cursors = cursorsOf('activity', ActivityKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const { freshness, taskNo, conditions: scope } = await readScope(reading, filter)
    if (scope === null) return { items: [], next: null, freshness, retainedFrom: null }
    const retained = isOfRuns(filter) ? await readRetained(reading, taskNo) : null
    const retainedFrom = missedBy(filter.from, retained)
    const asked = { reading, filter, scope }
    const within = timesOf(filter, after.right)
    const floor = isIndexed(asked) ? null : await floorOf(asked, within)
    const where = [...scope, ...wishesOf(filter), ...within]
    if (floor !== null) where.push(isNotBefore(floor))
    const rows = await selectActivity(asked, where, rowsOf(page.limit))
    const cursorOf = ({ at, seq }: ActivityRow) => cursors.write({ at, seq })
    const found = pageOf(rows, page.limit, viewOf, cursorOf, freshness)
    const next = found.next ?? (floor === null ? null : cursors.write(floor))
    return { ...found, next, retainedFrom }
  })
}

const selectActivity = (
  { reading, filter }: AskedActivity,
  where: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly ActivityRow[]> => {
  const { db, table } = reading
  const branches = typesOf(filter).map(
    (type) => sql`select * from ${table('activity')} r
      where ${all([...where, ...type])} ${newestFirst} limit ${limit}`,
  )
  return selectRows(
    db,
    ActivityRow,
    sql`select at, seq, revision, type, source, ${runIdText('run_id')} as "runId", position,
        actor, reason, detail, tenant, task_group as "group", job
      from (${unionAll(branches)} ${newestFirst} limit ${limit}) r
        join ${table('tasks')} using (task_no)
      ${newestFirst}`,
  )
}

/** What people did to tasks is kept. */
const isOfRuns = ({ types = [] }: ActivityFilter): boolean =>
  types.length === 0 || types.some((type) => !isChange(type))

const wishesOf = ({ actor, source }: ActivityFilter): readonly RawBuilder<unknown>[] => [
  ...(actor === undefined ? [] : [isBy(actor)]),
  ...(source === undefined ? [] : [sql`r.source = ${source}`]),
]

const timesOf = (
  { from, until }: ActivityFilter,
  before: ActivityKey | null,
): readonly RawBuilder<unknown>[] => {
  const conditions: RawBuilder<unknown>[] = []
  if (from !== undefined) conditions.push(sql`r.at >= ${instantParameter(from)}`)
  if (until !== undefined) conditions.push(sql`r.at < ${instantParameter(until)}`)
  if (before !== null)
    conditions.push(sql`(r.at, r.seq) < (${instantParameter(before.at)}, ${before.seq}::bigint)`)
  return conditions
}
