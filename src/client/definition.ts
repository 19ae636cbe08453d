// What a task is made of, as the REST API takes it. What is left out takes the service's defaults;
// `TaskDefinition` is the same with every default filled in, as the service answers it.

export interface TaskKey {
  readonly group: string
  readonly job: string
}

interface ScheduleRules {
  /** IANA name; the service's zone unless given. */
  readonly zone: string
  /** No fire after it; ISO-8601. */
  readonly endAt: string | null
  /** An undecided occurrence older than this is a misfire. */
  readonly misfireThresholdMs: number
  /** At most so many missed occurrences are fired late. */
  readonly catchUpMax: number
  /** Missed occurrences older than this are not fired late; null: any age. */
  readonly catchUpWindowMs: number | null
  /** Width of the window over which tasks are spread by a hash of their key. */
  readonly jitterMs: number
  /** Names of exclusion calendars. */
  readonly calendars: readonly string[]
}

export interface CronSchedule extends ScheduleRules {
  readonly type: 'cron'
  /** Quartz: six or seven fields. */
  readonly expression: string
  readonly dialect: 'quartz' | 'unix'
  readonly startAt: string | null
  readonly misfire: 'smart' | 'fireOnceNow' | 'doNothing' | 'ignore'
  /** A wall time that does not exist. */
  readonly gap: 'skip' | 'after'
  /** A wall time that exists twice. */
  readonly overlap: 'second' | 'first' | 'both'
}

export interface SimpleSchedule extends ScheduleRules {
  readonly type: 'simple'
  readonly startAt: string
  readonly intervalMs: number
  /** Repeats after the first fire; -1: for ever. */
  readonly repeatCount: number
  readonly misfire:
    | 'smart'
    | 'fireNow'
    | 'nowExisting'
    | 'nowRemaining'
    | 'nextExisting'
    | 'nextRemaining'
    | 'ignore'
}

export type Schedule = CronSchedule | SimpleSchedule

export type ScheduleInput =
  | (Pick<CronSchedule, 'type' | 'expression'> & Partial<CronSchedule>)
  | (Pick<SimpleSchedule, 'type'> & Partial<SimpleSchedule>)

export type RecallTarget =
  | { readonly type: 'http'; readonly url: string }
  | { readonly type: 'socket'; readonly host: string; readonly port: number }

export interface RetryPolicy {
  /** Attempts after the first. */
  readonly max: number
  readonly backoffMs: number
  readonly factor: number
  readonly backoffMaxMs: number
  /** Share of the wait that is left to chance, 0 to 1. */
  readonly jitter: number
  /** `connect`, `timeout`, `reply`, a status such as `503`, a class such as `5xx`; absent: all. */
  readonly on?: readonly string[]
}

export interface RecallPolicy {
  /** Limit for one attempt. */
  readonly timeoutMs: number
  readonly retries: RetryPolicy
  /** An occurrence that is due while a run is open. */
  readonly overlap: 'allow' | 'skip' | 'queueOne'
  readonly reportDeadlineMs: number
  readonly concurrencyMax: number | null
  readonly ratePerSecond: number | null
  readonly followRedirects: boolean
}

export type RecallPolicyInput = Partial<Omit<RecallPolicy, 'retries'>> & {
  readonly retries?: Partial<RetryPolicy>
}

export interface TaskInput {
  readonly schedule: ScheduleInput
  readonly recall: RecallTarget
  /** What the callee gets: any JSON. */
  readonly data?: unknown
  /** The same as text, for numbers that JavaScript cannot hold. */
  readonly dataJson?: string
  /** Larger goes first in a backlog. */
  readonly priority?: number
  readonly name?: string | null
  readonly description?: string | null
  readonly policy?: RecallPolicyInput
  readonly extraJson?: string | null
  /** How long the history of its runs is kept; null: as long as the service keeps it. */
  readonly retentionDays?: number | null
}

type Patch<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] | undefined
    ? T[K] | null
    : T[K] extends object | undefined
      ? Patch<NonNullable<T[K]>> | null
      : T[K] | null
}

/** A merge patch: what is named changes, null takes the service's default. */
export type TaskPatch = Patch<Omit<TaskInput, 'schedule' | 'recall' | 'data'>> & {
  readonly schedule?: Patch<CronSchedule> | Patch<SimpleSchedule>
  readonly recall?: { readonly [field: string]: string | number | null }
  readonly data?: unknown
}

export interface TaskDefinition {
  readonly schedule: Schedule
  readonly recall: RecallTarget
  readonly dataJson: string
  readonly priority: number
  readonly name: string | null
  readonly description: string | null
  readonly policy: RecallPolicy
  readonly extraJson: string | null
  /** Absent: as long as the service keeps it. */
  readonly retentionDays?: number
}

export type CalendarRule =
  | { readonly type: 'dates'; readonly dates: readonly string[] }
  | { readonly type: 'yearlyDates'; readonly dates: readonly string[] }
  | { readonly type: 'weekdays'; readonly weekdays: readonly Weekday[] }
  | {
      readonly type: 'dailyRanges'
      readonly ranges: readonly { readonly from: string; readonly to: string }[]
    }
  | { readonly type: 'cron'; readonly expression: string }

export type Weekday = 'SUN' | 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT'

export interface CalendarDefinition {
  readonly zone: string
  readonly rules: readonly CalendarRule[]
  /** Dates on which tasks fire whatever the rules say. */
  readonly exemptDates: readonly string[]
}

export type CalendarInput = Pick<CalendarDefinition, 'rules'> & Partial<CalendarDefinition>
