// The days of one month on which a day rule fires, as a bit mask (bit 1 is the 1st). The odd corners
// of W are Quartz's: a target beyond a short month still counts when it moves back into the month by
// one day, and a target of "day 0" when it moves forward into it.
import { allDays, type DayRule } from './quartz-cron.ts'

const saturday = 6
const sunday = 0

/** Nearest weekday (Monday–Friday) to a target day within the month; 0 when it falls outside. */
const nearestWeekday = (target: number, weekdayOfFirst: number, length: number): number => {
  if (target < 0 || target > length + 1) return 0
  const weekday = (weekdayOfFirst + target + 6) % 7
  const moved =
    weekday === saturday
      ? target === 1
        ? 3
        : target - 1
      : weekday === sunday
        ? target === length
          ? target - 2
          : target + 1
        : target
  return moved < 1 || moved > length ? 0 : moved
}

/** A week's pattern, Sunday first, laid over days 1–31 of a month that begins on the given weekday. */
const repeatedWeekdays = (weekdays: number, weekdayOfFirst: number): number => {
  const week = ((weekdays >>> weekdayOfFirst) | (weekdays << (7 - weekdayOfFirst))) & 0x7f
  return (week << 1) | (week << 8) | (week << 15) | (week << 22) | (week << 29)
}

export const monthDays = (rule: DayRule, weekdayOfFirst: number, length: number): number => {
  const within = allDays & (-1 >>> (31 - length))
  switch (rule.kind) {
    case 'days':
      return rule.days & within
    case 'weekdays':
      return repeatedWeekdays(rule.weekdays, weekdayOfFirst) & within
    case 'either':
      return (rule.days | repeatedWeekdays(rule.weekdays, weekdayOfFirst)) & within
    case 'last':
      return length > rule.offset ? 1 << (length - rule.offset) : 0
    case 'lastNearestWeekday':
      return (1 << nearestWeekday(length - rule.offset, weekdayOfFirst, length)) & within
    case 'nearestWeekday':
      return (1 << nearestWeekday(rule.day, weekdayOfFirst, length)) & within
    case 'lastWeekdayOfKind': {
      const weekdayOfLast = (weekdayOfFirst + length + 6) % 7
      return 1 << (length - ((weekdayOfLast - rule.weekday + 7) % 7))
    }
    case 'nthWeekdayOfKind': {
      const day = 1 + ((rule.weekday - weekdayOfFirst + 7) % 7) + 7 * (rule.nth - 1)
      return day > length ? 0 : 1 << day
    }
  }
}
