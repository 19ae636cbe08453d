// Quartz walks to the next fire field by field, and each step it takes lands on a real instant: a
// step onto a missing wall time lands behind the gap. Where a gap is one hour long and begins on the
// hour, that walk and plain arithmetic agree. Elsewhere (Lord Howe's half hour, Troll's two hours,
// Nuuk's 23:00) the walk passes over fires just behind the gap, and whoever moves here from Quartz
// expects just that. This file repeats the walk where it matters, and nowhere else.
import { bitFrom, pairFrom } from './bits.ts'
import { type QuartzCron } from './quartz-cron.ts'
import { matchingDayFrom, secondsPerDay, wallFrom, wallUpTo } from './wall-search.ts'
import { instantOfWall, lastGapBefore, readWall, type ClockChange } from './zone-walls.ts'
import { offsetAt, type Zone } from './zone.ts'

/** The walk can be thrown this far beyond a gap, at most. */
const reachSeconds = 2 * secondsPerDay

const hourOf = (wall: number): number => Math.floor((wall % secondsPerDay) / 3600)
const minuteOf = (wall: number): number => Math.floor((wall % 3600) / 60)

/** Where the walk stands after stepping onto a wall time. */
const land = (zone: Zone, wall: number): number => {
  const instant = instantOfWall(zone, wall)
  return instant + offsetAt(zone, instant)
}

/** As {@link land}; when the hour came out differently, one more step to the following hour. */
const landOnHour = (zone: Zone, day: number, hour: number, minute: number): number => {
  const wall = land(zone, day * secondsPerDay + hour * 3600 + minute * 60)
  if (hour === 24 || hourOf(wall) === hour) return wall
  const landedDay = Math.floor(wall / secondsPerDay)
  return land(zone, landedDay * secondsPerDay + (hour + 1) * 3600 + (wall % 3600))
}

/** Quartz's walk from a wall time; the fire as an instant in seconds, null when the years run out. */
const walkFrom = (cron: QuartzCron, zone: Zone, start: number): number | null => {
  let wall = start
  for (;;) {
    const second = pairFrom(cron.secondsLow, cron.secondsHigh, wall % 60)
    const startOfMinute = wall - (wall % 60)
    wall = land(
      zone,
      second < 0
        ? startOfMinute + 60 + pairFrom(cron.secondsLow, cron.secondsHigh, 0)
        : startOfMinute + second,
    )
    const day = Math.floor(wall / secondsPerDay)
    const minute = minuteOf(wall)
    const hour = hourOf(wall)

    const allowedMinute = pairFrom(cron.minutesLow, cron.minutesHigh, minute)
    if (allowedMinute < 0) {
      wall = landOnHour(zone, day, hour + 1, pairFrom(cron.minutesLow, cron.minutesHigh, 0))
      continue
    }
    if (allowedMinute !== minute) {
      wall = landOnHour(zone, day, hour, allowedMinute)
      continue
    }

    const allowedHour = bitFrom(cron.hours, hour)
    if (allowedHour < 0) {
      wall = landOnHour(zone, day + 1, bitFrom(cron.hours, 0), 0)
      continue
    }
    if (allowedHour !== hour) {
      wall = landOnHour(zone, day, allowedHour, 0)
      continue
    }

    const allowedDay = matchingDayFrom(cron, day)
    if (allowedDay < 0) return null
    if (allowedDay === day) return instantOfWall(zone, wall)
    wall = land(zone, allowedDay * secondsPerDay)
  }
}

const isTame = (gap: ClockChange): boolean => {
  const wall = gap.change + gap.offsetBefore
  return gap.offsetAfter - gap.offsetBefore === 3600 && wall % 3600 === 0 && hourOf(wall) !== 23
}

/** The last fire before a gap, as an instant in seconds. */
const lastFireBefore = (cron: QuartzCron, zone: Zone, gap: ClockChange): number | null => {
  let wall = wallUpTo(cron, gap.change + gap.offsetBefore - 1)
  while (wall >= 0) {
    const reading = readWall(zone, wall)
    if (reading.kind !== 'never') return reading.instant
    wall = wallUpTo(cron, reading.change + reading.offsetBefore - 1)
  }
  return null
}

/**
 * Whether a fire found by arithmetic lies where the walk may have passed over it: the last fire
 * before the gap, and the next that a walk from there reaches; null when there is no such gap.
 */
export const landsAfterGap = (
  cron: QuartzCron,
  zone: Zone,
  instant: number,
): { readonly last: number; readonly next: number } | null => {
  const gap = lastGapBefore(zone, instant, reachSeconds)
  if (gap === null || isTame(gap)) return null
  const last = lastFireBefore(cron, zone, gap)
  if (last === null) return null
  const next = walkFrom(cron, zone, last + 1 + offsetAt(zone, last + 1))
  return next === null ? null : { last, next }
}

/**
 * Quartz's answer to "first fire after" for any instant, in milliseconds. It differs from the
 * planned fires only for a start inside a doubled hour, which counts as the same wall time of the
 * second pass, and for a start shortly before an unusual gap.
 */
export const quartzTimeAfter = (cron: QuartzCron, zone: Zone, afterMs: number): number | null => {
  const earliest = Math.floor(afterMs / 1000) + 1
  let wall = Math.max(0, earliest + offsetAt(zone, earliest))
  const start = wall
  let found: number
  for (;;) {
    wall = wallFrom(cron, wall)
    if (wall < 0) return null
    const reading = readWall(zone, wall)
    found = reading.instant
    if (reading.kind !== 'never') break
    wall = reading.change + reading.offsetAfter
  }
  const gap = lastGapBefore(zone, found, reachSeconds)
  if (gap === null || isTame(gap) || gap.change < earliest) return found * 1000
  const walked = walkFrom(cron, zone, start)
  return walked === null ? null : walked * 1000
}
