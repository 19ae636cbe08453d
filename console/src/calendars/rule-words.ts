// What a calendar excludes, as a few words for a row or a heading. Pure.
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import type { CalendarDraft } from './calendar.ts'
import { calendarWords, isWeekday } from './words.ts'

const shownMax = 3

export const rulesInWords = (draft: CalendarDraft, language: Language): readonly string[] => {
  const say = wordsIn(calendarWords, language)
  const some = (values: readonly string[]): string =>
    values.slice(0, shownMax).join(', ') + (values.length > shownMax ? ` … (${values.length})` : '')
  const { weekdays, dates, yearlyDates, ranges, expressions, exemptDates } = draft
  const isWeekend = weekdays.length === 2 && weekdays.includes('SAT') && weekdays.includes('SUN')
  const days = weekdays.filter(isWeekday).map((name) => say(name))
  return [
    ...(weekdays.length === 0 ? [] : [isWeekend ? say('weekends') : days.join(', ')]),
    ...(dates.length === 0 ? [] : [say('datesSay', some(dates))]),
    ...(yearlyDates.length === 0 ? [] : [say('yearlySay', some(yearlyDates))]),
    ...(ranges.length === 0
      ? []
      : [say('rangesSay', some(ranges.map(({ from, to }) => `${from}–${to}`)))]),
    ...(expressions.length === 0 ? [] : [say('cronSay', some(expressions))]),
    ...(exemptDates.length === 0 ? [] : [say('exemptSay', some(exemptDates))]),
  ]
}
