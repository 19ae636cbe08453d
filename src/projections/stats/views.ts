// What the statistics answer, as plain values.
import type { Instant } from '../../domain/instant.ts'
import type { SkipVerdict } from '../../domain/task/events.ts'
import type { Freshness } from '../views.ts'

export interface StatsFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Only together with `group`. */
  readonly job?: string | undefined
  readonly step: 'minute' | 'hour' | 'day'
  /** Days begin where this zone's do. */
  readonly zone: string
  /** In the first bucket. */
  readonly from: Instant
  /** After the last bucket's begin. */
  readonly until: Instant
}

/** Milliseconds. Of one task they are exact, of more within two hundredths; `max` is always exact. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Runs that were triggered in a stretch of time, and what has become of them so far. */
export interface StatsBucket {
  readonly from: Instant
  readonly fired: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  /** Still open. */
  readonly running: number
  /** Occurrences that were decided, in this time, not to fire. */
  readonly skipped: Readonly<Partial<Record<SkipVerdict, number>>>
  /** From the planned instant to the begin of the first attempt; null: of no run. */
  readonly lateness: Percentiles | null
  /** From the begin of the first attempt to the end; null: of no run. */
  readonly duration: Percentiles | null
}

export interface StatsView {
  /** A JSON array of buckets, oldest first, without a gap: a day of minutes is too many for objects. */
  readonly buckets: string
  /** Of a task with very many runs, those before this instant are not counted; null: all are. */
  readonly countedFrom: Instant | null
  /** What is before this instant is no longer kept in such detail; null: the answer is whole. */
  readonly retainedFrom: Instant | null
  readonly freshness: Freshness
}
