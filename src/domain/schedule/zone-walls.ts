// From wall times to instants and back where clocks change. A wall time belongs to the offset after
// the last change whose new wall time it has reached; so a doubled time means its second pass, and a
// missing one lies in a gap, read with the offset before it. All numbers are whole seconds.
import { type OffsetChanges, type Zone } from './zone.ts'

/** What a wall time means. `change` is the instant of the change that doubles or swallows it. */
export interface WallReading {
  readonly kind: 'once' | 'twice' | 'never'
  /** The instant: the second pass of a doubled time; a missing one read with the offset before the gap. */
  readonly instant: number
  readonly change: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/** How many changes have been passed on the wall. */
const passedOnWall = (changes: OffsetChanges, wall: number): number => {
  let index = 0
  while (index < changes.at.length && changes.at[index]! + changes.offsets[index + 1]! <= wall) {
    index += 1
  }
  return index
}

export const readWall = (zone: Zone, wall: number): WallReading => {
  const changes = zone.changesNear(wall)
  const index = passedOnWall(changes, wall)
  const offset = changes.offsets[index]!
  const instant = wall - offset
  const next = changes.at[index]
  if (next !== undefined && instant >= next) {
    const offsetAfter = changes.offsets[index + 1]!
    return { kind: 'never', instant, change: next, offsetBefore: offset, offsetAfter }
  }
  if (index > 0) {
    const change = changes.at[index - 1]!
    const offsetBefore = changes.offsets[index - 1]!
    if (wall < change + offsetBefore) {
      return { kind: 'twice', instant, change, offsetBefore, offsetAfter: offset }
    }
  }
  return { kind: 'once', instant, change: 0, offsetBefore: offset, offsetAfter: offset }
}

/** The instant of a wall time, doubled and missing ones as {@link WallReading.instant} says. */
export const instantOfWall = (zone: Zone, wall: number): number => {
  const changes = zone.changesNear(wall)
  return wall - changes.offsets[passedOnWall(changes, wall)]!
}

/** True where a wall time is neither doubled nor missing: the common case, answered without allocation. */
export const isPlainWall = (zone: Zone, wall: number): boolean => {
  const changes = zone.changesNear(wall)
  if (changes.at.length === 0) return true
  const index = passedOnWall(changes, wall)
  const next = changes.at[index]
  if (next !== undefined && wall - changes.offsets[index]! >= next) return false
  return index === 0 || wall >= changes.at[index - 1]! + changes.offsets[index - 1]!
}

/** A change of the clock: wall time jumps from change + offsetBefore to change + offsetAfter. */
export interface ClockChange {
  readonly change: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/** Clock changes in (after, through]; meant for spans of at most a year. */
export const clockChangesIn = (zone: Zone, after: number, through: number): ClockChange[] => {
  const found: ClockChange[] = []
  let from = after
  while (from < through) {
    const changes = zone.changesNear(from)
    const to = Math.min(through, from + 86_400 * 2)
    changes.at.forEach((change, index) => {
      if (change > from && change <= to) {
        found.push({
          change,
          offsetBefore: changes.offsets[index]!,
          offsetAfter: changes.offsets[index + 1]!,
        })
      }
    })
    from = to
  }
  return found
}

/** The latest jump forward in (instant - within, instant], null when there is none. */
export const lastGapBefore = (zone: Zone, instant: number, within: number): ClockChange | null => {
  const changes = zone.changesNear(instant)
  for (let index = changes.at.length - 1; index >= 0; index -= 1) {
    const change = changes.at[index]!
    if (change > instant || change <= instant - within) continue
    const offsetBefore = changes.offsets[index]!
    const offsetAfter = changes.offsets[index + 1]!
    if (offsetAfter > offsetBefore) return { change, offsetBefore, offsetAfter }
  }
  return null
}
