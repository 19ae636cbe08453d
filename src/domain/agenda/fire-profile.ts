// The fires of a short while in order of time, so that those between two of its instants are counted by
// halving.
import { instantAt, type Instant } from '../instant.ts'
import { nextFire, type Rule } from './rule.ts'

export interface FireProfile {
  /** Fires at or after the first instant and before the second. */
  readonly between: (from: Instant, to: Instant) => number
}

interface Growing {
  readonly fires: { readonly at: Instant; readonly weight: number }[]
  readonly finished: () => FireProfile
}

export const fireProfile = (): Growing => {
  const fires: Growing['fires'] = []
  return {
    fires,
    finished: () => {
      fires.sort((a, b) => a.at - b.at)
      const ats = Float64Array.from(fires, ({ at }) => at)
      const before = new Float64Array(fires.length + 1)
      fires.forEach(({ weight }, n) => {
        before[n + 1] = (before[n] ?? 0) + weight
      })
      const through = (at: Instant): number => before[firstAtOrAfter(ats, at)] ?? 0
      return { between: (from, to) => through(to) - through(from) }
    },
  }
}

const firstAtOrAfter = (ats: Float64Array, at: Instant): number => {
  let [low, high] = [0, ats.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ats[middle] ?? Infinity) >= at) high = middle
    else low = middle + 1
  }
  return low
}

const firesMax = 300_000

/** Adds a rule's fires in [from, to); not exact when there are more than are kept. */
export const addFires = (
  { fires }: Growing,
  rule: Rule,
  weight: number,
  from: Instant,
  to: Instant,
): { readonly steps: number; readonly exact: boolean } => {
  let steps = 0
  for (let after = instantAt(from - 1); fires.length < firesMax;) {
    const next = nextFire(rule, after, to)
    steps += next.steps
    if (next.at === null) return { steps, exact: !next.givenUp }
    fires.push({ at: next.at, weight })
    after = next.at
  }
  return { steps, exact: false }
}
