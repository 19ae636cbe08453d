// A Quartz cron expression understood: sets of seconds, minutes, hours, months and years, and one
// rule for the day. This is all that fire times depend on; how it was written is forgotten, so that
// equal schedules look equal. Knows no zone.

export const expressionLengthMax = 1_000
export const yearMin = 1970
export const yearMax = 2199

/** Which days of a month fire. Days count from 1, weekdays from Sunday = 0, offsets back from the last day. */
export type DayRule =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'last'; readonly offset: number }
  | { readonly kind: 'lastNearestWeekday'; readonly offset: number }
  | { readonly kind: 'nearestWeekday'; readonly day: number }
  | { readonly kind: 'weekdays'; readonly weekdays: number }
  | { readonly kind: 'lastWeekdayOfKind'; readonly weekday: number }
  | { readonly kind: 'nthWeekdayOfKind'; readonly weekday: number; readonly nth: number }
  /** Only Unix cron can say this. */
  | { readonly kind: 'either'; readonly days: number; readonly weekdays: number }

export interface QuartzCron {
  /** Bits 0–31 and 32–59. */
  readonly secondsLow: number
  readonly secondsHigh: number
  readonly minutesLow: number
  readonly minutesHigh: number
  /** Bits 0–23. */
  readonly hours: number
  /** Bits 1–12. */
  readonly months: number
  readonly dayRule: DayRule
  /** Words of bits counted from {@link yearMin}; null: every year. */
  readonly years: readonly number[] | null
  /**
   * The weekdays on which it fires (bit 0 is Sunday) when nothing else about the date matters, so
   * that a search may spare the calendar; 0 when something does.
   */
  readonly weekly: number
}

export const allDays = 0xfffffffe | 0
export const allWeekdays = 0x7f
export const allMonths = 0x1ffe
export const allHours = 0xffffff
/** Minutes or seconds 32–59. */
export const allHigh = 0xfffffff

/** The value of {@link QuartzCron.weekly} for what else an expression says of its days. */
export const weeklyOf = (
  dayRule: DayRule,
  months: number,
  years: readonly number[] | null,
): number => {
  if (months !== allMonths || years !== null) return 0
  if (dayRule.kind === 'weekdays') return dayRule.weekdays
  return dayRule.kind === 'days' && dayRule.days === allDays ? allWeekdays : 0
}
