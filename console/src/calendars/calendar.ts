// An exclusion calendar as the API tells it, and as the form holds it: rules of one kind are one list,
// since a calendar excludes whatever any of its rules names. Pure.
import * as t from 'io-ts'

const Range = t.type({ from: t.string, to: t.string })
const Rule = t.union([
  t.type({ type: t.literal('dates'), dates: t.array(t.string) }),
  t.type({ type: t.literal('yearlyDates'), dates: t.array(t.string) }),
  t.type({ type: t.literal('weekdays'), weekdays: t.array(t.string) }),
  t.type({ type: t.literal('dailyRanges'), ranges: t.array(Range) }),
  t.type({ type: t.literal('cron'), expression: t.string }),
])
type Rule = t.TypeOf<typeof Rule>
export const Calendar = t.type({
  name: t.string,
  revision: t.number,
  zone: t.string,
  rules: t.array(Rule),
  exemptDates: t.array(t.string),
})
export type Calendar = t.TypeOf<typeof Calendar>
export const CalendarList = t.type({ calendars: t.array(Calendar) })

/** As `Date.getDay` counts them. */
export const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const

export interface CalendarDraft {
  readonly zone: string
  readonly dates: readonly string[]
  readonly yearlyDates: readonly string[]
  readonly weekdays: readonly string[]
  readonly ranges: readonly { readonly from: string; readonly to: string }[]
  readonly expressions: readonly string[]
  readonly exemptDates: readonly string[]
}

export const emptyDraft = (zone: string): CalendarDraft => ({
  zone,
  dates: [],
  yearlyDates: [],
  weekdays: [],
  ranges: [],
  expressions: [],
  exemptDates: [],
})

const inOrder = (values: readonly string[]): readonly string[] => [...new Set(values)].sort()

export const draftOf = ({ zone, rules, exemptDates }: Omit<Calendar, 'name' | 'revision'>) =>
  rules.reduce<CalendarDraft>(withRule, { ...emptyDraft(zone), exemptDates: inOrder(exemptDates) })

const withRule = (draft: CalendarDraft, rule: Rule): CalendarDraft => {
  switch (rule.type) {
    case 'dates':
      return { ...draft, dates: inOrder([...draft.dates, ...rule.dates]) }
    case 'yearlyDates':
      return { ...draft, yearlyDates: inOrder([...draft.yearlyDates, ...rule.dates]) }
    case 'weekdays':
      return { ...draft, weekdays: inWeek([...draft.weekdays, ...rule.weekdays]) }
    case 'dailyRanges':
      return { ...draft, ranges: [...draft.ranges, ...rule.ranges] }
    case 'cron':
      return { ...draft, expressions: [...draft.expressions, rule.expression] }
  }
}

const inWeek = (names: readonly string[]): readonly string[] =>
  weekdayNames.filter((name) => names.includes(name))

/** The body that defines it. */
export const bodyOf = (draft: CalendarDraft) => {
  const { zone, dates, yearlyDates, weekdays, ranges, expressions, exemptDates } = draft
  const rules = [
    ...(dates.length === 0 ? [] : [{ type: 'dates', dates }]),
    ...(yearlyDates.length === 0 ? [] : [{ type: 'yearlyDates', dates: yearlyDates }]),
    ...(weekdays.length === 0 ? [] : [{ type: 'weekdays', weekdays }]),
    ...(ranges.length === 0 ? [] : [{ type: 'dailyRanges', ranges }]),
    ...expressions
      .filter((expression) => expression.trim() !== '')
      .map((expression) => ({ type: 'cron', expression })),
  ]
  return { zone, rules, exemptDates }
}

/** What becomes of a whole day: `2026-10-01`. */
export type DayFate = 'open' | 'excluded' | 'exempt' | 'partly'

export const fateOf = (day: string, draft: CalendarDraft): DayFate => {
  if (draft.exemptDates.includes(day)) return 'exempt'
  const weekday = weekdayNames[new Date(`${day}T12:00:00Z`).getUTCDay()] ?? ''
  if (
    draft.dates.includes(day) ||
    draft.yearlyDates.includes(day.slice(5)) ||
    draft.weekdays.includes(weekday)
  )
    return 'excluded'
  return draft.ranges.length + draft.expressions.length > 0 ? 'partly' : 'open'
}

/** A day that fires no longer does, and the other way round, by its own date alone. */
export const toggled = (day: string, draft: CalendarDraft): CalendarDraft => {
  const without = (days: readonly string[]) => days.filter((other) => other !== day)
  switch (fateOf(day, draft)) {
    case 'exempt':
      return { ...draft, exemptDates: without(draft.exemptDates) }
    case 'excluded': {
      const fewer = { ...draft, dates: without(draft.dates) }
      return fateOf(day, fewer) === 'excluded'
        ? { ...draft, exemptDates: inOrder([...draft.exemptDates, day]) }
        : fewer
    }
    case 'partly':
    case 'open':
      return { ...draft, dates: inOrder([...draft.dates, day]) }
  }
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

/** What is wrong with the lists, by the name of the list: the values that are no dates or times. */
export const wrongIn = (draft: CalendarDraft): Readonly<Record<string, readonly string[]>> => ({
  dates: draft.dates.filter((day) => !safely(isDay, day)),
  yearlyDates: draft.yearlyDates.filter((day) => !safely(isDay, `2000-${day}`)),
  exemptDates: draft.exemptDates.filter((day) => !safely(isDay, day)),
  ranges: draft.ranges.flatMap(({ from, to }) => [
    ...(isTime(from) && from !== '24:00' ? [] : [from]),
    ...(isTime(to) ? [] : [to]),
  ]),
})

const isTime = (text: string): boolean =>
  /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(text) || text === '24:00'

/** A date that does not exist throws where it is written. */
const safely = (holds: (text: string) => boolean, text: string): boolean => {
  try {
    return holds(text)
  } catch {
    return false
  }
}
