// Instants as text: the language's own reading and writing, whichever way they are come by.
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Instant, instantAt, isoOf } from '../../src/domain/instant.ts'

const farthestMs = 8.64e15

test('is written as the language writes it, near and far, again and again', () => {
  const near = fc.integer({ min: 1_795_392_000_000, max: 1_795_392_100_000 })
  const far = fc.integer({ min: -farthestMs, max: farthestMs })
  fc.assert(
    fc.property(fc.oneof(near, far), (ms) => {
      expect(isoOf(instantAt(ms))).toBe(new Date(ms).toISOString())
      expect(Instant.decode(isoOf(instantAt(ms)))).toEqual(E.right(ms))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  '2026-02-29T08:00:00.000Z',
  '2026-02-28T24:00:00.000Z',
  '2026-13-01T08:00:00.000Z',
  '2026-00-01T08:00:00.000Z',
  '2026-11-23T08:60:00.000Z',
  '2026-11-23T08:00:60.000Z',
  '2026-11-23T08:00:0x.000Z',
  '2026-11-23T08:00:00.0 0Z',
  '2026-11-23T08:00:00.00.Z',
  '0000-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59.999Z',
  '2026-11-23T08:00:00,000Z',
  '2026-11-23 08:00:00.000Z',
  '2026-11-31T08:00:00.000Z',
])('%s is read as the language reads it', (text) => {
  const decoded = Instant.decode(text)
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
  const ms = iso ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) expect(E.isLeft(decoded)).toBe(true)
  else expect(decoded).toEqual(E.right(ms))
})
