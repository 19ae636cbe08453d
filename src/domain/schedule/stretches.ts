// Planned instants in a range, cut where exclusion calendars begin or end to hold, newest first, so
// that what is looked at longest is what may still fire. Bounded: beyond a number of cuts the oldest
// rest is one stretch, taken as included. Knows no misfires.
import { instantAt, type Instant } from '../instant.ts'
import { type TriggerState } from './schedule.ts'
import { countLimit, type Span, type Timetable } from './timetable.ts'

/** Around an instant, how far the calendars' answer holds. */
export interface ExclusionStretch {
  readonly excluded: boolean
  readonly from: Instant
  readonly through: Instant
}

/** A task's exclusion calendars, compiled. Pure. */
export interface Exclusions {
  /** True when nothing may fire at `instant`. */
  readonly excludes: (instant: Instant) => boolean
  /** A stretch around `instant` with one answer throughout; not necessarily the longest. */
  readonly stretchAround: (instant: Instant) => ExclusionStretch
}

export interface Stretch {
  readonly excluded: boolean
  readonly span: Span
}

const stretchesMax = 100
const looksMax = 2_000

const joined = (older: Span, newer: Span): Span => {
  const count = older.count + newer.count
  return {
    first: older.first,
    last: newer.last,
    count: Math.min(count, countLimit),
    countExact: older.countExact && newer.countExact && count <= countLimit,
  }
}

/** The planned instants in (after, through], newest stretch first, adjacent ones of one kind joined. */
export const stretchesIn = (
  timetable: Timetable,
  trigger: TriggerState,
  exclusions: Exclusions | null,
  after: Instant,
  through: Instant,
): Stretch[] => {
  const stretches: Stretch[] = []
  const add = (excluded: boolean, from: Instant, to: Instant): Span | null => {
    const span = timetable.span(trigger, from, to)
    if (span === null) return null
    const newer = stretches.at(-1)
    if (newer?.excluded === excluded) {
      stretches[stretches.length - 1] = { excluded, span: joined(span, newer.span) }
    } else {
      stretches.push({ excluded, span })
    }
    return span
  }
  if (exclusions === null) {
    add(false, after, through)
    return stretches
  }
  let at = timetable.previous(trigger, instantAt(through + 1))
  for (let looks = 0; at !== null && at > after; looks += 1) {
    if (looks >= looksMax || stretches.length >= stretchesMax) {
      add(false, after, at)
      break
    }
    const around = exclusions.stretchAround(at)
    const span = add(around.excluded, instantAt(Math.max(after, around.from - 1)), at)
    at = span === null ? null : timetable.previous(trigger, span.first)
  }
  return stretches
}
