// A mergeable picture of many durations: how many lay in each of a row of buckets whose bounds grow
// by one factor, so that any percentile read from it is within two hundredths of the true one,
// however many sketches were merged. Kept as a short run of bytes: only buckets that hold something.
// Durations are whole milliseconds; what is negative (clocks differ) counts as 0.
import type { Put } from '../bytes.ts'

export interface Sketch {
  count: number
  zeros: number
  /** Exact. */
  max: number
  /** Which buckets hold something, in rising order: bucket n is (growth ** (n - 1), growth ** n]. */
  buckets: readonly number[]
  /** How many durations lie in each of them. */
  counts: number[]
}

/** A percentile differs from the true one by at most this share of it. */
export const relativeError = 0.02

const growth = (1 + relativeError) / (1 - relativeError)
const logOfGrowth = Math.log(growth)
/** Longer ones (some three years) count as this long. */
const longestMs = 1e11

// There are as many sketches as groups have minutes, and most of them hold a bucket or two: so they are
// kept in arrays no longer than they have to be.
const none: number[] = []
export const emptySketch = (): Sketch => ({
  count: 0,
  zeros: 0,
  max: 0,
  buckets: none,
  counts: none,
})

export const record = (sketch: Sketch, durationMs: number): void => {
  const ms = Math.min(Math.max(0, Math.round(durationMs)), longestMs)
  sketch.count += 1
  if (ms > sketch.max) sketch.max = ms
  if (ms < 1) sketch.zeros += 1
  else add(sketch, Math.ceil(Math.log(ms) / logOfGrowth), 1)
}

const add = (sketch: Sketch, bucket: number, count: number): void => {
  const { buckets, counts } = sketch
  const place = placeOf(buckets, bucket)
  if (buckets[place] === bucket) {
    counts[place] = (counts[place] ?? 0) + count
    return
  }
  sketch.buckets = buckets.length === 0 ? [bucket] : buckets.toSpliced(place, 0, bucket)
  sketch.counts = buckets.length === 0 ? [count] : counts.toSpliced(place, 0, count)
}

/** Where a bucket is, or would be. */
const placeOf = (buckets: readonly number[], bucket: number): number => {
  let [from, until] = [0, buckets.length]
  while (from < until) {
    const middle = (from + until) >>> 1
    if ((buckets[middle] ?? 0) < bucket) from = middle + 1
    else until = middle
  }
  return from
}

/** As if everything recorded in `from` had been recorded in `into`. */
export const mergeSketch = (into: Sketch, from: Sketch): void => {
  into.count += from.count
  into.zeros += from.zeros
  if (from.max > into.max) into.max = from.max
  const { buckets, counts } = from
  if (into.buckets.length === 0) {
    into.buckets = buckets // replaced when one is added, never changed
    into.counts = counts.slice()
    return
  }
  for (let n = 0; n < buckets.length; n += 1) add(into, buckets[n] ?? 0, counts[n] ?? 0)
}

/** The duration that a share of all lies at or below; null when there is none. */
export const quantile = (sketch: Sketch, share: number): number | null =>
  quantiles(sketch, [share])[0] ?? null

/** As {@link quantile}, for shares in rising order; empty when there is nothing. */
export const quantiles = (sketch: Sketch, shares: readonly number[]): readonly number[] => {
  const { count, zeros, max, buckets, counts } = sketch
  if (count === 0) return []
  let at = 0
  let seen = zeros
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * count))
    if (rank >= count) return max
    let bucket: number | null = null
    while (seen < rank) {
      const next = buckets[at]
      if (next === undefined) return max
      bucket = next
      seen += counts[at] ?? 0
      at += 1
    }
    bucket ??= buckets[at - 1] ?? null
    return bucket === null ? 0 : Math.min(max, middleOf(bucket))
  })
}

/** Nowhere in the bucket is the relative error larger than from here. */
const middleOf = (bucket: number): number => (2 * growth ** bucket) / (growth + 1)

/** Of the encoding; one that is not known is refused. */
const version = 1

/** Version, zeros, longest, then each bucket as its distance from the one before, and its count. */
export const putSketch: Put<Sketch> = (to, sketch) => {
  const { zeros, max, buckets, counts } = sketch
  const lengthAt = to.length
  to.int32(0)
  to.reserve((3 + 2 * buckets.length) * bytesOfNumberMax)
  const { buffer } = to
  let at = putNumber(buffer, to.length, version)
  at = putNumber(buffer, at, zeros)
  at = putNumber(buffer, at, max)
  let before = 0
  for (let n = 0; n < buckets.length; n += 1) {
    const bucket = buckets[n] ?? 0
    at = putNumber(buffer, at, bucket - before)
    at = putNumber(buffer, at, counts[n] ?? 0)
    before = bucket
  }
  to.view.setInt32(lengthAt, at - to.length)
  to.length = at
}

/** Safe integers have 53 bits. */
const bytesOfNumberMax = 8

/** Seven bits a byte, lowest first; the eighth says that more follow. Answers where it ends. */
const putNumber = (to: Buffer, from: number, value: number): number => {
  let [at, rest] = [from, value]
  for (; rest >= 0x80; at += 1) {
    to[at] = (rest % 0x80) + 0x80
    rest = Math.floor(rest / 0x80)
  }
  to[at] = rest
  return at + 1
}

/** Null: not what {@link putSketch} writes. */
export const decodeSketch = (bytes: Uint8Array): Sketch | null => {
  const numbers = readNumbers(bytes) ?? []
  const [found, zeros, max] = numbers
  if (found !== version || zeros === undefined || max === undefined || numbers.length % 2 === 0)
    return null
  const buckets: number[] = []
  const counts: number[] = []
  let count = zeros
  let bucket = 0
  for (let n = 3; n < numbers.length; n += 2) {
    const held = numbers[n + 1] ?? 0
    bucket += numbers[n] ?? 0
    buckets.push(bucket)
    counts.push(held)
    count += held
  }
  return { count, zeros, max, buckets, counts }
}

const readNumbers = (bytes: Uint8Array): readonly number[] | null => {
  const numbers: number[] = []
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale
    scale *= 0x80
    if (byte >= 0x80) continue
    if (!Number.isSafeInteger(value)) return null
    numbers.push(value)
    value = 0
    scale = 1
  }
  return scale === 1 ? numbers : null
}
