// The swift codecs say what io-ts' own would say, of whatever they are given.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Instant } from '../../src/domain/instant.ts'
import { problemsOf } from '../../src/domain/problems.ts'
import { nullable, record, recordWith } from '../../src/domain/record.ts'

const Kind = t.keyof({ one: null, two: null })
const swift = recordWith(
  {
    at: Instant,
    until: nullable(Instant),
    kind: Kind,
    count: t.number,
    note: nullable(t.string),
    inner: record({ ready: t.boolean, at: nullable(Instant) }),
  },
  { extra: t.string, since: Instant },
)
const plainNullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])
const plain = t.readonly(
  t.exact(
    t.intersection([
      t.type({
        at: Instant,
        until: plainNullable(Instant),
        kind: Kind,
        count: t.number,
        note: plainNullable(t.string),
        inner: t.readonly(t.exact(t.type({ ready: t.boolean, at: plainNullable(Instant) }))),
      }),
      t.partial({ extra: t.string, since: Instant }),
    ]),
  ),
)

const iso = fc
  .integer({ min: -62135596800000, max: 253402300799999 })
  .map((ms) => new Date(ms).toISOString())
const orWrong = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: fc.anything() })
const nullOr = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const stored = fc.record(
  {
    at: orWrong(iso),
    until: orWrong(nullOr(iso)),
    kind: orWrong(fc.constantFrom('one', 'two')),
    count: orWrong(fc.double()),
    note: orWrong(nullOr(fc.string())),
    inner: orWrong(fc.record({ ready: fc.boolean(), at: nullOr(iso) })),
    extra: orWrong(fc.string()),
    since: orWrong(iso),
    more: fc.string(),
  },
  { requiredKeys: ['at', 'until', 'kind', 'count', 'note', 'inner'] },
)

describe('a swift codec', () => {
  test('decodes what the plain one decodes, to the same, and refuses the rest in its words', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: stored }, fc.anything()), (input) => {
        const expected = E.mapLeft(problemsOf)(plain.decode(input))
        expect(E.mapLeft(problemsOf)(swift.decode(input))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('encodes as the plain one does, and leaves out what is none of its fields', () => {
    fc.assert(
      fc.property(stored, fc.string(), (input, more) => {
        const decoded = plain.decode(input)
        if (E.isLeft(decoded)) return
        expect(swift.encode(decoded.right)).toEqual(plain.encode(decoded.right))
        const withMore = { ...decoded.right, more }
        expect(swift.encode(withMore)).toEqual(plain.encode(decoded.right))
      }),
    )
  })

  test('changes neither what it is given to decode nor what it is given to encode', () => {
    const inner = Object.freeze({ ready: true, at: '2026-11-23T08:00:00.000Z' })
    const at = '2026-11-23T08:00:00.000Z'
    const input = Object.freeze({ at, until: null, kind: 'one', count: 1, note: null, inner })
    const decoded = swift.decode(input)
    expect(E.isRight(decoded) && swift.encode(Object.freeze(decoded.right))).toEqual(input)
  })
})
