// Time zones as lists of offset changes, read from the runtime's own tz data through Intl and kept,
// so that the common question costs an array look-up. Time is cut into chunks of 2^25 seconds (some
// 388 days); a chunk is read when first asked for, with a margin on both sides, so that a change
// near its edge is seen from either chunk. All numbers are whole seconds. Knows no schedule.
import * as E from 'fp-ts/lib/Either.js'
import { problem, type ScheduleProblem } from './problem.ts'

/** Offset changes around a chunk: offsets[i] holds before at[i], offsets[i + 1] from it on. */
export interface OffsetChanges {
  readonly at: readonly number[]
  readonly offsets: readonly number[]
}

export interface Zone {
  readonly name: string
  /** The changes that matter for an instant or wall time, in seconds. */
  changesNear(seconds: number): OffsetChanges
}

const chunkSeconds = 2 ** 25
const marginSeconds = 4 * 86_400
const probeSeconds = 6 * 86_400
/** Chunks -1 to 217 cover 1969 to 2201, all that an expression can name. */
const chunkMax = 217

/** Index of the offset that holds at an instant. */
const indexAt = (changes: OffsetChanges, instant: number): number => {
  let index = 0
  while (index < changes.at.length && changes.at[index]! <= instant) index += 1
  return index
}

export const offsetAt = (zone: Zone, instant: number): number => {
  const changes = zone.changesNear(instant)
  return changes.offsets[indexAt(changes, instant)]!
}

/** Offset from UTC, by asking Intl what a clock on the wall shows. */
const probe = (clock: Intl.DateTimeFormat, instant: number): number => {
  const shown = clock.format(instant * 1000) // MM/DD/YYYY, HH:MM:SS
  const part = (from: number, to: number): number => Number(shown.slice(from, to))
  const wall = Date.UTC(
    part(6, 10),
    part(0, 2) - 1,
    part(3, 5),
    part(12, 14),
    part(15, 17),
    part(18, 20),
  )
  return wall / 1000 - instant
}

const readChanges = (clock: Intl.DateTimeFormat, from: number, to: number): OffsetChanges => {
  const at: number[] = []
  let known = probe(clock, from)
  const offsets = [known]
  for (let start = from; start < to; start += probeSeconds) {
    const end = start + probeSeconds
    const endOffset = probe(clock, end)
    let since = start
    while (known !== endOffset) {
      let before = since
      let after = end
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (probe(clock, middle) === known) before = middle
        else after = middle
      }
      known = probe(clock, after)
      at.push(after)
      offsets.push(known)
      since = after
    }
  }
  return { at, offsets }
}

const intlZone = (name: string, clock: Intl.DateTimeFormat): Zone => {
  const chunks: (OffsetChanges | undefined)[] = []
  return {
    name,
    changesNear: (seconds) => {
      const index = Math.min(chunkMax, Math.max(-1, Math.floor(seconds / chunkSeconds)))
      const known = chunks[index + 1]
      if (known !== undefined) return known
      const from = index * chunkSeconds
      const read = readChanges(clock, from - marginSeconds, from + chunkSeconds + marginSeconds)
      chunks[index + 1] = read
      return read
    },
  }
}

const unchanging: OffsetChanges = { at: [], offsets: [0] }
export const utc: Zone = { name: 'UTC', changesNear: () => unchanging }

const clockOf = (name: string): Intl.DateTimeFormat | null => {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  } catch {
    return null // Intl knows no such zone
  }
}

const ianaName = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/
const zones = new Map<string, Zone>()
const zonesMax = 1_000

/** The zone of an IANA name, read once. */
export const findZone = (name: string): E.Either<ScheduleProblem, Zone> => {
  const known = zones.get(name)
  if (known !== undefined) return E.right(known)
  const clock = ianaName.test(name) ? clockOf(name) : null
  if (clock === null) {
    return E.left(
      problem('zone', null, `No time zone is called "${name}".`, `没有名为“${name}”的时区。`),
    )
  }
  const canonical = clock.resolvedOptions().timeZone
  const zone = canonical === 'UTC' ? utc : intlZone(name, clock)
  if (zones.size >= zonesMax) zones.clear()
  zones.set(name, zone)
  return E.right(zone)
}

/**
 * The name to store: IANA's spelling for what the caller wrote in another case, and the caller's own
 * choice among aliases (the runtime would turn Asia/Kolkata into Asia/Calcutta).
 */
export const canonicalZone = (name: string): E.Either<ScheduleProblem, string> => {
  const known = canonicalNames.get(name)
  if (known !== undefined) return E.right(known)
  const found = findZone(name)
  if (E.isLeft(found)) return found
  const resolved = clockOf(name)?.resolvedOptions().timeZone ?? name
  const canonical = resolved.toLowerCase() === name.toLowerCase() ? resolved : name
  if (canonicalNames.size >= zonesMax) canonicalNames.clear()
  canonicalNames.set(name, canonical)
  return E.right(canonical)
}

const canonicalNames = new Map<string, string>()
