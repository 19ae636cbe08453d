// What the read models answer, as plain values: instants are Instants, absent is null. Every answer
// says how fresh it is. Nothing here knows a table, a status code or a wire format.
import type { Instant } from '../domain/instant.ts'
import type { TaskDefinition } from '../domain/task/definition.ts'
import type { Cause, TaskEventType } from '../domain/task/events.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { TaskState } from '../domain/task/state.ts'
import type { EventSource } from '../event-store/envelope.ts'
import type { Position } from '../event-store/event-store.ts'

/** How far in the log an answer reaches. */
export interface Freshness {
  /** Everything up to here is in the answer; null before the first event was applied. */
  readonly position: Position | null
  /** Everything recorded until this many milliseconds ago is in the answer; null: not known yet. */
  readonly ageMs: number | null
}

export interface PageRequest {
  /** 1 to {@link pageLimitMax}; clamped. */
  readonly limit: number
  /** `next` of the page before, with the same filter; null for the first page. */
  readonly cursor: string | null
}
export const pageLimitMax = 1_000

export interface Listed<T> {
  readonly items: readonly T[]
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null
  readonly freshness: Freshness
}
/** A list of what is dropped by age. */
export interface History<T> extends Listed<T> {
  /** The list reaches further back than what is kept, and is whole from here on only; null: it is whole. */
  readonly retainedFrom: Instant | null
}
export interface Found<T> {
  readonly item: T | null
  readonly freshness: Freshness
}

/** `retainedFrom`: it may have been a run from before this, which are no longer kept. */
export interface FoundRun extends Found<RunView> {
  readonly retainedFrom: Instant | null
}

export type QueryFault =
  /** Not a cursor of this list with this filter. */
  | { readonly type: 'CursorInvalid'; readonly retryable: false }
  | { readonly type: 'ReadModelUnavailable'; readonly reason: string; readonly retryable: true }

export type TaskStatus = Exclude<TaskState['status'], 'Absent'>

/** Running, retrying (waits for its next attempt), accepted (the callee will report): still open. */
export type OpenOutcome = 'running' | 'retrying' | 'accepted'
export type FinalOutcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled'
export type Outcome = OpenOutcome | FinalOutcome

export interface TasksFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Any of these; left out: all but deleted ones. */
  readonly statuses?: readonly TaskStatus[] | undefined
  /** Stands, whatever its case, in the key, name, description, target or beginning of the payload. */
  readonly text?: string | undefined
  readonly kind?: 'cron' | 'simple' | undefined
  /** Fires next at or after. */
  readonly nextFrom?: Instant | undefined
  /** Fires next before. */
  readonly nextUntil?: Instant | undefined
  /** How the run ended that ended last; any of these. */
  readonly lastOutcomes?: readonly FinalOutcome[] | undefined
  /** Only tasks of which the last run failed or timed out. */
  readonly failing?: boolean | undefined
  /** Only tasks whose schedule names this exclusion calendar. */
  readonly calendar?: string | undefined
}

/** By group and job; by the next fire, soonest first; by the last change, newest first. */
export type TaskOrder = 'key' | 'next' | 'changed'

/** A task without its definition: what a list shows. */
export interface TaskSummary {
  readonly taskId: TaskId
  readonly status: TaskStatus
  /** Since when, by whom and why the status is what it is. */
  readonly statusSince: Instant
  readonly statusBy: string | null
  readonly statusReason: string | null
  /** When a paused task is resumed by itself; null: never. */
  readonly pausedUntil: Instant | null
  readonly name: string | null
  readonly description: string | null
  readonly priority: number
  readonly scheduleKind: 'cron' | 'simple'
  /** The cron expression, or an ISO-8601 repeating interval such as `R5/PT30S` (`R/…`: for ever). */
  readonly scheduleRule: string
  readonly zone: string
  /** The URL, or `host:port`. */
  readonly target: string
  /** When it fires next, its spread included; null when nothing is planned (paused tasks too). */
  readonly nextFireAt: Instant | null
  readonly addedAt: Instant
  readonly addedBy: string | null
  readonly addedReason: string | null
  /** When the definition last changed. */
  readonly changedAt: Instant
  readonly changedBy: string | null
  readonly changedReason: string | null
  /** Of the newest event. */
  readonly revision: number
  /** Of the newest event that changed the task: what callers who change it say they have seen. */
  readonly changeRevision: number
  readonly counts: TaskCounts
  /** The run that ended last. */
  readonly lastRun: LastRun | null
  /** Runs that failed or timed out since one succeeded, and when the first of them ended. */
  readonly failedInARow: number
  readonly failingSince: Instant | null
}
/** Since the task's first event, earlier lives included. */
export interface TaskCounts {
  readonly fired: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  /** Occurrences that were decided not to fire. */
  readonly skipped: number
  /** Runs that are open now. */
  readonly running: number
}
export interface LastRun {
  readonly runId: RunId
  readonly outcome: FinalOutcome
  readonly triggeredAt: Instant
  readonly finishedAt: Instant
}
export interface TaskView extends TaskSummary {
  readonly definition: TaskDefinition
}

export interface GroupView {
  readonly group: string
  /** Tasks that are not deleted, by status. */
  readonly active: number
  readonly paused: number
  readonly completed: number
  /** Active tasks of which the last run failed or timed out. */
  readonly failing: number
  /** Runs that are open now. */
  readonly running: number
}

export interface RunsFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Only together with `group`. */
  readonly job?: string | undefined
  readonly outcomes?: readonly Outcome[] | undefined
  readonly causes?: readonly Cause[] | undefined
  /** Triggered at or after. */
  readonly from?: Instant | undefined
  /** Triggered before. */
  readonly until?: Instant | undefined
  /** Lasted at least so long, from the begin of the first attempt to the end. */
  readonly durationMinMs?: number | undefined
  /** Began at least so long after the planned instant. */
  readonly latenessMinMs?: number | undefined
  /** Stands in what is searched of the run (reason and result), or in its task's texts. */
  readonly text?: string | undefined
}

/** Lists are in order of `triggeredAt`, newest first. */
export interface RunView {
  readonly runId: RunId
  readonly taskId: TaskId
  readonly cause: Cause
  /** The planned instant; null for a manual run. */
  readonly scheduledFor: Instant | null
  readonly triggeredAt: Instant
  /** Begin of the first attempt, known from its end on. */
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly outcome: Outcome
  /** Number of the newest attempt known to have begun; 0 before that. */
  readonly attempts: number
  /** From the planned instant to the begin of the first attempt. */
  readonly latenessMs: number | null
  /** From the begin of the first attempt to the end of the run. */
  readonly durationMs: number | null
  /** Why it failed, timed out or was cancelled; of a retrying run, why the last attempt failed. */
  readonly reason: string | null
  /** At most {@link extractLengthMax} characters; the whole stands in the event. */
  readonly resultValue: string | null
  readonly statusCode: number | null
  readonly target: string
  /** Of its TaskTriggered event: where its history begins in the task's stream. */
  readonly revision: number
  /** When a retrying run is tried again. */
  readonly retryAt: Instant | null
  /** When an accepted run has to be reported. */
  readonly deadlineAt: Instant | null
}
export const extractLengthMax = 2_000

export interface ActivityFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Only together with `group`. */
  readonly job?: string | undefined
  readonly types?: readonly ActivityType[] | undefined
  /** Only what happened to this run. */
  readonly runId?: RunId | undefined
  readonly actor?: string | undefined
  readonly source?: EventSource | undefined
  /** Recorded at or after. */
  readonly from?: Instant | undefined
  /** Recorded before. */
  readonly until?: Instant | undefined
}

/** An event of a task, or a call that was tried. */
export type ActivityType = TaskEventType | 'RecallTested'

/** One event. Lists are in order of `at`, then of the log, newest first. */
export interface ActivityView {
  readonly position: Position
  readonly revision: number
  /** When the store recorded it. */
  readonly at: Instant
  readonly tenant: string
  /** Null: it belongs to none. */
  readonly taskId: TaskId | null
  readonly type: ActivityType
  readonly runId: RunId | null
  readonly actor: string | null
  readonly reason: string | null
  readonly source: EventSource | null
  /** What a sentence about the event needs, by field name of the event; instants are ISO strings. */
  readonly detail: Readonly<Record<string, unknown>>
}
/** Of a task: everything but calls that were tried. */
export interface TaskActivityView extends ActivityView {
  readonly taskId: TaskId
  readonly type: TaskEventType
}
