// Who did what? Every event of every task, and every call that was tried, newest first, by walking the
// index that the filter names; what no index answers is searched for stretch by stretch. What happened to
// one run is looked for among its task's events of its time.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { taskEventCodecs } from '../../domain/task/events.ts'
import { KeyPart, RunId } from '../../domain/task/ids.ts'
import { recallTested } from '../../domain/task/recall-test.ts'
import { EventSource } from '../../event-store/envelope.ts'
import { Position } from '../../event-store/event-store.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { all, answering, instantParameter, readScope, unionAll, type Reading } from '../reading.ts'
import { missedBy, readRetained } from '../retention/horizons.ts'
import { asStored, nullable, runIdText, selectRows } from '../rows.ts'
import { isKept } from './table.ts'
import { ActivityKey, newestFirst } from './order.ts'
import { floorOf, isBy, isIndexed, isNotBefore, typesOf } from './walk.ts'
import type {
  ActivityFilter,
  ActivityType,
  ActivityView,
  History,
  PageRequest,
  QueryFault,
} from '../views.ts'

const isEventType = (u: unknown): u is ActivityType =>
  u === recallTested || (typeof u === 'string' && Object.hasOwn(taskEventCodecs, u))

const EventType = new t.Type<ActivityType>(
  'EventType',
  isEventType,
  (u, context) => (isEventType(u) ? t.success(u) : t.failure(u, context)),
  (type) => type,
)

const ActivityRow = t.intersection([
  t.type({ tenant: KeyPart }),
  t.union([t.type({ group: t.null }), t.type({ group: KeyPart, job: KeyPart })]),
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
const StoredActivityRow = asStored(ActivityRow)

const viewOf = (row: ActivityRow): ActivityView => {
  const { tenant, at, revision, type, source, runId, position, actor, reason } = row
  const taskId = row.group === null ? null : { tenant, group: row.group, job: row.job }
  const detail = row.detail ?? {}
  return { position, revision, at, tenant, taskId, type, runId, actor, reason, source, detail }
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
    const { freshness, taskNo, conditions } = await readScope(reading, filter)
    const retained = isOfRuns(filter) ? await readRetained(reading, taskNo) : null
    const retainedFrom = missedBy(filter.from, retained)
    const ofRun = filter.runId === undefined ? [] : await conditionsOfRun(reading, filter.runId)
    const scope = conditions === null || ofRun === null ? null : [...conditions, ...ofRun]
    const within = timesOf(filter, after.right)
    const asked = scope === null ? null : { reading, filter, scope }
    const floor = asked === null || isIndexed(asked) ? null : await floorOf(asked, within)
    const where = [...wishesOf(filter), ...within, ...(floor === null ? [] : [isNotBefore(floor)])]
    const limit = rowsOf(page.limit)
    const branches = [
      ...(scope === null ? [] : taskBranches(reading, filter, [...scope, ...where], limit)),
      ...(mayBeTests(filter) ? [testBranch(reading, filter, where, limit)] : []),
    ]
    if (branches.length === 0) return { items: [], next: null, freshness, retainedFrom: null }
    const rows = await selectActivity(reading, filter, branches, limit)
    const cursorOf = ({ at, seq }: ActivityRow) => cursors.write({ at, seq })
    const found = pageOf(rows, page.limit, viewOf, cursorOf, freshness)
    const next = found.next ?? (floor === null ? null : cursors.write(floor))
    return { ...found, next, retainedFrom }
  })
}

type Conditions = readonly RawBuilder<unknown>[]

const selectActivity = (
  { db, table }: Reading,
  { tenant }: ActivityFilter,
  branches: Conditions,
  limit: number,
): Promise<readonly ActivityRow[]> =>
  selectRows(
    db,
    StoredActivityRow,
    sql`select at, seq, r.revision, type, source, ${runIdText('run_id')} as "runId", position,
        actor, reason, detail, ${tenant}::text as tenant, task_group as "group", job
      from (${unionAll(branches)} ${newestFirst} limit ${limit}) r
        left join ${table('tasks')} using (task_no)
      ${newestFirst}`,
  )

const taskBranches = (
  { table }: Reading,
  filter: ActivityFilter,
  where: Conditions,
  limit: number,
): Conditions =>
  typesOf(filter).map(
    (type) => sql`select at, seq, revision, type::text as type, source, run_id, position, actor,
        reason, detail, task_no
      from ${table('activity')} r
      where ${all([...where, ...type])} ${newestFirst} limit ${limit}`,
  )

/** Before the numbers of all other events, and in order among themselves. */
const testSeq = sql`(revision - 1000000000000000)`

const testBranch = (
  { table }: Reading,
  { tenant }: ActivityFilter,
  where: Conditions,
  limit: number,
): RawBuilder<unknown> =>
  sql`select * from (select at, ${testSeq} as seq, revision, ${recallTested}::text as type, source,
        null::uuid as run_id, position, actor, reason, detail, null::int4 as task_no
      from ${table('recall_tests')} where tenant = ${tenant}) r
    where ${all(where)} ${newestFirst} limit ${limit}`

const mayBeTests = ({ group, job, runId, types = [] }: ActivityFilter): boolean =>
  group === undefined &&
  job === undefined &&
  runId === undefined &&
  (types.length === 0 || types.includes(recallTested))

const RunSpan = t.type({
  taskNo: t.number,
  triggeredAt: InstantFromNumber,
  finishedAt: nullable(InstantFromNumber),
})

/** How far an event may have been recorded from the instant it tells of. */
const spanSlackMs = 86_400_000

/** Where everything that happened to a run lies; null: no such run is known. */
const conditionsOfRun = async (
  { db, table }: Reading,
  runId: RunId,
): Promise<Conditions | null> => {
  const spanIn = (runs: string, finishedAt: RawBuilder<unknown>) =>
    selectRows(
      db,
      RunSpan,
      sql`select task_no as "taskNo", triggered_at as "triggeredAt", ${finishedAt} as "finishedAt"
        from ${table(runs)} where run_id = ${runId}::uuid limit 1`,
    )
  const [open] = await spanIn('open_runs', sql`null::timestamptz`)
  const [run] = open === undefined ? await spanIn('runs', sql`finished_at`) : [open]
  if (run === undefined) return null
  const { taskNo, triggeredAt, finishedAt } = run
  return [
    sql`r.task_no = ${taskNo}`,
    sql`r.run_id = ${runId}::uuid`,
    sql`r.at >= ${instantParameter(triggeredAt - spanSlackMs)}`,
    ...(finishedAt === null
      ? []
      : [
          sql`(r.at < ${instantParameter(finishedAt + spanSlackMs)} or r.type = 'RecallReportedLate')`,
        ]),
  ]
}

/** What people did to tasks is kept. */
const isOfRuns = ({ types = [] }: ActivityFilter): boolean =>
  types.length === 0 || types.some((type) => type !== recallTested && !isKept(type))

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
