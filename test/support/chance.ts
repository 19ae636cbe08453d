// Chance with a seed: the same seed draws the same numbers (mulberry32).

export interface Chance {
  /** In [0, 1). */
  next(): number
  /** Whole number in [from, to]. */
  between(from: number, to: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** True this often. */
  happens(probability: number): boolean
}

export const createChance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    happens: (probability) => next() < probability,
  }
}
