// What happens at a clock change, by rule, told with the changes people know.
import { describe, expect, test } from 'vitest'
import { cronNext, quartzRules, type ClockRules } from '../../../src/domain/schedule/cron-fires.ts'
import { at, cronOf, zoneOf } from './samples.ts'

const firesFrom = (
  text: string,
  zone: string,
  from: string,
  count: number,
  rules: Partial<ClockRules> = {},
): string[] => {
  const fires: string[] = []
  let after: number | null = at(from) - 1
  while (fires.length < count) {
    after = cronNext(cronOf(text), zoneOf(zone), { ...quartzRules, ...rules }, after)
    if (after === null) break
    fires.push(new Date(after).toISOString().slice(0, 16))
  }
  return fires
}

describe('a missing wall time in New York (2026-03-08, 02:00 to 03:00)', () => {
  const firesAt = (text: string, count: number, rules: Partial<ClockRules> = {}) =>
    firesFrom(text, 'America/New_York', '2026-03-08T06:00:00Z', count, rules)

  test('is skipped by default', () => {
    expect(firesAt('0 30 2 * * ?', 1)).toEqual(['2026-03-09T06:30'])
    expect(firesAt('0 0/15 * * * ?', 6).slice(3)).toEqual([
      '2026-03-08T06:45',
      '2026-03-08T07:00',
      '2026-03-08T07:15',
    ])
  })

  test('fires once after the gap when a person chose so', () => {
    expect(firesAt('0 15,30 2 * * ?', 2, { gap: 'after' })).toEqual([
      '2026-03-08T07:00',
      '2026-03-09T06:15',
    ])
    expect(firesAt('0 30 2,3 * * ?', 2, { gap: 'after' })).toEqual([
      '2026-03-08T07:00',
      '2026-03-08T07:30',
    ])
  })
})

describe('a doubled wall time in New York (2026-11-01, 01:00 to 02:00)', () => {
  const firesAt = (text: string, count: number, rules: Partial<ClockRules> = {}) =>
    firesFrom(text, 'America/New_York', '2026-11-01T04:00:00Z', count, rules)
  const halfPastOne = '0 30 1 * * ?'

  test('fires on its second pass by default, and minutes are silent in the first', () => {
    expect(firesAt(halfPastOne, 2)).toEqual(['2026-11-01T06:30', '2026-11-02T06:30'])
    expect(firesAt('0 0/30 * * * ?', 4)).toEqual([
      '2026-11-01T04:00',
      '2026-11-01T04:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
    ])
  })

  test('fires on the first pass, or on both, when a person chose so', () => {
    expect(firesAt(halfPastOne, 2, { overlap: 'first' })).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ])
    expect(firesAt(halfPastOne, 3, { overlap: 'both' })).toEqual([
      '2026-11-01T05:30',
      '2026-11-01T06:30',
      '2026-11-02T06:30',
    ])
    expect(firesAt('0 0/30 * * * ?', 6, { overlap: 'both' }).slice(2)).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
    ])
  })
})

describe('unusual changes', () => {
  test('Lord Howe jumps half an hour: 02:00 and 02:15 are missing, 02:30 fires', () => {
    expect(firesFrom('0 0/15 * * * ?', 'Australia/Lord_Howe', '2026-10-03T15:15:00Z', 3)).toEqual([
      '2026-10-03T15:15',
      '2026-10-03T15:30',
      '2026-10-03T15:45',
    ])
  })

  test('Samoa left out a whole day', () => {
    expect(firesFrom('0 0 12 * * ?', 'Pacific/Apia', '2011-12-29T00:00:00Z', 2)).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T22:00',
    ])
  })
})
