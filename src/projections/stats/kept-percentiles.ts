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
  `${keptText(lateness)} ${keptText(duration)}`

const keptText = (sketch: Sketch): string => {
  const { count, max } = sketch
  if (count === 1) return `${max} ${max} ${max} ${max}`
  const one = percentilesOf(sketch)
  return one === null ? '-' : `${one.p50} ${one.p95} ${one.p99} ${one.max}`
}
