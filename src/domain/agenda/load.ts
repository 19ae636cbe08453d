// How many fires of a set of rules lie in each bucket of a window: cut into whole buckets, which are kept,
// and the bits of a minute that a window begins and ends with, which differ at every asking.
import { instantAt, type Instant } from '../instant.ts'
import { stepMs } from './buckets.ts'
import type { Work } from './lane.ts'
import {
  countBit,
  countStretch,
  forgetMany,
  minuteOf,
  versionOf,
  type LoadBook,
  type Survey,
} from './load-book.ts'

export function* loadOf(book: LoadBook, edges: readonly Instant[]): Work<Survey> {
  const cuts = withMinutes(edges)
  const pieces = new Float64Array(cuts.length - 1)
  let complete = true
  forgetMany(book)
  for (let first = 0; first < pieces.length; first += 1) {
    const stretch = cuts.slice(first, endOfStretch(book, cuts, first) + 1)
    const found = isBit(stretch)
      ? yield* countBit(book, stretch)
      : yield* countStretch(book, stretch)
    pieces.set(found.counts, first)
    complete &&= found.complete
    first += found.counts.length - 1
  }
  return { counts: merged(edges, cuts, pieces), complete }
}

/** With the edges of the minutes that the window begins and ends in. */
const withMinutes = (edges: readonly Instant[]): readonly Instant[] => {
  const [from, to] = [edges[0] ?? instantAt(0), edges.at(-1) ?? instantAt(0)]
  const minutes = [Math.ceil(from / stepMs.minute), Math.floor(to / stepMs.minute)]
    .map((minute) => instantAt(minute * stepMs.minute))
    .filter((at) => at > from && at < to)
  return [...new Set([...edges, ...minutes])].sort((a, b) => a - b)
}

const merged = (
  edges: readonly Instant[],
  cuts: readonly Instant[],
  pieces: Float64Array,
): Float64Array => {
  const counts = new Float64Array(edges.length - 1)
  let bucket = 0
  pieces.forEach((count, n) => {
    while ((edges[bucket + 1] ?? Infinity) <= (cuts[n] ?? 0)) bucket += 1
    counts[bucket] = (counts[bucket] ?? 0) + count
  })
  return counts
}

/** Less than a minute, within one. */
const isBit = ([from, to, ...more]: readonly Instant[]): boolean =>
  from !== undefined &&
  to !== undefined &&
  more.length === 0 &&
  to - from < stepMs.minute &&
  minuteOf(from) === minuteOf(to - 1)

/** Pieces of which the same version is kept, or of which nothing is, are done together. */
const endOfStretch = (book: LoadBook, cuts: readonly Instant[], first: number): number => {
  const bit = (n: number): boolean => isBit(cuts.slice(n, n + 2))
  let end = first + 1
  if (bit(first)) return end
  const version = versionOf(book, cuts, first)
  while (end < cuts.length - 1 && !bit(end) && versionOf(book, cuts, end) === version) end += 1
  return end
}
