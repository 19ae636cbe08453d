// Instants: branded epoch milliseconds inside, ISO-8601 UTC outside. An Instant is always an
// integer within the range ECMAScript dates cover, so every one of them can be printed.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { epochMsOf, isoTextOf } from './iso.ts'
import { refused, withSwiftWay } from './record.ts'

interface InstantBrand {
  readonly Instant: unique symbol
}

const farthestMs = 8.64e15

/** Epoch milliseconds, UTC; an integer between -8.64e15 and 8.64e15. */
export const InstantFromNumber = t.brand(
  t.number,
  (n): n is t.Branded<number, InstantBrand> => Number.isInteger(n) && Math.abs(n) <= farthestMs,
  'Instant',
)
export type Instant = t.TypeOf<typeof InstantFromNumber>

const isoInstant = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Instants as they leave the process: `2026-11-23T08:00:00.000Z`. */
export const Instant = withSwiftWay(
  new t.Type<Instant, string>(
    'Instant',
    InstantFromNumber.is,
    (input, context) => {
      const instant = instantFrom(input)
      return instant === null ? t.failure(input, context) : t.success(instant)
    },
    isoTextOf,
  ),
  (input) => instantFrom(input) ?? refused,
)

const instantFrom = (input: unknown): Instant | null => {
  if (typeof input !== 'string') return null
  const plain = epochMsOf(input)
  if (plain === null && !isoInstant.test(input)) return null
  const ms = plain ?? Date.parse(input)
  return InstantFromNumber.is(ms) ? ms : null
}

/** The instant nearest to a finite number of epoch milliseconds, clamped to the range of dates. */
export const instantAt = (epochMs: number): Instant => {
  const clamped = Math.max(-farthestMs, Math.min(farthestMs, Math.trunc(epochMs)))
  return InstantFromNumber.is(clamped) ? clamped : epochStart
}

const epochStart: Instant = ((): Instant => {
  const zero = InstantFromNumber.decode(0)
  return E.isRight(zero) ? zero.right : (undefined as never)
})()

export const isoOf = (instant: Instant): string => isoTextOf(instant)
