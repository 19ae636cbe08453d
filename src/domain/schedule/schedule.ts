// What a caller can say about time: the two kinds of schedule with their zone, bounds, misfire
// policy and clock-change rules. These shapes are stored inside TaskAdded and TaskReplaced, so a
// field is added only as optional-with-meaning, never renamed.
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { nullable, record } from '../record.ts'

/** Quartz's misfire instructions of a cron trigger; `smart` is `fireOnceNow`. */
export const CronMisfire = t.keyof({
  smart: null,
  fireOnceNow: null,
  doNothing: null,
  ignore: null,
})
export type CronMisfire = t.TypeOf<typeof CronMisfire>

/** Quartz's misfire instructions of a simple trigger. `smart` depends on the repeat count. */
export const SimpleMisfire = t.keyof({
  smart: null,
  fireNow: null,
  nowExisting: null,
  nowRemaining: null,
  nextExisting: null,
  nextRemaining: null,
  ignore: null,
})
export type SimpleMisfire = t.TypeOf<typeof SimpleMisfire>

/**
 * A wall time that does not exist (clocks spring forward): `skip` as Quartz does, or `after`: fire at
 * the first instant after the gap instead.
 */
export const GapRule = t.keyof({ skip: null, after: null })
/** A wall time that exists twice: `second` pass as Quartz does, `first`, or `both`. */
export const OverlapRule = t.keyof({ second: null, first: null, both: null })

const common = {
  /** IANA zone name, as the caller wrote it after canonicalisation. */
  zone: t.string,
  /** Tasks fire no later than this (cron: inclusive; simple: exclusive but for the first fire). */
  endAt: t.union([Instant, t.null]),
  /** An undecided occurrence older than this is a misfire. Milliseconds, default 60,000. */
  misfireThresholdMs: t.number,
  /** At most this many missed occurrences are fired late; the newest are kept. Default 100. */
  catchUpMax: t.number,
  /** Missed occurrences older than this are not fired late; null: any age. Milliseconds. */
  catchUpWindowMs: t.union([t.number, t.null]),
  /** Width of the window over which tasks are spread by a hash of their key. 0: no spread. */
  jitterMs: t.number,
  /** Names of exclusion calendars of the tenant. */
  calendars: t.readonlyArray(t.string),
}

export const CronSchedule = t.readonly(
  t.type({
    type: t.literal('cron'),
    expression: t.string,
    dialect: t.keyof({ quartz: null, unix: null }),
    /** No occurrence before this; null: from registration on. */
    startAt: t.union([Instant, t.null]),
    misfire: CronMisfire,
    gap: GapRule,
    overlap: OverlapRule,
    ...common,
  }),
)
export type CronSchedule = t.TypeOf<typeof CronSchedule>

export const SimpleSchedule = t.readonly(
  t.type({
    type: t.literal('simple'),
    startAt: Instant,
    /** Milliseconds between fires; 0 only with repeatCount 0. */
    intervalMs: t.number,
    /** Quartz's count: repeats after the first fire; -1 for ever. */
    repeatCount: t.number,
    misfire: SimpleMisfire,
    ...common,
  }),
)
export type SimpleSchedule = t.TypeOf<typeof SimpleSchedule>

export const Schedule = t.union([CronSchedule, SimpleSchedule])
export type Schedule = t.TypeOf<typeof Schedule>

/**
 * Where a schedule stands. Planned instants begin strictly after `decidedThrough`. For a simple
 * trigger `startAt` and `repeatCount` may have been moved by a misfire (Quartz reschedules the
 * trigger itself) and `timesTriggered` counts fires since; a cron trigger carries them unused.
 */
export const TriggerState = record({
  decidedThrough: Instant,
  startAt: nullable(Instant),
  repeatCount: t.number,
  timesTriggered: t.number,
})
export type TriggerState = t.TypeOf<typeof TriggerState>
