// What must hold for every expression in every zone, around clock changes above all.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cronCount } from '../../../src/domain/schedule/cron-count.ts'
import {
  cronNext,
  cronPrevious,
  quartzRules,
  type ClockRules,
} from '../../../src/domain/schedule/cron-fires.ts'
import { printQuartzCron } from '../../../src/domain/schedule/quartz-printer.ts'
import { quartzTimeAfter } from '../../../src/domain/schedule/quartz-steps.ts'
import { anyExpression, anyInstantMs, anyZoneName, cronOf, zoneOf } from './samples.ts'

const anyRules: fc.Arbitrary<ClockRules> = fc.record({
  gap: fc.constantFrom('skip', 'after'),
  overlap: fc.constantFrom('second', 'first', 'both'),
})
/** `PROPERTY_RUNS=100000 npx vitest run cron-properties` searches longer. */
const runs = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 700) }

const fires = (
  next: (after: number) => number | null,
  after: number,
  through: number,
  max: number,
): number[] => {
  const found: number[] = []
  for (let at = next(after); at !== null && at <= through && found.length < max; at = next(at)) {
    found.push(at)
  }
  return found
}

describe('for every expression', () => {
  test('fires strictly increase', () => {
    fc.assert(
      fc.property(anyExpression, anyZoneName, anyRules, anyInstantMs, (text, name, rules, from) => {
        const [cron, zone] = [cronOf(text), zoneOf(name)]
        let before = from
        for (let index = 0; index < 20; index += 1) {
          const next = cronNext(cron, zone, rules, before)
          if (next === null) return
          expect(next).toBeGreaterThan(before)
          before = next
        }
      }),
      runs,
    )
  })

  test('previous undoes next', () => {
    fc.assert(
      fc.property(anyExpression, anyZoneName, anyRules, anyInstantMs, (text, name, rules, from) => {
        const [cron, zone] = [cronOf(text), zoneOf(name)]
        const [first, second, third] = fires((t) => cronNext(cron, zone, rules, t), from, 9e15, 3)
        if (first !== undefined && second !== undefined) {
          expect(cronPrevious(cron, zone, rules, second)).toBe(first)
          expect(cronPrevious(cron, zone, rules, first + 1)).toBe(first)
        }
        if (second !== undefined && third !== undefined) {
          expect(cronPrevious(cron, zone, rules, third)).toBe(second)
        }
      }),
      runs,
    )
  })

  test('an interval holds the same fires however it is split', () => {
    fc.assert(
      fc.property(
        anyExpression,
        anyZoneName,
        anyRules,
        anyInstantMs,
        fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 4 }),
        (text, name, rules, from, cuts) => {
          const [cron, zone] = [cronOf(text), zoneOf(name)]
          const next = (after: number) => cronNext(cron, zone, rules, after)
          const all = fires(next, from, from + 10_000_000, 400)
          const end = all.length === 400 ? all[399]! : from + 10_000_000
          const inner = cuts.map((cut) => Math.min(end, from + cut)).sort((a, b) => a - b)
          const edges = [...inner, end]
          const parts = edges.flatMap((edge, index) =>
            fires(next, edges[index - 1] ?? from, edge, 401),
          )
          expect(parts).toEqual(all)
        },
      ),
      runs,
    )
  })

  test('reading the canonical print gives the same schedule', () => {
    fc.assert(
      fc.property(anyExpression, (text) => {
        const cron = cronOf(text)
        const printed = printQuartzCron(cron)
        expect(cronOf(printed ?? '')).toEqual(cron)
        expect(printQuartzCron(cronOf(printed ?? ''))).toBe(printed)
      }),
      runs,
    )
  })

  test('from anywhere between two fires the next one is the same', () => {
    fc.assert(
      fc.property(
        anyExpression,
        anyZoneName,
        anyRules,
        anyInstantMs,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (text, name, rules, from, share) => {
          const [cron, zone] = [cronOf(text), zoneOf(name)]
          const next = cronNext(cron, zone, rules, from)
          if (next === null) return
          const between = from + Math.floor((next - from) * share)
          expect(cronNext(cron, zone, rules, between)).toBe(next)
          expect(cronNext(cron, zone, rules, next - 1)).toBe(next)
        },
      ),
      runs,
    )
  })

  test('a fire that stands for a swallowed time is found from the second before it', () => {
    const [cron, zone] = [cronOf('0 1 * * * ?'), zoneOf('America/Nuuk')]
    const rules = { gap: 'after', overlap: 'second' } as const
    const gapEnd = Date.parse('2026-03-29T01:00:00Z')
    for (const before of [3_540_000, 1_000, 1]) {
      expect(cronNext(cron, zone, rules, gapEnd - before)).toBe(gapEnd)
    }
    expect(cronNext(cron, zone, rules, gapEnd)).toBe(gapEnd + 60_000)
    expect(cronCount(cron, zone, rules, gapEnd - 3_540_000, gapEnd + 60_000, 10)).toBe(3)
  })

  test('fires are counted as they are walked', () => {
    fc.assert(
      fc.property(
        anyExpression,
        anyZoneName,
        anyRules,
        anyInstantMs,
        fc.integer({ min: 1, max: 8 * 86_400_000 }),
        (text, name, rules, from, length) => {
          const [cron, zone] = [cronOf(text), zoneOf(name)]
          const walked = fires((t) => cronNext(cron, zone, rules, t), from, from + length, 3_001)
          const [first, last] = [walked[0], walked.at(-1)]
          if (first === undefined || last === undefined || walked.length > 3_000) return
          expect(cronCount(cron, zone, rules, first, last, 10_000)).toBe(walked.length)
        },
      ),
      runs,
    )
  })

  test("the planned fires are Quartz's own chain, each computed from the one before", () => {
    fc.assert(
      fc.property(anyExpression, anyZoneName, anyInstantMs, (text, name, from) => {
        const [cron, zone] = [cronOf(text), zoneOf(name)]
        const planned = fires((t) => cronNext(cron, zone, quartzRules, t), from, 9e15, 30)
        planned.slice(1).forEach((fire, index) => {
          expect(quartzTimeAfter(cron, zone, planned[index]!)).toBe(fire)
        })
      }),
      runs,
    )
  })
})
