// The next or previous wall time that an expression names, as if no clock ever changed. Wall times
// are seconds since 1970-01-01T00:00 on the wall. Fields are searched by bits, largest first where
// possible, so a year of silence costs a dozen steps and an impossible date is found out after
// 230 years of them. Knows no zone.
import { bitFrom, bitUpTo, hasBit, pairFrom, pairUpTo } from './bits.ts'
import {
  dayNumber,
  dayOfMonthOf,
  daysInMonth,
  monthOf,
  packedDate,
  weekdayOf,
  yearOf,
} from './civil.ts'
import { monthDays } from './month-days.ts'
import { yearMax, yearMin, type QuartzCron } from './quartz-cron.ts'

export const secondsPerDay = 86_400
const dayMin = dayNumber(yearMin, 1, 1)
const dayMax = dayNumber(yearMax, 12, 31)

const yearAllowed = (cron: QuartzCron, year: number): boolean =>
  cron.years === null || hasBit(cron.years[(year - yearMin) >> 5] ?? 0, (year - yearMin) & 31)

const daysOf = (cron: QuartzCron, year: number, month: number): number =>
  monthDays(cron.dayRule, weekdayOf(dayNumber(year, month, 1)), daysInMonth(year, month))

/** The weekdays of a weekly schedule twice over, so that a search needs not wrap. */
const twoWeeks = (cron: QuartzCron): number => cron.weekly | (cron.weekly << 7)

/** First matching day at or after a day number; -1 when the years run out. */
export const matchingDayFrom = (cron: QuartzCron, from: number): number => {
  const start = from < dayMin ? dayMin : from
  if (start > dayMax) return -1
  if (cron.weekly !== 0) {
    const found = start + bitFrom(twoWeeks(cron), weekdayOf(start)) - weekdayOf(start)
    return found > dayMax ? -1 : found
  }
  const packed = packedDate(start)
  let year = yearOf(packed)
  let month = monthOf(packed)
  let day = dayOfMonthOf(packed)
  while (year <= yearMax) {
    const found = yearAllowed(cron, year) ? bitFrom(cron.months, month) : -1
    if (found < 0) {
      year += 1
      month = 1
      day = 1
      continue
    }
    if (found !== month) {
      month = found
      day = 1
    }
    const dayFound = bitFrom(daysOf(cron, year, month), day)
    if (dayFound >= 0) return dayNumber(year, month, dayFound)
    month += 1
    day = 1
  }
  return -1
}

/** Last matching day at or before a day number; -1 when the years run out. */
export const matchingDayUpTo = (cron: QuartzCron, upTo: number): number => {
  const start = upTo > dayMax ? dayMax : upTo
  if (start < dayMin) return -1
  if (cron.weekly !== 0) {
    const found = start + bitUpTo(twoWeeks(cron), weekdayOf(start) + 7) - weekdayOf(start) - 7
    return found < dayMin ? -1 : found
  }
  const packed = packedDate(start)
  let year = yearOf(packed)
  let month = monthOf(packed)
  let day = dayOfMonthOf(packed)
  while (year >= yearMin) {
    const found = yearAllowed(cron, year) ? bitUpTo(cron.months, month) : -1
    if (found < 0) {
      year -= 1
      month = 12
      day = 31
      continue
    }
    if (found !== month) {
      month = found
      day = 31
    }
    const dayFound = bitUpTo(daysOf(cron, year, month), day)
    if (dayFound >= 0) return dayNumber(year, month, dayFound)
    month -= 1
    day = 31
  }
  return -1
}

const timeFrom = (cron: QuartzCron, time: number): number => {
  let hour = (time / 3600) | 0
  let minute = ((time / 60) | 0) % 60
  const allowedHour = bitFrom(cron.hours, hour)
  if (allowedHour !== hour) return allowedHour < 0 ? -1 : earliestIn(cron, allowedHour)
  const allowedMinute = pairFrom(cron.minutesLow, cron.minutesHigh, minute)
  if (allowedMinute === minute) {
    const second = pairFrom(cron.secondsLow, cron.secondsHigh, time % 60)
    if (second >= 0) return hour * 3600 + minute * 60 + second
    minute = pairFrom(cron.minutesLow, cron.minutesHigh, minute + 1)
  } else {
    minute = allowedMinute
  }
  if (minute >= 0) {
    return hour * 3600 + minute * 60 + pairFrom(cron.secondsLow, cron.secondsHigh, 0)
  }
  hour = bitFrom(cron.hours, hour + 1)
  return hour < 0 ? -1 : earliestIn(cron, hour)
}

const earliestIn = (cron: QuartzCron, hour: number): number =>
  hour * 3600 +
  pairFrom(cron.minutesLow, cron.minutesHigh, 0) * 60 +
  pairFrom(cron.secondsLow, cron.secondsHigh, 0)

const timeUpTo = (cron: QuartzCron, time: number): number => {
  let hour = (time / 3600) | 0
  let minute = ((time / 60) | 0) % 60
  const allowedHour = bitUpTo(cron.hours, hour)
  if (allowedHour !== hour) return allowedHour < 0 ? -1 : latestIn(cron, allowedHour)
  const allowedMinute = pairUpTo(cron.minutesLow, cron.minutesHigh, minute)
  if (allowedMinute === minute) {
    const second = pairUpTo(cron.secondsLow, cron.secondsHigh, time % 60)
    if (second >= 0) return hour * 3600 + minute * 60 + second
    minute = pairUpTo(cron.minutesLow, cron.minutesHigh, minute - 1)
  } else {
    minute = allowedMinute
  }
  if (minute >= 0) {
    return hour * 3600 + minute * 60 + pairUpTo(cron.secondsLow, cron.secondsHigh, 59)
  }
  hour = bitUpTo(cron.hours, hour - 1)
  return hour < 0 ? -1 : latestIn(cron, hour)
}

const latestIn = (cron: QuartzCron, hour: number): number =>
  hour * 3600 +
  pairUpTo(cron.minutesLow, cron.minutesHigh, 59) * 60 +
  pairUpTo(cron.secondsLow, cron.secondsHigh, 59)

/** First matching wall time at or after one; -1 when there is none. */
export const wallFrom = (cron: QuartzCron, wall: number): number => {
  const day = Math.floor(wall / secondsPerDay)
  let found = matchingDayFrom(cron, day)
  if (found === day) {
    const time = timeFrom(cron, wall - day * secondsPerDay)
    if (time >= 0) return day * secondsPerDay + time
    found = matchingDayFrom(cron, day + 1)
  }
  return found < 0 ? -1 : found * secondsPerDay + earliestIn(cron, bitFrom(cron.hours, 0))
}

/** Last matching wall time at or before one; -1 when there is none. */
export const wallUpTo = (cron: QuartzCron, wall: number): number => {
  const day = Math.floor(wall / secondsPerDay)
  let found = matchingDayUpTo(cron, day)
  if (found === day) {
    const time = timeUpTo(cron, wall - day * secondsPerDay)
    if (time >= 0) return day * secondsPerDay + time
    found = matchingDayUpTo(cron, day - 1)
  }
  return found < 0 ? -1 : found * secondsPerDay + latestIn(cron, bitUpTo(cron.hours, 23))
}
