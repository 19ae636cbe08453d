// What the REST API answers. Instants are ISO-8601 in UTC; absent is null.
import type { CalendarDefinition, TaskDefinition } from './definition.ts'
import type { Freshness } from './pages.ts'

export interface Words {
  readonly en: string
  readonly zh: string
}

export interface Answered {
  readonly asOf: Freshness
}

export type TaskStatus = 'Active' | 'Paused' | 'Completed' | 'Deleted'
export type FinalOutcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled'
export type Outcome = 'running' | 'retrying' | 'accepted' | FinalOutcome
export type Cause = 'schedule' | 'manual' | 'catch-up' | 'backfill' | 'rerun'
export type EventSource = 'api' | 'console' | 'scheduler' | 'recall' | 'import'

/** What a change did. */
export interface Changed {
  readonly group: string
  readonly job: string
  readonly status: TaskStatus | 'Absent'
  /** The task was added, not replaced. */
  readonly created: boolean
  /** Of the run that was started; null when none was. */
  readonly runId: string | null
  /** Of the task's newest event; null when nothing was ever written. */
  readonly revision: number | null
  /** Of the newest event that changed the task, for `ifMatch`; null when nothing was ever written. */
  readonly changeRevision: number | null
  /** For `after`; null when nothing had to be written. */
  readonly position: string | null
}

export interface RunChanged {
  readonly runId: string | null
  readonly revision: number | null
  readonly position: string | null
}

export interface TaskCounts {
  readonly fired: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  readonly skipped: number
  /** Open now. */
  readonly running: number
}

export interface TaskSummary {
  readonly tenant: string
  readonly group: string
  readonly job: string
  readonly status: TaskStatus
  readonly statusSince: string
  readonly statusBy: string | null
  readonly statusReason: string | null
  readonly pausedUntil: string | null
  readonly name: string | null
  readonly description: string | null
  readonly priority: number
  readonly scheduleKind: 'cron' | 'simple'
  readonly scheduleRule: string
  readonly ruleWords: Words
  readonly zone: string
  /** The URL, or `host:port`. */
  readonly target: string
  readonly nextFireAt: string | null
  readonly addedAt: string
  readonly addedBy: string | null
  readonly addedReason: string | null
  readonly changedAt: string
  readonly changedBy: string | null
  readonly changedReason: string | null
  /** Of its newest event. */
  readonly revision: number
  /** Of the newest event that changed it, which no fire does; for `ifMatch`. */
  readonly changeRevision: number
  readonly counts: TaskCounts
  readonly lastRun: {
    readonly runId: string
    readonly outcome: FinalOutcome
    readonly triggeredAt: string
    readonly finishedAt: string
  } | null
}

export interface Task extends TaskSummary {
  readonly definition: TaskDefinition
}

export interface Group {
  readonly group: string
  readonly tasks: number
  readonly active: number
  readonly paused: number
  readonly completed: number
  readonly running: number
}

export interface Run {
  readonly tenant: string
  readonly group: string
  readonly job: string
  readonly runId: string
  readonly cause: Cause
  /** Null for a manual run. */
  readonly scheduledFor: string | null
  readonly triggeredAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly outcome: Outcome
  readonly attempts: number
  readonly latenessMs: number | null
  readonly durationMs: number | null
  readonly reason: string | null
  readonly resultValue: string | null
  readonly statusCode: number | null
  readonly target: string
  readonly revision: number
  readonly retryAt: string | null
  readonly deadlineAt: string | null
}

/** One event as the log holds it. */
export interface LoggedEvent {
  readonly type: string
  readonly revision: number
  readonly position: string
  readonly recordedAt: string
  readonly data: unknown
  readonly metadata: unknown
}

export interface ActivityEntry {
  readonly tenant: string
  /** Null: a call that was tried (`RecallTested`) belongs to no task. */
  readonly group: string | null
  readonly job: string | null
  readonly type: string
  readonly at: string
  readonly position: string
  readonly revision: number
  readonly runId: string | null
  readonly actor: string | null
  readonly reason: string | null
  readonly source: EventSource | null
  readonly detail: Readonly<Record<string, unknown>>
}

export interface EventRef {
  readonly stream: string
  readonly revision: number
  readonly position: string
  readonly type: string
}

/** What became, or will become, of one instant of a task. */
export interface Occurrence {
  readonly at: string
  readonly verdict:
    | 'fired'
    | 'paused'
    | 'replaced'
    | 'deleted'
    | 'misfired'
    | 'overlapping'
    | 'calendar'
    | 'catch-up-limit'
    | 'expired'
    | 'not-added'
    | 'undecided'
    | 'planned'
    | 'not-on-schedule'
    | 'ended'
  /** Recorded in the log, or only what follows from it so far. */
  readonly decided: boolean
  readonly decidedAt: string | null
  /** When it is due, where the task's jitter makes that later than `at`. */
  readonly dueAt: string | null
  /** The run it fired; of an instant that was missed, the one that made up for it. */
  readonly run: {
    readonly runId: string
    readonly cause: Cause
    readonly decidedAt: string
    readonly outcome: Outcome
  } | null
  readonly blockedBy: string | null
  readonly overlap: 'allow' | 'skip' | 'queueOne' | null
  readonly calendars: Readonly<Record<string, number>>
  readonly misfire: string | null
  readonly catchUpMax: number | null
  readonly change: {
    readonly type: string
    readonly at: string
    readonly actor: string | null
    readonly reason: string | null
    readonly source: string | null
  } | null
  /** Nobody was there to decide it in time; `to` is null while that lasts. */
  readonly outage: {
    readonly from: string
    readonly to: string | null
    readonly because: 'stopped' | 'lost' | 'suspended' | 'clock'
    readonly node: string
  } | null
  readonly nearest: { readonly before: string | null; readonly after: string | null } | null
  readonly events: readonly EventRef[]
}

export interface Why extends Occurrence {
  readonly zone: string
  readonly lang: 'en' | 'zh'
  readonly sentence: string
  readonly sentences: Words
}

export interface Preview {
  readonly words: Words
  /** The expression in canonical form. */
  readonly canonical: string | null
  readonly fires: readonly {
    readonly at: string
    readonly local: string
    /** Sunday = 0. */
    readonly weekday: number
    readonly mark: 'first-pass' | 'second-pass' | 'after-gap' | null
    readonly excludedBy: readonly string[]
  }[]
  readonly more: boolean
  readonly changes: readonly {
    readonly at: string
    readonly type: 'forward' | 'back'
    readonly before: string
    readonly after: string
    readonly words: Words
  }[]
  readonly missingCalendars: readonly string[]
}

export interface RecallTested {
  readonly testId: string
  readonly testedAt: string
  readonly outcome: 'succeeded' | 'accepted' | 'failed'
  readonly reason: string | null
  readonly resultValue: string | null
  readonly report: {
    readonly startedAt: string
    readonly durationMs: number
    readonly phases: Readonly<Record<string, number | null>>
    readonly statusCode: number | null
    readonly reply: string | null
    readonly replyBytes: number | null
    readonly replySha256: string | null
  }
}

export interface Calendar extends CalendarDefinition {
  readonly name: string
  readonly revision: number
}

export interface CalendarChanged {
  readonly name: string
  readonly revision: number | null
  readonly position: string | null
}

export interface Readiness {
  readonly ready: boolean
  readonly checks: readonly { readonly name: string; readonly problem: string | null }[]
}
