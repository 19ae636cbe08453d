// What happened to this call? Open and ended runs are one list, newest first. Each branch of the
// union walks an index of its own and stops after a page, so that a page costs the same however many
// runs there are.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { Cause } from '../../domain/task/events.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import {
  all,
  answering,
  instantParameter,
  readFreshness,
  readScope,
  unionAll,
  type Reading,
} from '../reading.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { FinalOutcome } from '../tasks/stored.ts'
import type { Found, Listed, PageRequest, QueryFault, RunsFilter, RunView } from '../views.ts'
import { OpenOutcome } from './stored.ts'

const RunRow = t.intersection([
  TaskId,
  t.type({
    runId: RunId,
    seq: t.number,
    revision: t.number,
    cause: Cause,
    scheduledFor: nullable(InstantFromNumber),
    triggeredAt: InstantFromNumber,
    startedAt: nullable(InstantFromNumber),
    finishedAt: nullable(InstantFromNumber),
    outcome: t.union([OpenOutcome, FinalOutcome]),
    attempts: t.number,
    statusCode: nullable(t.number),
    target: t.string,
    reason: nullable(t.string),
    resultValue: nullable(t.string),
    retryAt: nullable(InstantFromNumber),
    deadlineAt: nullable(InstantFromNumber),
  }),
])
type RunRow = t.TypeOf<typeof RunRow>

const viewOf = (row: RunRow): RunView => {
  const { tenant, group, job, runId, cause, scheduledFor, triggeredAt, startedAt } = row
  const { finishedAt, outcome, attempts, reason, resultValue, statusCode, target } = row
  const { revision, retryAt, deadlineAt } = row
  return {
    runId,
    taskId: { tenant, group, job },
    cause,
    scheduledFor,
    triggeredAt,
    startedAt,
    finishedAt,
    outcome,
    attempts,
    latenessMs: between(scheduledFor, startedAt),
    durationMs: between(startedAt, finishedAt),
    reason,
    resultValue,
    statusCode,
    target,
    revision,
    retryAt,
    deadlineAt,
  }
}

const between = (from: number | null, until: number | null): number | null =>
  from === null || until === null ? null : until - from

const shared = sql`r.run_id, r.seq, r.revision, r.task_no, r.cause, r.scheduled_for, r.triggered_at,
  r.started_at, r.outcome, r.attempts, r.status_code, r.target, r.reason, r.result_value`

const openRuns = ({ table }: Reading): RawBuilder<unknown> =>
  sql`select ${shared}, null::timestamptz as finished_at, r.retry_at, r.deadline_at
    from ${table('open_runs')} r`

const endedRuns = ({ table }: Reading): RawBuilder<unknown> =>
  sql`select ${shared}, r.finished_at, null::timestamptz as retry_at, null::timestamptz as deadline_at
    from ${table('runs')} r`

/** The rows of a union of the two, with their tasks' names. */
const named = ({ table }: Reading, runs: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select ${runIdText('run_id')} as "runId", seq, revision, cause,
      scheduled_for as "scheduledFor", triggered_at as "triggeredAt", started_at as "startedAt",
      finished_at as "finishedAt", outcome, attempts, status_code as "statusCode", r.target, reason,
      result_value as "resultValue", retry_at as "retryAt", deadline_at as "deadlineAt",
      tenant, task_group as "group", job
    from (${runs}) r join ${table('tasks')} t using (task_no)`

const newestFirst = sql`order by triggered_at desc, seq desc`

const RunKey = t.tuple([InstantFromNumber, t.number])

export const listRuns = (
  reading: Reading,
  filter: RunsFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, Listed<RunView>> => {
  const cursors = cursorsOf('runs', RunKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const { freshness, conditions } = await readScope(reading, filter)
    if (conditions === null) return { items: [], next: null, freshness }
    const where = [...conditions, ...conditionsOf(filter, after.right)]
    const limit = rowsOf(page.limit)
    const branches = branchesOf(reading, filter).map(
      ({ select, outcome }) =>
        sql`${select} where ${all([...where, ...outcome])} ${newestFirst} limit ${limit}`,
    )
    const union = sql`${unionAll(branches)} ${newestFirst} limit ${limit}`
    const query = sql`${named(reading, union)} ${newestFirst}`
    const rows = await selectRows(reading.db, RunRow, query)
    const cursorOf = ({ triggeredAt, seq }: RunRow) => cursors.write([triggeredAt, seq])
    return pageOf(rows, page.limit, viewOf, cursorOf, freshness)
  })
}

const conditionsOf = (
  { causes, from, until }: RunsFilter,
  before: t.TypeOf<typeof RunKey> | null,
): readonly RawBuilder<unknown>[] => {
  const conditions: RawBuilder<unknown>[] = []
  if (causes !== undefined && causes.length > 0)
    conditions.push(sql`r.cause in (${sql.join(causes)})`)
  if (from !== undefined) conditions.push(sql`r.triggered_at >= ${instantParameter(from)}`)
  if (until !== undefined) conditions.push(sql`r.triggered_at < ${instantParameter(until)}`)
  if (before !== null) {
    const [triggeredAt, seq] = before
    const instant = instantParameter(triggeredAt)
    // The first condition says less than the second, but partitions are chosen by it.
    conditions.push(sql`r.triggered_at <= ${instant}`)
    conditions.push(sql`(r.triggered_at, r.seq) < (${instant}, ${seq}::bigint)`)
  }
  return conditions
}

interface Branch {
  readonly select: RawBuilder<unknown>
  readonly outcome: readonly RawBuilder<unknown>[]
}

/** One for each outcome asked for, because there is an index for each. */
const branchesOf = (reading: Reading, { outcomes }: RunsFilter): readonly Branch[] => {
  if (outcomes === undefined || outcomes.length === 0)
    return [openRuns(reading), endedRuns(reading)].map((select) => ({ select, outcome: [] }))
  return [...new Set(outcomes)].map((outcome) => ({
    select: OpenOutcome.is(outcome) ? openRuns(reading) : endedRuns(reading),
    outcome: [sql`r.outcome = ${outcome}`],
  }))
}

const byId = (reading: Reading, runId: RunId): RawBuilder<unknown> =>
  unionAll(
    [openRuns(reading), endedRuns(reading)].map(
      (select) => sql`${select} where r.run_id = ${runId}::uuid`,
    ),
  )

export const findRun = (
  reading: Reading,
  runId: RunId,
): TE.TaskEither<QueryFault, Found<RunView>> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const query = sql`${named(reading, byId(reading, runId))} limit 1`
    const [row] = await selectRows(reading.db, RunRow, query)
    return { item: row === undefined ? null : viewOf(row), freshness }
  })

export const findTaskOfRun = (
  reading: Reading,
  runId: RunId,
): TE.TaskEither<QueryFault, Found<TaskId>> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const { db, table } = reading
    const taskIn = (runs: string) =>
      selectRows(
        db,
        TaskId,
        sql`select tenant, task_group as "group", job
          from ${table(runs)} join ${table('tasks')} using (task_no)
          where run_id = ${runId}::uuid limit 1`,
      )
    // A run that is still open is found without a look at the history.
    const [open] = await taskIn('open_runs')
    const [found] = open === undefined ? await taskIn('runs') : [open]
    return { item: found ?? null, freshness }
  })
