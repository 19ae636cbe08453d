// What the overview answers, as plain values: the pulse, and the exceptions.
import type { Instant } from '../../domain/instant.ts'
import type { Cause } from '../../domain/task/events.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import type { GapView } from '../gaps/views.ts'
import type { FinalOutcome, Freshness, OpenOutcome } from '../views.ts'
import type { StatsBucket } from './views.ts'

/** Some of a kind of exception, and how many there are; no more than {@link exceptionsMax} are counted. */
export interface Exceptions<T> {
  readonly count: number
  readonly items: readonly T[]
}
export const exceptionsMax = 1_000

/** A run that began more than {@link lateMs} after its planned instant, within the last hour. */
export interface LateRun {
  readonly taskId: TaskId
  readonly runId: RunId
  readonly scheduledFor: Instant
  readonly startedAt: Instant
  readonly latenessMs: number
}
export const lateMs = 60_000

/** An open run of which nothing was heard when something should have been, a minute's grace included. */
export interface StuckRun {
  readonly taskId: TaskId
  readonly runId: RunId
  readonly cause: Cause
  readonly outcome: OpenOutcome
  readonly triggeredAt: Instant
  /** When something should have been heard at the latest. */
  readonly expectedAt: Instant
}

/** An active task whose last run failed or timed out. */
export interface FailingTask {
  readonly taskId: TaskId
  readonly since: Instant
  readonly failedInARow: number
  readonly lastRunId: RunId
  readonly lastOutcome: FinalOutcome
  readonly lastFinishedAt: Instant
  readonly reason: string | null
}

export interface PausedTask {
  readonly taskId: TaskId
  readonly by: string | null
  readonly at: Instant
  readonly reason: string | null
  readonly until: Instant | null
}

export interface SummaryView {
  readonly missing: Exceptions<GapView>
  readonly late: Exceptions<LateRun>
  readonly stuck: Exceptions<StuckRun>
  readonly failing: Exceptions<FailingTask>
  readonly paused: Exceptions<PausedTask>
  readonly pulse: {
    /** The last full minute, and the one that has begun. */
    readonly lastMinute: StatsBucket
    readonly thisMinute: StatsBucket
    /** Runs that are open now. */
    readonly running: number
    /** Tasks that fire within the next minute. */
    readonly dueNextMinute: number
  }
  readonly freshness: Freshness
}
