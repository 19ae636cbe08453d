// How runs end. The first success of any attempt ends a run; a failure of a superseded attempt is
// recorded without ending it; whatever arrives after the end is kept as late. So every run has
// exactly one terminal event, however often its callee answers.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import type {
  AttemptResult,
  CancelRun,
  ExpireRun,
  RecordAttempt,
  ReportRun,
  TakeOverRun,
  WithdrawRun,
} from './commands.ts'
import type { RetryPolicy } from './definition.ts'
import type { AttemptReport, TaskEvent } from './events.ts'
import type { TaskRejection } from './rejections.ts'
import type { OpenRun, TaskState } from './state.ts'

type Decision = E.Either<TaskRejection, readonly TaskEvent[]>

export const recordAttempt = (command: RecordAttempt, state: TaskState): Decision => {
  const { runId, attempt, result, report, issuedAt, chance } = command
  const run = state.runs.get(runId)
  if (run === undefined) return late(command, attempt, result.type !== 'failed', result)
  switch (result.type) {
    case 'succeeded':
      return E.right([
        {
          type: 'RecallSucceeded',
          runId,
          attempt,
          finishedAt: issuedAt,
          resultValue: result.resultValue,
          report,
        },
      ])
    case 'accepted':
      if (run.phase === 'accepted') return E.right([])
      return E.right([
        {
          type: 'RecallAccepted',
          runId,
          attempt,
          acceptedAt: issuedAt,
          deadlineAt: instantAt(issuedAt + run.definition.policy.reportDeadlineMs),
          resultValue: result.resultValue,
          report,
        },
      ])
    case 'failed':
      return E.right([failure(state, run, { ...result, attempt, report, issuedAt, chance })])
  }
}

export const reportRun = (command: ReportRun, state: TaskState): Decision => {
  const { taskId, runId, success, resultValue, issuedAt, chance } = command
  if (state.status === 'Absent') return E.left({ type: 'RunNotFound', taskId, runId })
  const run = state.runs.get(runId)
  if (run === undefined) return late(command, null, success, { resultValue })
  // While the next attempt waits, a failure can only be that of the one before, reported once more.
  const isBetween = !success && run.phase === 'waiting' && run.attempt > 1
  const attempt = isBetween ? run.attempt - 1 : run.attempt
  if (success)
    return E.right([
      { type: 'RecallSucceeded', runId, attempt, finishedAt: issuedAt, resultValue, report: null },
    ])
  const reason = 'the callee reported failure'
  const failed = { attempt, reason, resultValue, retryable: true, report: null, issuedAt, chance }
  return E.right([failure(state, run, failed)])
}

export const expireRun = (command: ExpireRun, state: TaskState): Decision => {
  const { runId, issuedAt } = command
  const run = state.runs.get(runId)
  if (run?.phase !== 'accepted' || run.phaseAt > issuedAt) return E.right([])
  return E.right([{ type: 'RecallTimedOut', runId, attempt: run.attempt, timedOutAt: issuedAt }])
}

export const withdrawRun = (command: WithdrawRun, state: TaskState): Decision => {
  const { runId, issuedAt } = command
  const run = state.runs.get(runId)
  if (run === undefined || run.withdraw === null) return E.right([])
  return E.right([{ type: 'RunCancelled', runId, cancelledAt: issuedAt, because: run.withdraw }])
}

export const cancelRun = (command: CancelRun, state: TaskState): Decision => {
  const { taskId, runId, issuedAt } = command
  if (state.status === 'Absent') return E.left({ type: 'RunNotFound', taskId, runId })
  if (!state.runs.has(runId)) return E.left({ type: 'RunAlreadyEnded', taskId, runId })
  return E.right([{ type: 'RunCancelled', runId, cancelledAt: issuedAt, because: 'person' }])
}

export const takeOverRun = (command: TakeOverRun, state: TaskState): Decision => {
  const { taskId, runId, issuedAt, from } = command
  const run = state.runs.get(runId)
  if (run === undefined) return E.left({ type: 'RunNotFound', taskId, runId })
  if (run.withdraw !== null) return withdrawRun({ ...command, type: 'WithdrawRun' }, state)
  if (run.phase !== 'calling') return E.right([])
  const attempt = run.attempt + 1
  return E.right([{ type: 'RecallTakenOver', runId, attempt, takenOverAt: issuedAt, from }])
}

interface Failure {
  readonly attempt: number
  readonly reason: string
  readonly resultValue: string | null
  readonly retryable: boolean
  readonly before?: 'connect' | 'timeout'
  readonly report: AttemptReport | null
  readonly issuedAt: Instant
  readonly chance: number
}

const failure = (state: TaskState, run: OpenRun, failed: Failure): TaskEvent => {
  const retryAt = retryAtOf(state, run, failed)
  return {
    type: 'RecallFailed',
    runId: run.runId,
    attempt: failed.attempt,
    finishedAt: failed.issuedAt,
    reason: failed.reason,
    retryAt,
    terminal: retryAt === null,
    resultValue: failed.resultValue,
    report: failed.report,
  }
}

const retryAtOf = (state: TaskState, run: OpenRun, failed: Failure): Instant | null => {
  // Superseded: its successor is the retry, and began or begins at phaseAt.
  if (failed.attempt < run.attempt) return run.phaseAt
  const { retries } = run.definition.policy
  const exhausted =
    run.retriesUsed >= retries.max || !failed.retryable || !isRetried(retries, failed)
  if (exhausted || state.status === 'Deleted') return null
  return instantAt(failed.issuedAt + backoffMs(retries, run.retriesUsed, failed.chance))
}

/** Whether the policy names this kind of failure. */
const isRetried = ({ on }: RetryPolicy, { before, report }: Failure): boolean => {
  if (on === undefined) return true
  if (before !== undefined) return on.includes(before)
  const status = report?.statusCode ?? null
  // A callee that says with a 2xx that it failed has failed in its reply.
  if (status === null || (status >= 200 && status <= 299)) return on.includes('reply')
  return on.includes(String(status)) || on.includes(`${Math.floor(status / 100)}xx`)
}

const backoffMs = (retries: RetryPolicy, used: number, chance: number): number => {
  const wait = Math.min(retries.backoffMaxMs, retries.backoffMs * retries.factor ** used)
  return wait * (1 - retries.jitter * chance)
}

const late = (
  command: RecordAttempt | ReportRun,
  attempt: number | null,
  success: boolean,
  result: AttemptResult | { readonly resultValue: string | null },
): Decision =>
  E.right([
    {
      type: 'RecallReportedLate',
      runId: command.runId,
      attempt,
      reportedAt: command.issuedAt,
      success,
      reason: 'reason' in result ? result.reason : null,
      resultValue: result.resultValue,
    },
  ])
