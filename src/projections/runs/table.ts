// One row per run: among the open ones while it can still change (open_runs), then once and for all
// among the ended ones (runs), which are partitioned by the day they were triggered on.
import type { Instant } from '../../domain/instant.ts'
import type { Cause } from '../../domain/task/events.ts'
import type { RunId } from '../../domain/task/ids.ts'
import { columnOf, int4, int8, text, timestamptz, uuid, type Column } from '../columns.ts'
import { extractLengthMax, type FinalOutcome, type OpenOutcome } from '../views.ts'

/** A run that has not ended, as far as the log has been applied. */
export interface OpenRun {
  readonly runId: RunId
  /** Number of its TaskTriggered event among all events applied. */
  readonly seq: number
  /** Of that event. */
  readonly revision: number
  readonly taskNo: number
  readonly groupNo: number
  readonly cause: Cause
  readonly scheduledFor: Instant | null
  readonly triggeredAt: Instant
  readonly target: string
  readonly outcome: OpenOutcome
  /** The current attempt; failures of lower ones are superseded. */
  readonly attempt: number
  /** The newest attempt known to have begun. */
  readonly attempts: number
  readonly startedAt: Instant | null
  readonly retryAt: Instant | null
  readonly deadlineAt: Instant | null
  readonly statusCode: number | null
  readonly reason: string | null
  readonly resultValue: string | null
}

export interface EndedRun {
  readonly run: OpenRun
  readonly outcome: FinalOutcome
  readonly finishedAt: Instant
}

export const extractOf = (value: string | null): string | null =>
  value === null ? null : value.slice(0, extractLengthMax)

const shared: readonly Column<OpenRun>[] = [
  uuid('run_id', (run) => run.runId),
  int8('seq', (run) => run.seq),
  int8('revision', (run) => run.revision),
  timestamptz('triggered_at', (run) => run.triggeredAt),
  timestamptz('scheduled_for', (run) => run.scheduledFor),
  timestamptz('started_at', (run) => run.startedAt),
  int4('task_no', (run) => run.taskNo),
  int4('group_no', (run) => run.groupNo),
  text('cause', (run) => run.cause, 'run_cause'),
  int4('attempts', (run) => run.attempts),
  int4('status_code', (run) => run.statusCode),
  text('target', (run) => run.target),
  text('reason', (run) => run.reason),
  text('result_value', (run) => run.resultValue),
]

export const openRunColumns: readonly Column<OpenRun>[] = [
  ...shared,
  text('outcome', (run) => run.outcome, 'run_outcome'),
  timestamptz('retry_at', (run) => run.retryAt),
  timestamptz('deadline_at', (run) => run.deadlineAt),
  int4('attempt', (run) => run.attempt),
]

export const endedRunColumns: readonly Column<EndedRun>[] = [
  ...shared.map((column) => columnOf(column, ({ run }: EndedRun) => run)),
  text('outcome', (row) => row.outcome, 'run_outcome'),
  timestamptz('finished_at', (row) => row.finishedAt),
]

export const runIdColumn: Column<RunId> = uuid('run_id', (runId: RunId) => runId)
