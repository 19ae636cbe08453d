// What would be different: two lists of fires of one window, put side by side. Fires at the same
// instant are kept; of the others, those of one local day are paired in order of time and have moved;
// whatever is left without a partner on its day is added or removed.
import type { Instant } from '../instant.ts'
import { offsetAt, type Zone } from '../schedule/zone.ts'

export interface Comparison {
  readonly added: readonly Instant[]
  readonly removed: readonly Instant[]
  readonly moved: readonly { readonly from: Instant; readonly to: Instant }[]
  readonly kept: number
}

/** Both lists in order of time. */
export const compare = (
  before: readonly Instant[],
  after: readonly Instant[],
  zone: Zone,
): Comparison => {
  const [was, is] = [new Set(before), new Set(after)]
  const gone = byDay(
    [...was].filter((at) => !is.has(at)),
    zone,
  )
  const come = byDay(
    [...is].filter((at) => !was.has(at)),
    zone,
  )
  const added: Instant[] = []
  const removed: Instant[] = []
  const moved: { from: Instant; to: Instant }[] = []
  for (const day of [...new Set([...gone.keys(), ...come.keys()])].sort((a, b) => a - b)) {
    const [from, to] = [gone.get(day) ?? [], come.get(day) ?? []]
    const pairs = Math.min(from.length, to.length)
    from.slice(0, pairs).forEach((at, n) => moved.push({ from: at, to: to[n] ?? at }))
    removed.push(...from.slice(pairs))
    added.push(...to.slice(pairs))
  }
  const kept = [...was].filter((at) => is.has(at)).length
  return { added, removed, moved, kept }
}

const byDay = (instants: readonly Instant[], zone: Zone): Map<number, Instant[]> => {
  const days = new Map<number, Instant[]>()
  for (const at of instants) {
    const seconds = Math.floor(at / 1000)
    const day = Math.floor((seconds + offsetAt(zone, seconds)) / 86_400)
    const known = days.get(day)
    if (known === undefined) days.set(day, [at])
    else known.push(at)
  }
  return days
}
