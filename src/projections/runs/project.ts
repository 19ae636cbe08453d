// What an event says about its run: pure. The first success of any attempt ends a run; a failure of
// a superseded attempt leaves it as it is; what comes after the end never gets here.
import type { AttemptReport, TaskEventOf, TaskEvent } from '../../domain/task/events.ts'
import type { Instant } from '../../domain/instant.ts'
import type { RunId } from '../../domain/task/ids.ts'
import { targetOf, type KnownTask } from '../tasks/table.ts'
import type { FinalOutcome } from '../views.ts'
import { extractOf, type EndedRun, type OpenRun } from './table.ts'

/** The run an event is about, null for one that is about the task alone. */
export const runIdOf = (event: TaskEvent): RunId | null => ('runId' in event ? event.runId : null)

export const startedRun = (
  event: Pick<
    TaskEventOf<'TaskTriggered'>,
    'runId' | 'cause' | 'scheduledFor' | 'decidedAt' | 'startAt' | 'definition'
  >,
  task: KnownTask,
  place: { readonly seq: number; readonly revision: number },
): OpenRun => ({
  runId: event.runId,
  seq: place.seq,
  revision: place.revision,
  taskNo: task.taskNo,
  groupNo: task.groupNo,
  cause: event.cause,
  scheduledFor: event.scheduledFor,
  triggeredAt: event.decidedAt,
  target: event.definition === undefined ? task.target : targetOf(event.definition),
  outcome: event.startAt === undefined ? 'running' : 'retrying',
  attempt: 1,
  attempts: 0,
  startedAt: null,
  retryAt: event.startAt ?? null,
  deadlineAt: null,
  statusCode: null,
  reason: null,
  resultValue: null,
})

/** The open runs of books carried forward, for when the log before them is gone. */
export const carriedRuns = (
  event: TaskEventOf<'TaskCarriedForward'>,
  task: KnownTask,
  place: { readonly seq: number; readonly revision: number },
): readonly OpenRun[] =>
  event.runs.map((run) => {
    const definition = event.definitions[run.definition]
    const waiting = run.phase === 'waiting'
    const accepted = run.phase === 'accepted'
    return {
      ...startedRun(
        {
          runId: run.runId,
          cause: run.cause,
          scheduledFor: run.scheduledFor,
          decidedAt: run.triggeredAt,
        },
        task,
        place,
      ),
      target: definition === undefined ? task.target : targetOf(definition),
      outcome: waiting ? 'retrying' : accepted ? 'accepted' : 'running',
      attempt: run.attempt,
      attempts: accepted ? run.attempt : run.attempt - 1,
      retryAt: waiting ? run.phaseAt : null,
      deadlineAt: accepted ? run.phaseAt : null,
    }
  })

type Projected =
  { readonly type: 'open'; readonly run: OpenRun } | ({ readonly type: 'ended' } & EndedRun)

/** Null: nothing to tell about the run. */
export const projectRun = (run: OpenRun, event: TaskEvent): Projected | null => {
  switch (event.type) {
    case 'RecallSucceeded':
      return ended(
        { ...attempted(run, event), reason: null, resultValue: extractOf(event.resultValue) },
        'succeeded',
        event.finishedAt,
      )
    case 'RecallFailed':
      return failed(run, event)
    case 'RecallAccepted':
      return open({
        ...attempted(run, event),
        outcome: 'accepted',
        reason: null,
        retryAt: null,
        deadlineAt: event.deadlineAt,
        resultValue: extractOf(event.resultValue),
      })
    case 'RecallTimedOut':
      return ended({ ...run, reason: 'not reported in time' }, 'timed-out', event.timedOutAt)
    case 'RecallTakenOver': {
      const { attempt } = event
      return open({ ...run, outcome: 'running', attempt, retryAt: null, deadlineAt: null })
    }
    case 'RunCancelled':
      return ended({ ...run, reason: event.because }, 'cancelled', event.cancelledAt)
    case 'RecallReportedLate':
    case 'TaskTriggered':
    case 'TaskAdded':
    case 'TaskReplaced':
    case 'TaskPaused':
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
    case 'OccurrencesSkipped':
    case 'TaskCarriedForward':
      return null
  }
}

const failed = (run: OpenRun, event: TaskEventOf<'RecallFailed'>): Projected | null => {
  const { attempt, retryAt, terminal } = event
  if (!terminal && attempt < run.attempt) return null
  const after = {
    ...attempted(run, event),
    reason: extractOf(event.reason),
    resultValue: extractOf(event.resultValue),
    deadlineAt: null,
  }
  if (terminal) return ended({ ...after, retryAt: null }, 'failed', event.finishedAt)
  return open({ ...after, outcome: 'retrying', attempt: attempt + 1, retryAt })
}

const attempted = (
  run: OpenRun,
  event: { readonly attempt: number; readonly report: AttemptReport | null },
): OpenRun => ({
  ...run,
  attempts: Math.max(run.attempts, event.attempt),
  startedAt: run.startedAt ?? event.report?.startedAt ?? null,
  statusCode: event.report === null ? run.statusCode : event.report.statusCode,
})

const open = (run: OpenRun): Projected => ({ type: 'open', run })

const ended = (run: OpenRun, outcome: FinalOutcome, finishedAt: Instant): Projected => ({
  type: 'ended',
  run,
  outcome,
  finishedAt,
})
