// The heads this process has stored itself, so that it can vouch for what an append expects and
// spare the server the look-up ("Vouching" in the first migration). Only what was answered counts,
// and only under the count of truncations it was answered with: anything else may be gone again.
import type { AppendOutcome } from '../event-store.ts'
import { createCache } from './cache.ts'

interface Expecting {
  readonly stream: string
  readonly expected: number
}

export interface KnownHeads {
  /** The count under which every expectation was seen stored; null when one was not. */
  readonly vouch: (batch: readonly Expecting[]) => number | null
  readonly learn: (
    count: number,
    batch: readonly Expecting[],
    outcomes: readonly AppendOutcome[],
  ) => void
  readonly forget: () => void
}

export const createKnownHeads = (most = 100_000): KnownHeads => {
  const heads = createCache<string, number>(most)
  let known = -1
  return {
    vouch: (batch) =>
      batch.every(({ stream, expected }) => expected >= 0 && heads.get(stream) === expected)
        ? known
        : null,
    learn: (count, batch, outcomes) => {
      if (count < known) return
      // A conflict says that others write here too: a vouched batch that meets one is done twice.
      if (count > known || outcomes.some(({ type }) => type === 'Conflict')) heads.clear()
      known = count
      batch.forEach(({ stream }, n) => {
        const outcome = outcomes[n]
        if (outcome?.type === 'Appended') heads.set(stream, outcome.revision)
      })
    },
    forget: () => {
      heads.clear()
      known = -1
    },
  }
}
