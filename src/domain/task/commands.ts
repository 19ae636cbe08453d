// What can be asked of a task. Commands carry the instant and any new ids, so that one command and
// one state always give the same events.
import type { Instant } from '../instant.ts'
import type { CalendarSnapshot } from '../calendar/snapshot.ts'
import type { TaskDefinition } from './definition.ts'
import type { AttemptReport } from './events.ts'
import type { RunId, TaskId } from './ids.ts'

interface Addressed {
  readonly taskId: TaskId
  readonly issuedAt: Instant
}

/** What a decision rests on beside the task: calendars as they are now, and the tz version. */
export interface PlanningContext {
  readonly calendars: CalendarSnapshot
  readonly tzVersion: string
}

interface Planning extends Addressed {
  /** Base of the ids of whatever runs this command starts. */
  readonly runId: RunId
  readonly context: PlanningContext
}

export interface AddTask extends Addressed {
  readonly type: 'AddTask'
  readonly definition: TaskDefinition
  /** Overwrite an existing task instead of refusing. */
  readonly replace: boolean
}
export interface PauseTask extends Addressed {
  readonly type: 'PauseTask'
  readonly until: Instant | null
}
export interface ResumeTask extends Planning {
  readonly type: 'ResumeTask'
  /** Only if the pause's time is over: a pause that somebody made meanwhile stays. Default: anyway. */
  readonly onlyIfOver?: true
}
export interface DeleteTask extends Addressed {
  readonly type: 'DeleteTask'
}
export interface TriggerTask extends Planning {
  readonly type: 'TriggerTask'
}
/** Runs the task again, now, because of one of its earlier runs. */
export interface RerunTask extends Planning {
  readonly type: 'RerunTask'
}
/** Fires instants that have passed, beside the schedule: no slot is consumed, nothing is settled. */
export interface BackfillTask extends Planning {
  readonly type: 'BackfillTask'
  /** Oldest first. */
  readonly occurrences: readonly BackfillOccurrence[]
  /** From one run's beginning to the next one's, milliseconds. */
  readonly startEveryMs: number
}
export interface BackfillOccurrence {
  readonly scheduledFor: Instant
  /** What it runs with; null: the task's definition as it is. */
  readonly definition: TaskDefinition | null
}
/** Ends every run of a backfill that has not begun. */
export interface CancelBackfill extends Addressed {
  readonly type: 'CancelBackfill'
}
/** Gives every planned instant up to `issuedAt` its verdict. */
export interface DecideOccurrences extends Planning {
  readonly type: 'DecideOccurrences'
}

export type AttemptResult =
  | { readonly type: 'succeeded'; readonly resultValue: string | null }
  | { readonly type: 'accepted'; readonly resultValue: string | null }
  | {
      readonly type: 'failed'
      readonly reason: string
      readonly resultValue: string | null
      /** False where another attempt cannot help. */
      readonly retryable: boolean
      /** Where the attempt ended, when that was before any answer. */
      readonly before?: 'connect' | 'timeout'
    }

/** An attempt came to an end at `issuedAt`. */
export interface RecordAttempt extends Addressed {
  readonly type: 'RecordAttempt'
  readonly runId: RunId
  readonly attempt: number
  readonly result: AttemptResult
  readonly report: AttemptReport | null
  /** In [0, 1): where within the jitter a retry falls. */
  readonly chance: number
}
/** The callee reported the end of an asynchronous run. */
export interface ReportRun extends Addressed {
  readonly type: 'ReportRun'
  readonly runId: RunId
  readonly success: boolean
  readonly resultValue: string | null
  readonly chance: number
}
/** An accepted run's deadline has passed. */
export interface ExpireRun extends Addressed {
  readonly type: 'ExpireRun'
  readonly runId: RunId
}
/** A run whose first attempt has not begun is dropped because of what happened to its task. */
export interface WithdrawRun extends Addressed {
  readonly type: 'WithdrawRun'
  readonly runId: RunId
}
/** A person ends an open run, whatever it is waiting for. */
export interface CancelRun extends Addressed {
  readonly type: 'CancelRun'
  readonly runId: RunId
}
/** Continue a run that a process left behind. */
export interface TakeOverRun extends Addressed {
  readonly type: 'TakeOverRun'
  readonly runId: RunId
  readonly from: string | null
}

/** Carry the books forward now, however few events have come since they last were. */
export interface CarryForward extends Addressed {
  readonly type: 'CarryForward'
}

export type TaskCommand =
  | AddTask
  | PauseTask
  | ResumeTask
  | DeleteTask
  | TriggerTask
  | RerunTask
  | BackfillTask
  | CancelBackfill
  | DecideOccurrences
  | RecordAttempt
  | ReportRun
  | ExpireRun
  | WithdrawRun
  | CancelRun
  | TakeOverRun
  | CarryForward
