// What needs a look, and is the service alive? Every list is short, every count bounded, and each is
// found by an index of exceptions, so that the overview costs the same however much there is.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, instantAt, type Instant } from '../../domain/instant.ts'
import { Cause } from '../../domain/task/events.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { countGapsIn, listGaps } from '../gaps/queries.ts'
import { answering, instantParameter, readScope, type Reading } from '../reading.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { OpenOutcome } from '../runs/stored.ts'
import { FinalOutcome } from '../tasks/stored.ts'
import type { QueryFault } from '../views.ts'
import { bucketOf } from './buckets.ts'
import { readBuckets } from './queries.ts'
import { emptyTally, startOfStep, tallySteps, tenantScope } from './table.ts'
import {
  exceptionsMax,
  lateMs,
  type Exceptions,
  type FailingTask,
  type LateRun,
  type PausedTask,
  type StuckRun,
  type SummaryView,
} from './summary-views.ts'

export interface SummaryRequest {
  readonly tenant: string
  readonly now: Instant
  /** Of each kind of exception, at most so many are listed. */
  readonly shown: number
}

/** One after the other: each is short, and a connection for each would have to be opened first. */
export const readSummary =
  (reading: Reading, request: SummaryRequest): TE.TaskEither<QueryFault, SummaryView> =>
  async () => {
    const { tenant, shown } = request
    const missing = await listGaps(reading, { tenant }, { limit: shown, cursor: null })()
    if (E.isLeft(missing)) return missing
    const { items: gaps, next } = missing.right
    return answering(async () => {
      const { freshness, tenantNo, conditions } = await readScope(reading, { tenant })
      const count =
        next === null ? gaps.length : await countGapsIn(reading, conditions, exceptionsMax)
      return {
        missing: { count, items: gaps },
        late: await lateRuns(reading, request),
        stuck: await stuckRuns(reading, request),
        failing: await failingTasks(reading, request),
        paused: await pausedTasks(reading, request),
        pulse: await readPulse(reading, request, tenantNo),
        freshness,
      }
    })()
  }

interface Wanted {
  readonly columns: RawBuilder<unknown>
  /** What follows `from`. */
  readonly source: RawBuilder<unknown>
  readonly orderBy: RawBuilder<unknown>
}

/** The first of a list of exceptions, and how many there are: those are counted, not read. */
const exceptions = async <Row, Item>(
  { db }: Reading,
  codec: t.Decoder<unknown, Row>,
  { columns, source, orderBy }: Wanted,
  shown: number,
  itemOf: (row: Row) => Item,
): Promise<Exceptions<Item>> => {
  const query = sql`select ${columns} from ${source} order by ${orderBy} limit ${shown + 1}`
  const rows = await selectRows(db, codec, query)
  const items = rows.slice(0, shown).map(itemOf)
  if (rows.length <= shown) return { count: rows.length, items }
  const [counted] = await selectRows(
    db,
    t.type({ count: t.number }),
    sql`select count(*) as count from (select from ${source} limit ${exceptionsMax}) counted`,
  )
  return { count: counted?.count ?? rows.length, items }
}

const keyOf = ({ tenant, group, job }: TaskId): TaskId => ({ tenant, group, job })
const key = sql`t.tenant, t.task_group as "group", t.job`

const LateRow = t.intersection([
  TaskId,
  t.type({ runId: RunId, scheduledFor: InstantFromNumber, startedAt: InstantFromNumber }),
])

const lateWithinMs = 3_600_000

/** Newest first. What was caught up on purpose is no surprise. */
const lateRuns = (reading: Reading, { tenant, now, shown }: SummaryRequest) => {
  const { table } = reading
  return exceptions(
    reading,
    LateRow,
    {
      columns: sql`${key}, ${runIdText('run_id')} as "runId", scheduled_for as "scheduledFor",
        started_at as "startedAt"`,
      source: sql`${table('runs')} r join ${table('tasks')} t using (task_no)
      where r.started_at - r.scheduled_for >= interval '1 second'
        and r.started_at - r.scheduled_for >= ${lateMs}::float8 * interval '1 millisecond'
        and r.cause = 'schedule' and t.tenant = ${tenant}
        and r.triggered_at > ${instantParameter(now - lateWithinMs)}`,
      orderBy: sql`r.triggered_at desc, r.seq desc`,
    },
    shown,
    ({ runId, scheduledFor, startedAt, ...row }): LateRun => ({
      ...{ taskId: keyOf(row), runId, scheduledFor, startedAt },
      latenessMs: startedAt - scheduledFor,
    }),
  )
}

const StuckRow = t.intersection([
  TaskId,
  t.type({
    runId: RunId,
    cause: Cause,
    outcome: OpenOutcome,
    triggeredAt: InstantFromNumber,
    expectedAt: InstantFromNumber,
  }),
])

/** The longest waiting first. */
const stuckRuns = (reading: Reading, { tenant, shown }: SummaryRequest) => {
  const { table } = reading
  const timeout = sql`(t.definition -> 'policy' ->> 'timeoutMs')::float8 * interval '1 millisecond'`
  const expected = sql`case r.outcome when 'accepted' then r.deadline_at
    when 'retrying' then r.retry_at + ${timeout} else r.triggered_at + ${timeout} end`
  return exceptions(
    reading,
    StuckRow,
    {
      columns: sql`*`,
      source: sql`(
        select ${key}, ${runIdText('run_id')} as "runId", cause, outcome,
          triggered_at as "triggeredAt", ${expected} as "expectedAt"
        from ${table('open_runs')} r join ${table('tasks')} t using (task_no)
        where t.tenant = ${tenant} and t.definition is not null
          and r.triggered_at < now() - interval '1 minute'
      ) r
      where "expectedAt" < now() - interval '1 minute'`,
      orderBy: sql`"expectedAt"`,
    },
    shown,
    ({ runId, cause, outcome, triggeredAt, expectedAt, ...row }): StuckRun => ({
      ...{ taskId: keyOf(row), runId, cause, outcome, triggeredAt, expectedAt },
    }),
  )
}

const FailingRow = t.intersection([
  TaskId,
  t.type({
    since: InstantFromNumber,
    failedInARow: t.number,
    lastRunId: RunId,
    lastOutcome: FinalOutcome,
    lastTriggeredAt: InstantFromNumber,
    lastFinishedAt: InstantFromNumber,
  }),
])
type FailingRow = t.TypeOf<typeof FailingRow>

/** The newest trouble first. */
const failingTasks = async (reading: Reading, { tenant, shown }: SummaryRequest) => {
  const { table } = reading
  const { count, items } = await exceptions(
    reading,
    FailingRow,
    {
      columns: sql`${key}, p.failing_since as since, p.failed_in_a_row as "failedInARow",
        ${runIdText('last_run_id')} as "lastRunId", p.last_outcome as "lastOutcome",
        p.last_triggered_at as "lastTriggeredAt", p.last_finished_at as "lastFinishedAt"`,
      source: sql`${table('task_progress')} p join ${table('tasks')} t using (task_no)
      where p.failing_since is not null and t.status = 'Active' and t.tenant = ${tenant}`,
      orderBy: sql`p.failing_since desc, p.task_no desc`,
    },
    shown,
    (row) => row,
  )
  const reasons = await reasonsOf(reading, items)
  return { count, items: items.map((row) => failingTask(row, reasons.get(row.lastRunId) ?? null)) }
}

const failingTask = (row: FailingRow, reason: string | null): FailingTask => ({
  taskId: keyOf(row),
  since: row.since,
  failedInARow: row.failedInARow,
  lastRunId: row.lastRunId,
  lastOutcome: row.lastOutcome,
  lastFinishedAt: row.lastFinishedAt,
  reason,
})

/** With the instants named, only the days that hold them are looked at. */
const reasonsOf = async (
  { db, table }: Reading,
  failing: readonly FailingRow[],
): Promise<ReadonlyMap<RunId, string | null>> => {
  if (failing.length === 0) return new Map()
  const rows = await selectRows(
    db,
    t.type({ runId: RunId, reason: nullable(t.string) }),
    sql`select ${runIdText('run_id')} as "runId", reason from ${table('runs')}
      where run_id in (${sql.join(failing.map(({ lastRunId }) => sql`${lastRunId}::uuid`))})
        and triggered_at in (${sql.join(
          failing.map(({ lastTriggeredAt }) => instantParameter(lastTriggeredAt)),
        )})`,
  )
  return new Map(rows.map(({ runId, reason }) => [runId, reason]))
}

const PausedRow = t.intersection([
  TaskId,
  t.type({
    by: nullable(t.string),
    at: InstantFromNumber,
    reason: nullable(t.string),
    until: nullable(InstantFromNumber),
  }),
])

/** The newest pause first. */
const pausedTasks = (reading: Reading, { tenant, shown }: SummaryRequest) =>
  exceptions(
    reading,
    PausedRow,
    {
      columns: sql`${key}, status_by as "by", status_since as "at", status_reason as reason,
        paused_until as "until"`,
      source: sql`${reading.table('tasks')} t where t.tenant = ${tenant} and t.status = 'Paused'`,
      orderBy: sql`status_since desc, task_no desc`,
    },
    shown,
    ({ by, at, reason, until, ...row }): PausedTask => ({
      taskId: keyOf(row),
      by,
      at,
      reason,
      until,
    }),
  )

const readPulse = async (
  reading: Reading,
  { tenant, now }: SummaryRequest,
  tenantNo: number | null,
): Promise<SummaryView['pulse']> => {
  const thisFrom = instantAt(startOfStep(now, 'minute'))
  const lastFrom = instantAt(thisFrom - tallySteps.minute)
  const range = { step: 'minute', zone: 'UTC', from: lastFrom, until: instantAt(now + 1) } as const
  const buckets = tenantNo === null ? [] : await readBuckets(reading, tenantScope(tenantNo), range)
  const bucketAt = (from: Instant) =>
    buckets.find((bucket) => bucket.from === from) ?? bucketOf(from, emptyTally())
  const { table } = reading
  const ours = (of: RawBuilder<unknown>) =>
    sql`exists (select from ${table('tasks')} t where t.task_no = ${of} and t.tenant = ${tenant})`
  const [counts] = await selectRows(
    reading.db,
    t.type({ running: t.number, due: t.number }),
    sql`select
      (select count(*) from ${table('open_runs')} o where ${ours(sql`o.task_no`)}) as running,
      (select count(*) from ${table('task_progress')} p
        where next_fire_at >= now() and next_fire_at < now() + interval '1 minute'
          and ${ours(sql`p.task_no`)}) as due`,
  )
  return {
    ...{ lastMinute: bucketAt(lastFrom), thisMinute: bucketAt(thisFrom) },
    ...{ running: counts?.running ?? 0, dueNextMinute: counts?.due ?? 0 },
  }
}
