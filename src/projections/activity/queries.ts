// Who did what? Every event of every task, newest first, by walking the index that the filter names.
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

const newestFirst = sql`order by at desc, seq desc`

const ActivityKey = t.tuple([InstantFromNumber, t.number])

export const listActivity = (
  reading: Reading,
  filter: ActivityFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, History<ActivityView>> => {
  const cursors = cursorsOf('activity', ActivityKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const { freshness, taskNo, conditions } = await readScope(reading, filter)
    if (conditions === null) return { items: [], next: null, freshness, retainedFrom: null }
    const retained = isOfRuns(filter) ? await readRetained(reading, taskNo) : null
    const retainedFrom = missedBy(filter.from, retained)
    const { db, table } = reading
    const where = [...conditions, ...conditionsOf(filter, after.right)]
    const limit = rowsOf(page.limit)
    const branches = typesOf(filter).map(
      (type) => sql`select * from ${table('activity')} r
        where ${all([...where, ...type])} ${newestFirst} limit ${limit}`,
    )
    const rows = await selectRows(
      db,
      ActivityRow,
      sql`select at, seq, revision, type, source, ${runIdText('run_id')} as "runId", position,
          actor, reason, detail, tenant, task_group as "group", job
        from (${unionAll(branches)} ${newestFirst} limit ${limit}) r
          join ${table('tasks')} using (task_no)
        ${newestFirst}`,
    )
    const cursorOf = ({ at, seq }: ActivityRow) => cursors.write([at, seq])
    return { ...pageOf(rows, page.limit, viewOf, cursorOf, freshness), retainedFrom }
  })
}

/** What people did to tasks is kept. */
const isOfRuns = ({ types = [] }: ActivityFilter): boolean =>
  types.length === 0 || types.some((type) => !isChange(type))

/** One branch for each type asked for: the index of the rarer types begins with the type. */
const typesOf = ({ types }: ActivityFilter): readonly (readonly RawBuilder<unknown>[])[] =>
  types === undefined || types.length === 0
    ? [[]]
    : [...new Set(types)].map((type) => [sql`r.type = ${type}`])

const conditionsOf = (
  { actor, source, from, until }: ActivityFilter,
  before: t.TypeOf<typeof ActivityKey> | null,
): readonly RawBuilder<unknown>[] => {
  const conditions: RawBuilder<unknown>[] = []
  if (actor !== undefined) conditions.push(sql`r.actor = ${actor.replaceAll('\0', '\uFFFD')}`)
  if (source !== undefined) conditions.push(sql`r.source = ${source}`)
  if (from !== undefined) conditions.push(sql`r.at >= ${instantParameter(from)}`)
  if (until !== undefined) conditions.push(sql`r.at < ${instantParameter(until)}`)
  if (before !== null) {
    const [at, seq] = before
    conditions.push(sql`(r.at, r.seq) < (${instantParameter(at)}, ${seq}::bigint)`)
  }
  return conditions
}
