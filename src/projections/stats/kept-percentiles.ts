// The percentiles that a row of the statistics shows, kept as a short text: four whole numbers of
// lateness and four of duration, each a dash where nothing was recorded.
import { quantiles, type Sketch } from './sketch.ts'
import type { Percentiles } from './views.ts'

export const percentilesOf = (sketch: Sketch): Percentiles | null => {
  if (sketch.count === 0) return null
  const [p50 = 0, p95 = 0, p99 = 0] = quantiles(sketch, [0.5, 0.95, 0.99])
  return { p50: Math.round(p50), p95: Math.round(p95), p99: Math.round(p99), max: sketch.max }
}

export const keptPercentiles = (lateness: Sketch, duration: Sketch): string =>
  [percentilesOf(lateness), percentilesOf(duration)].map(keptText).join(' ')

const keptText = (one: Percentiles | null): string =>
  one === null ? '-' : `${one.p50} ${one.p95} ${one.p99} ${one.max}`

/** From the words of a line, beginning with one of them; and with which word it goes on. */
export const readPercentiles = (
  words: readonly string[],
  first: number,
): readonly [Percentiles | null, number] => {
  if (words[first] === '-') return [null, first + 1]
  const at = (n: number): number => numberIn(words, first + n)
  return [{ p50: at(0), p95: at(1), p99: at(2), max: at(3) }, first + 4]
}

export const numberIn = (words: readonly string[], n: number): number => {
  const value = Number(words[n] ?? NaN)
  if (!Number.isFinite(value)) throw new Error(`not a row of the statistics: ${words.join(' ')}`)
  return value
}
