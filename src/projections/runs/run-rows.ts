// The rows that lists of runs are made of: open and ended runs with the same columns, and their tasks'
// names.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { Cause } from '../../domain/task/events.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import type { Reading } from '../reading.ts'
import { asStored, nullable, runIdText } from '../rows.ts'
import { FinalOutcome } from '../tasks/stored.ts'
import type { RunView } from '../views.ts'
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
export type RunRow = t.TypeOf<typeof RunRow>
export const StoredRunRow = asStored(RunRow)

export const viewOf = (row: RunRow): RunView => {
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

export const openRuns = ({ table }: Reading): RawBuilder<unknown> =>
  sql`select ${shared}, null::timestamptz as finished_at, r.retry_at, r.deadline_at
    from ${table('open_runs')} r`

export const endedRuns = ({ table }: Reading): RawBuilder<unknown> =>
  sql`select ${shared}, r.finished_at, null::timestamptz as retry_at, null::timestamptz as deadline_at
    from ${table('runs')} r`

/** The rows of a union of the two, with their tasks' names. */
export const named = ({ table }: Reading, runs: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select ${runIdText('run_id')} as "runId", seq, revision, cause,
      scheduled_for as "scheduledFor", triggered_at as "triggeredAt", started_at as "startedAt",
      finished_at as "finishedAt", outcome, attempts, status_code as "statusCode", r.target, reason,
      result_value as "resultValue", retry_at as "retryAt", deadline_at as "deadlineAt",
      tenant, task_group as "group", job
    from (${runs}) r join ${table('tasks')} t using (task_no)`
