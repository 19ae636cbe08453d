// A window cut into minutes, hours or days of a zone. The first bucket begins with the window and
// the last ends with it; all cuts between stand on the zone's wall.
import { instantAt, type Instant } from '../instant.ts'
import { instantOfWall } from '../schedule/zone-walls.ts'
import { offsetAt, type Zone } from '../schedule/zone.ts'

export type Step = 'minute' | 'hour' | 'day'

export const stepMs: Readonly<Record<Step, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/** Beginnings of the buckets in order, and the end of the last one. */
export const bucketEdges = (from: Instant, to: Instant, step: Step, zone: Zone): Instant[] => {
  const edges = [from]
  for (let cut = cutAfter(from, step, zone); cut < to; cut = cutAfter(cut, step, zone))
    edges.push(cut)
  edges.push(to)
  return edges
}

const cutAfter = (at: Instant, step: Step, zone: Zone): Instant => {
  const seconds = Math.floor(at / 1000)
  const wall = seconds + offsetAt(zone, seconds)
  const width = stepMs[step] / 1000
  const next = (Math.floor(wall / width) + 1) * width
  // Within a day the clock may change; a minute and an hour stay as long as they are.
  const instant = step === 'day' ? instantOfWall(zone, next) : seconds + (next - wall)
  return instantAt(Math.max(instant * 1000, at + 1))
}
