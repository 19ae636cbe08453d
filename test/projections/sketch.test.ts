// Percentiles from sketches: near the true ones, however the durations were spread over sketches.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bytes } from '../../src/projections/bytes.ts'
import {
  decodeSketch,
  emptySketch,
  mergeSketch,
  putSketch,
  quantile,
  record,
  relativeError,
  type Sketch,
} from '../../src/projections/stats/sketch.ts'

const durations = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(3_000_000_000)), {
  minLength: 1,
  maxLength: 300,
})

const sketchOf = (ms: readonly number[]): Sketch => {
  const sketch = emptySketch()
  for (const one of ms) record(sketch, one)
  return sketch
}

const written = (sketch: Sketch): Buffer => {
  const to = new Bytes(0)
  putSketch(to, sketch)
  const [length, bytes] = [to.view.getInt32(0), to.written().subarray(4)]
  expect(bytes).toHaveLength(length)
  return bytes
}

test('a percentile is within the stated error of the true one', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1), (ms, share) => {
      const sorted = ms.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(share * ms.length)) - 1]!
      const told = quantile(sketchOf(ms), share)!
      expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * relativeError + 1e-6)
    }),
  )
})

test('merging sketches is recording everything in one', () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const merged = sketchOf(some)
      mergeSketch(merged, sketchOf(others))
      expect(merged).toEqual(sketchOf([...some, ...others]))
    }),
  )
})

test('a sketch is read back as it was written', () => {
  fc.assert(
    fc.property(durations, (ms) => {
      const sketch = sketchOf(ms)
      expect(decodeSketch(written(sketch))).toEqual(sketch)
    }),
  )
})

test('a million durations take few bytes', () => {
  const sketch = emptySketch()
  for (let n = 0; n < 1_000_000; n++) record(sketch, (n * 7_919) % 60_000)
  expect(written(sketch).length).toBeLessThan(1_500)
})

test('nothing recorded has no percentile, and less than nothing counts as nothing', () => {
  expect(quantile(emptySketch(), 0.5)).toBeNull()
  expect(quantile(sketchOf([-5]), 0.5)).toBe(0)
})

test.each([[[]], [[2, 0, 0]], [[1, 0]], [[1, 0, 0, 5]], [[1, 0, 0x80]]])(
  'bytes that are no sketch are refused: %j',
  (bytes) => {
    expect(decodeSketch(Buffer.from(bytes))).toBeNull()
  },
)
