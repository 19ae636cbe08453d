// How fresh is what the console shows? Every answer that says how far it reaches is noted here, and
// every request that found nobody; the top bar reads it.
export interface Freshness {
  /** How old the newest answer's data was when it came, and when that was; null: no answer yet. */
  readonly heard: { readonly ageMs: number; readonly at: number } | null
  /** Since when nobody answers; null: somebody does. */
  readonly lostAt: number | null
}

let freshness: Freshness = { heard: null, lostAt: null }
const listeners = new Set<() => void>()

const become = (next: Freshness): void => {
  freshness = next
  for (const listener of listeners) listener()
}

export const noteAnswer = (ageMs: number | null): void => {
  const heard = ageMs === null ? freshness.heard : { ageMs, at: Date.now() }
  if (ageMs !== null || freshness.lostAt !== null) become({ heard, lostAt: null })
}
export const noteSilence = (): void => {
  if (freshness.lostAt === null) become({ ...freshness, lostAt: Date.now() })
}

export const currentFreshness = (): Freshness => freshness
export const onFreshness = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
