// How many times an expression fires in a span, without visiting every fire: between two clock changes
// a day holds as many as its sets say, so a year of seconds is a few hundred additions. Counting
// stops just above a limit.
import { bitCount, hasBit } from './bits.ts'
import { cronNext, type ClockRules } from './cron-fires.ts'
import { type QuartzCron } from './quartz-cron.ts'
import { secondsPerDay, wallFrom } from './wall-search.ts'
import { offsetAt, type Zone } from './zone.ts'

const below = (low: number, high: number, bound: number): number =>
  bound <= 0
    ? 0
    : bound < 32
      ? bitCount(low & ((1 << bound) - 1))
      : bitCount(low) + (bound >= 64 ? bitCount(high) : bitCount(high & ((1 << (bound - 32)) - 1)))

/** Times of day before a second of the day, on a day without clock changes. */
const timesBefore = (cron: QuartzCron, time: number): number => {
  const perMinute = below(cron.secondsLow, cron.secondsHigh, 60)
  const perHour = perMinute * below(cron.minutesLow, cron.minutesHigh, 60)
  const hour = Math.floor(time / 3600)
  const minute = Math.floor(time / 60) % 60
  let count = perHour * below(cron.hours, 0, hour)
  if (!hasBit(cron.hours, hour)) return count
  count += perMinute * below(cron.minutesLow, cron.minutesHigh, minute)
  const word = minute < 32 ? cron.minutesLow : cron.minutesHigh
  if (hasBit(word, minute & 31)) count += below(cron.secondsLow, cron.secondsHigh, time % 60)
  return count
}

/**
 * Up to where wall times and instants run alike from a fire on: the next clock change, or the silent
 * first pass before it.
 */
const regularUntil = (zone: Zone, rules: ClockRules, instant: number): number => {
  const { at, offsets } = zone.changesNear(instant)
  const index = at.findIndex((change) => change > instant)
  const change = at[index]
  if (change === undefined) return Infinity
  const jump = offsets[index + 1]! - offsets[index]!
  return jump < 0 && rules.overlap === 'second' ? change + jump : change
}

/** Fires from `firstMs`, itself one, through `lastMs`; stops once above `limit`. */
export const cronCount = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  firstMs: number,
  lastMs: number,
  limit: number,
): number => {
  let count = 0
  let at: number | null = firstMs
  while (at !== null && at <= lastMs && count <= limit) {
    const instant = at / 1000
    const wall = instant + offsetAt(zone, instant)
    if (wallFrom(cron, wall) !== wall) {
      // It stands for times that a gap swallowed.
      count += 1
      at = cronNext(cron, zone, rules, at)
      continue
    }
    const time = wall % secondsPerDay
    const end = Math.min(
      secondsPerDay,
      time + Math.floor(lastMs / 1000) - instant + 1,
      time + regularUntil(zone, rules, instant) - instant,
    )
    count += timesBefore(cron, end) - timesBefore(cron, time)
    at = cronNext(cron, zone, rules, (instant + end - time) * 1000 - 1)
  }
  return count
}
