// The instants at which an expression fires in a zone. Between clock changes this is arithmetic on
// wall times; at a change the rules decide. The default rules are Quartz's: a missing wall time is
// skipped, a doubled one fires on its second pass. Milliseconds outside, seconds inside.
import { type QuartzCron } from './quartz-cron.ts'
import { landsAfterGap } from './quartz-steps.ts'
import { wallFrom, wallUpTo } from './wall-search.ts'
import { instantOfWall, isPlainWall, readWall } from './zone-walls.ts'
import { offsetAt, type Zone } from './zone.ts'

export interface ClockRules {
  readonly gap: 'skip' | 'after'
  readonly overlap: 'second' | 'first' | 'both'
}

export const quartzRules: ClockRules = { gap: 'skip', overlap: 'second' }

const followsQuartz = (rules: ClockRules): boolean =>
  rules.gap === 'skip' && rules.overlap === 'second'

/**
 * The wall time to search from for an instant. Inside a doubled hour, and at the end of a gap, the
 * instant's own wall time would hide what still comes, or repeat what has been, depending on the rule.
 */
const searchStart = (zone: Zone, rules: ClockRules, instant: number): number => {
  const offset = offsetAt(zone, instant)
  const wall = instant + offset
  if (rules.gap === 'after') {
    const offsetBefore = offsetAt(zone, instant - 1)
    if (offsetBefore < offset) return instant + offsetBefore
  }
  if (isPlainWall(zone, wall)) return wall
  const reading = readWall(zone, wall)
  if (reading.kind !== 'twice') return wall
  const isFirstPass = instant < reading.change
  if (rules.overlap === 'second' && isFirstPass) return reading.change + reading.offsetAfter
  if (rules.overlap === 'first' && !isFirstPass) return reading.change + reading.offsetBefore
  return wall
}

const nextSecond = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  earliest: number,
): number | null => {
  let wall = wallFrom(cron, searchStart(zone, rules, earliest))
  if (rules.overlap === 'both') wall = restartInSecondPass(cron, zone, earliest, wall)
  while (wall >= 0) {
    if (isPlainWall(zone, wall)) return instantOfWall(zone, wall)
    const reading = readWall(zone, wall)
    if (reading.kind === 'never') {
      if (rules.gap === 'after') return reading.change
      wall = wallFrom(cron, reading.change + reading.offsetAfter)
      continue
    }
    const firstPass = wall - reading.offsetBefore
    return rules.overlap !== 'second' && firstPass >= earliest ? firstPass : reading.instant
  }
  return null
}

/** With both passes firing, a search begun in the first pass comes back to the start of the second. */
const restartInSecondPass = (
  cron: QuartzCron,
  zone: Zone,
  earliest: number,
  found: number,
): number => {
  const wall = earliest + offsetAt(zone, earliest)
  if (isPlainWall(zone, wall)) return found
  const reading = readWall(zone, wall)
  if (reading.kind !== 'twice' || earliest >= reading.change) return found
  const isInFirstPass = found >= 0 && found < reading.change + reading.offsetBefore
  return isInFirstPass ? found : wallFrom(cron, reading.change + reading.offsetAfter)
}

const previousSecond = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  latest: number,
): number | null => {
  const wallOfLatest = latest + offsetAt(zone, latest)
  let wall = wallUpTo(cron, previousStart(zone, rules, latest, wallOfLatest))
  if (rules.overlap === 'both' && !isPlainWall(zone, wallOfLatest)) {
    // From the second pass back into the first, whose wall times are larger.
    const reading = readWall(zone, wallOfLatest)
    const secondStart = reading.change + reading.offsetAfter
    if (reading.kind === 'twice' && latest >= reading.change && wall < secondStart) {
      wall = wallUpTo(cron, reading.change + reading.offsetBefore - 1)
    }
  }
  while (wall >= 0) {
    if (isPlainWall(zone, wall)) return instantOfWall(zone, wall)
    const reading = readWall(zone, wall)
    if (reading.kind === 'never') {
      if (rules.gap === 'after') return reading.change
      wall = wallUpTo(cron, reading.change + reading.offsetBefore - 1)
      continue
    }
    const isSecondPass = rules.overlap !== 'first' && reading.instant <= latest
    return isSecondPass ? reading.instant : wall - reading.offsetBefore
  }
  return null
}

const previousStart = (zone: Zone, rules: ClockRules, latest: number, wall: number): number => {
  if (isPlainWall(zone, wall)) return wall
  const reading = readWall(zone, wall)
  if (reading.kind !== 'twice') return wall
  const isFirstPass = latest < reading.change
  if (rules.overlap === 'second' && isFirstPass) return reading.change + reading.offsetAfter - 1
  if (rules.overlap === 'first' && !isFirstPass) return reading.change + reading.offsetBefore - 1
  return wall
}

/** First fire strictly after an instant, null when there is none. */
export const cronNext = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  afterMs: number,
): number | null => {
  const found = nextSecond(cron, zone, rules, Math.floor(afterMs / 1000) + 1)
  if (found === null) return null
  if (!followsQuartz(rules)) return found * 1000
  const landing = landsAfterGap(cron, zone, found)
  return (landing !== null && landing.next * 1000 > afterMs ? landing.next : found) * 1000
}

/** Last fire strictly before an instant, null when there is none. */
export const cronPrevious = (
  cron: QuartzCron,
  zone: Zone,
  rules: ClockRules,
  beforeMs: number,
): number | null => {
  const found = previousSecond(cron, zone, rules, Math.ceil(beforeMs / 1000) - 1)
  if (found === null) return null
  if (!followsQuartz(rules)) return found * 1000
  const landing = landsAfterGap(cron, zone, found)
  return (landing !== null && found < landing.next ? landing.last : found) * 1000
}
