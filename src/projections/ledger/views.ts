// What the ledger answers, as plain values.
import type { Instant } from '../../domain/instant.ts'
import type { Cause, SkipVerdict } from '../../domain/task/events.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import type { Outcome } from '../views.ts'

export type Verdict = 'fired' | SkipVerdict

export interface LedgerFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Only together with `group`. */
  readonly job?: string | undefined
  readonly verdicts?: readonly Verdict[] | undefined
  /** Decided at or after. */
  readonly from?: Instant | undefined
  /** Decided before. */
  readonly until?: Instant | undefined
}

/** One decision about a planned instant, or about a span of them. Newest decision first. */
export interface VerdictView {
  readonly taskId: TaskId
  readonly verdict: Verdict
  readonly decidedAt: Instant
  /** First and last planned instant; null for a run that takes no slot of the schedule. */
  readonly first: Instant | null
  readonly last: Instant | null
  /** Counting stops at 10,000; `countExact` is false then. */
  readonly count: number
  readonly countExact: boolean
  /** What fired: its run. Null for what was skipped. */
  readonly run: {
    readonly runId: RunId
    readonly cause: Cause
    readonly outcome: Outcome
  } | null
  /** The open run that stood in the way of an overlapping occurrence. */
  readonly blockedBy: RunId | null
  /** Of the event that says so, in the task's stream. */
  readonly revision: number
}
