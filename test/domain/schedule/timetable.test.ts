// Schedules made ready: bounds, sharing, the Unix dialect, zones, and what is refused.
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { preview } from '../../../src/domain/schedule/preview.ts'
import { initialTrigger, nextPlanned } from '../../../src/domain/schedule/settle.ts'
import { compileTimetable } from '../../../src/domain/schedule/timetable.ts'
import { scheduleWords } from '../../../src/domain/schedule/words.ts'
import { canonicalZone } from '../../../src/domain/schedule/zone.ts'
import { at, cronSchedule, rightOf, simpleSchedule, timetableOf } from './samples.ts'

const localFires = (expression: string, count: number, zone = 'UTC'): string[] => {
  const schedule = cronSchedule(expression, { dialect: 'unix', zone })
  const query = { type: 'next', after: at('2026-11-23T00:00:00Z'), count } as const
  return rightOf(preview(schedule, query)).fires.map((fire) => fire.local.slice(5, 16))
}

test('equal schedules share one timetable', () => {
  expect(timetableOf(cronSchedule('0 0 9 * * ?'))).toBe(timetableOf(cronSchedule('0 0 9 * * ?')))
})

test('a cron task plans from its start truncated to the second to its end, both inclusive', () => {
  const schedule = cronSchedule('0 * * * * ?', {
    startAt: at('2026-01-01T00:00:00.700Z'),
    endAt: at('2026-01-01T00:02:00Z'),
  })
  const trigger = initialTrigger(schedule, at('2025-12-31T00:00:00Z'))
  expect(nextPlanned(timetableOf(schedule), trigger)).toBe(at('2026-01-01T00:00:00Z'))
  expect(timetableOf(schedule).span(trigger, trigger.decidedThrough, instantAt(9e14))).toEqual({
    first: at('2026-01-01T00:00:00Z'),
    last: at('2026-01-01T00:02:00Z'),
    count: 3,
    countExact: true,
  })
})

test('nothing is planned before a cron task was registered', () => {
  const trigger = initialTrigger(cronSchedule('0 * * * * ?'), at('2026-01-01T00:00:00Z'))
  expect(nextPlanned(timetableOf(cronSchedule('0 * * * * ?')), trigger)).toBe(
    at('2026-01-01T00:01:00Z'),
  )
})

test('unsound schedules are refused, each by its field', () => {
  const field = (schedule: Parameters<typeof compileTimetable>[0]) => {
    const compiled = compileTimetable(schedule)
    return E.isLeft(compiled) ? compiled.left.field : null
  }
  expect(field(cronSchedule('0 0 9 * * ?', { zone: 'Mars/Olympus' }))).toBe('zone')
  expect(field(cronSchedule('0 0 9 * * ?', { startAt: instantAt(2), endAt: instantAt(1) }))).toBe(
    'endAt',
  )
  expect(field(simpleSchedule({ intervalMs: -1 }))).toBe('interval')
  expect(field(simpleSchedule({ intervalMs: 0 }))).toBe('interval')
  expect(field(simpleSchedule({ repeatCount: -2 }))).toBe('repeatCount')
  expect(field(simpleSchedule({ endAt: instantAt(0) }))).toBe('endAt')
  expect(field(simpleSchedule({ zone: '+08:00' }))).toBe('zone')
})

test('zones keep the spelling of IANA and the choice of the caller', () => {
  expect(canonicalZone('asia/shanghai')).toEqual(E.right('Asia/Shanghai'))
  expect(canonicalZone('Asia/Kolkata')).toEqual(E.right('Asia/Kolkata'))
  expect(E.isLeft(canonicalZone('Shanghai'))).toBe(true)
})

describe('Unix cron', () => {
  test('has five fields and begins at the full minute', () => {
    expect(localFires('*/20 9 * * 1-5', 4)).toEqual([
      '11-23T09:00',
      '11-23T09:20',
      '11-23T09:40',
      '11-24T09:00',
    ])
    expect(localFires('0 0 * * 7', 1)).toEqual(['11-29T00:00'])
  })

  test('fires on either day field when both are restricted', () => {
    expect(localFires('0 9 1,25 * MON', 3)).toEqual(['11-23T09:00', '11-25T09:00', '11-30T09:00'])
  })

  test.each([
    ['60 * * * *', 'minutes', 0],
    ['0 22-4 * * *', 'hours', 2],
    ['0 0 L * *', 'dayOfMonth', 4],
    ['0 0 * * MON#1', 'dayOfWeek', 8],
    ['H 0 * * *', 'minutes', 0],
    ['0 0 9 * * ?', 'expression', 11],
  ])('%s is refused', (expression, field, position) => {
    const compiled = compileTimetable(cronSchedule(expression, { dialect: 'unix' }))
    expect(E.isLeft(compiled) && compiled.left).toMatchObject({ field, position })
  })
})

describe('in words', () => {
  test.each([
    ['0/5 * * * * ?', 'every 5 seconds', '每 5 秒'],
    [
      '0 0/15 8-18 ? * MON-FRI',
      'every 15 minutes during hours 08–18, on Monday–Friday',
      '每周一至周五，8至18时内的每 15 分钟',
    ],
    [
      '0 0 9,18 L * ?',
      'at 09:00 and 18:00, on the last day of the month',
      '每月最后一天，09:00、18:00',
    ],
    [
      '0 0 9 ? 3 2#1 2027',
      'at 09:00, on the 1st Monday of the month, in March, in 2027',
      '2027年，3月，每月第 1 个周一，09:00',
    ],
    ['0 0 * * * ?', 'every hour', '每小时整点'],
  ])('%s', (expression, en, zh) => {
    expect(scheduleWords(cronSchedule(expression))).toEqual({
      en: `${en}, UTC time`,
      zh: `${zh}，时区 UTC`,
    })
  })

  test('an interval with its bounds', () => {
    const schedule = simpleSchedule({ intervalMs: 90_000, repeatCount: 3, zone: 'Asia/Shanghai' })
    expect(scheduleWords(schedule)).toEqual({
      en: 'every 90 seconds, 4 times, from 2026-01-01T08:00:00+08:00',
      zh: '每 90 秒，共 4 次，自 2026-01-01T08:00:00+08:00',
    })
  })
})
