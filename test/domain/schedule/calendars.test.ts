// Exclusion calendars: what each kind of rule excludes, alone and together, in its own zone.
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { CalendarDefinition } from '../../../src/domain/schedule/calendar.ts'
import { compileCalendars } from '../../../src/domain/schedule/exclusions.ts'
import { anyInstantMs, at, rightOf } from './samples.ts'

const calendar = (rules: unknown[], change: { zone?: string; exemptDates?: string[] } = {}) => ({
  name: 'closed',
  definition: rightOf(
    CalendarDefinition.decode({ zone: 'Asia/Shanghai', rules, exemptDates: [], ...change }),
  ),
})
const excludes = (rules: unknown[], iso: string, change = {}): boolean =>
  rightOf(compileCalendars([calendar(rules, change)])).excludes(at(iso))

describe('a calendar excludes', () => {
  test('dates, on its own wall', () => {
    const newYear = [{ type: 'dates', dates: ['2026-02-17'] }]
    expect(excludes(newYear, '2026-02-16T16:00:00Z')).toBe(true)
    expect(excludes(newYear, '2026-02-16T15:59:59.999Z')).toBe(false)
    expect(excludes(newYear, '2026-02-17T16:00:00Z')).toBe(false)
  })

  test('yearly dates', () => {
    const nationalDay = [{ type: 'yearlyDates', dates: ['10-01'] }]
    expect(excludes(nationalDay, '2031-10-01T04:00:00Z')).toBe(true)
    expect(excludes(nationalDay, '2031-10-02T04:00:00Z')).toBe(false)
  })

  test('weekdays, but not on exempt dates', () => {
    const weekend = [{ type: 'weekdays', weekdays: ['SAT', 'SUN'] }]
    expect(excludes(weekend, '2026-02-14T04:00:00Z')).toBe(true)
    expect(excludes(weekend, '2026-02-14T04:00:00Z', { exemptDates: ['2026-02-14'] })).toBe(false)
  })

  test('daily ranges, from inclusive to exclusive, also past midnight', () => {
    const night = [{ type: 'dailyRanges', ranges: [{ from: '22:00', to: '06:00' }] }]
    expect(excludes(night, '2026-02-14T14:00:00Z')).toBe(true)
    expect(excludes(night, '2026-02-14T21:59:59Z')).toBe(true)
    expect(excludes(night, '2026-02-14T22:00:00Z')).toBe(false)
  })

  test('whatever an expression names', () => {
    const lastDay = [{ type: 'cron', expression: '* * * L * ?' }]
    expect(excludes(lastDay, '2026-02-28T04:00:00Z')).toBe(true)
    expect(excludes(lastDay, '2026-02-27T04:00:00Z')).toBe(false)
  })
})

test('several calendars exclude together and are told apart', () => {
  const both = rightOf(
    compileCalendars([
      { ...calendar([{ type: 'weekdays', weekdays: ['SAT'] }]), name: 'weekend' },
      { ...calendar([{ type: 'dates', dates: ['2026-02-14'] }]), name: 'festival' },
    ]),
  )
  expect(both.excludedBy(at('2026-02-14T04:00:00Z'))).toEqual(['weekend', 'festival'])
  expect(both.excludedBy(at('2026-02-21T04:00:00Z'))).toEqual(['weekend'])
  expect(both.excludes(at('2026-02-23T04:00:00Z'))).toBe(false)
})

test('impossible dates, unknown zones and bad expressions are refused', () => {
  const decode = (rules: unknown[]) =>
    CalendarDefinition.decode({ zone: 'UTC', rules, exemptDates: [] })
  expect(E.isLeft(decode([{ type: 'dates', dates: ['2026-02-30'] }]))).toBe(true)
  expect(E.isLeft(decode([{ type: 'dailyRanges', ranges: [{ from: '9', to: '10:00' }] }]))).toBe(
    true,
  )
  expect(E.isLeft(compileCalendars([calendar([], { zone: 'Mars/Olympus' })]))).toBe(true)
  expect(E.isLeft(compileCalendars([calendar([{ type: 'cron', expression: '* *' }])]))).toBe(true)
})

test('a stretch has one answer from end to end', () => {
  const rules = [
    { type: 'weekdays', weekdays: ['SUN'] },
    { type: 'dailyRanges', ranges: [{ from: '00:30', to: '02:30' }] },
    { type: 'cron', expression: '* 15-20 9 * * ?' },
  ]
  fc.assert(
    fc.property(
      anyInstantMs,
      fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (ms, zone, share) => {
        const closed = rightOf(
          compileCalendars([calendar(rules, { zone, exemptDates: ['2026-11-01'] })]),
        )
        const { excluded, from, through } = closed.stretchAround(instantAt(ms))
        expect(from).toBeLessThanOrEqual(ms)
        expect(through).toBeGreaterThanOrEqual(ms)
        expect(closed.excludes(instantAt(from + share * (through - from)))).toBe(excluded)
      },
    ),
    { numRuns: 800 },
  )
})
