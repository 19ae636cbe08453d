// What an exclusion calendar says: dates, yearly dates, weekdays, times of day and expressions at
// which nothing fires, in one zone, and dates that are exempt (working days that replace a holiday).
// These shapes are stored; a field is added only as optional, never renamed.
import * as t from 'io-ts'
import { daysInMonth } from './civil.ts'

interface LocalDateBrand {
  readonly LocalDate: unique symbol
}
interface YearlyDateBrand {
  readonly YearlyDate: unique symbol
}
interface TimeOfDayBrand {
  readonly TimeOfDay: unique symbol
}

const isDate = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)

/** `2026-02-17` */
export const LocalDate = t.brand(
  t.string,
  (s): s is t.Branded<string, LocalDateBrand> =>
    /^\d{4}-\d\d-\d\d$/.test(s) &&
    isDate(Number(s.slice(0, 4)), Number(s.slice(5, 7)), Number(s.slice(8))),
  'LocalDate',
)
export type LocalDate = t.TypeOf<typeof LocalDate>

/** `10-01`; `02-29` is excluded in leap years alone. */
export const YearlyDate = t.brand(
  t.string,
  (s): s is t.Branded<string, YearlyDateBrand> =>
    /^\d\d-\d\d$/.test(s) && isDate(2000, Number(s.slice(0, 2)), Number(s.slice(3))),
  'YearlyDate',
)

/** `09:30` or `09:30:15`; `24:00` as an end. */
export const TimeOfDay = t.brand(
  t.string,
  (s): s is t.Branded<string, TimeOfDayBrand> =>
    /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(s) || s === '24:00',
  'TimeOfDay',
)
export type TimeOfDay = t.TypeOf<typeof TimeOfDay>

export const Weekday = t.keyof({
  SUN: null,
  MON: null,
  TUE: null,
  WED: null,
  THU: null,
  FRI: null,
  SAT: null,
})

export const CalendarRule = t.union([
  t.readonly(t.type({ type: t.literal('dates'), dates: t.readonlyArray(LocalDate) })),
  t.readonly(t.type({ type: t.literal('yearlyDates'), dates: t.readonlyArray(YearlyDate) })),
  t.readonly(t.type({ type: t.literal('weekdays'), weekdays: t.readonlyArray(Weekday) })),
  /** From `from` inclusive to `to` exclusive, every day; past midnight when `to` is not later. */
  t.readonly(
    t.type({
      type: t.literal('dailyRanges'),
      ranges: t.readonlyArray(t.readonly(t.type({ from: TimeOfDay, to: TimeOfDay }))),
    }),
  ),
  /** Every second that a Quartz expression names. */
  t.readonly(t.type({ type: t.literal('cron'), expression: t.string })),
])
export type CalendarRule = t.TypeOf<typeof CalendarRule>

/** Excludes what any of its rules names, except on the exempt dates. */
export const CalendarDefinition = t.readonly(
  t.type({
    zone: t.string,
    rules: t.readonlyArray(CalendarRule),
    exemptDates: t.readonlyArray(LocalDate),
  }),
)
export type CalendarDefinition = t.TypeOf<typeof CalendarDefinition>
