// Every planned instant gets exactly one verdict, whatever was missed and for how long.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantAt, type Instant } from '../../../src/domain/instant.ts'
import { compileCalendars } from '../../../src/domain/schedule/exclusions.ts'
import { CalendarDefinition } from '../../../src/domain/schedule/calendar.ts'
import type { Schedule, TriggerState } from '../../../src/domain/schedule/schedule.ts'
import {
  initialTrigger,
  settleDue,
  settleResume,
  type DueVerdict,
  type Exclusions,
} from '../../../src/domain/schedule/settle.ts'
import { anyInstantMs, at, cronSchedule, rightOf, simpleSchedule, timetableOf } from './samples.ts'

const noon = at('2026-06-01T12:00:00Z')
const minutes = (n: number): Instant => instantAt(noon + n * 60_000)

/** A trigger decided through a moment. */
const decided = (schedule: Schedule, through: Instant, triggered = 0): TriggerState => ({
  ...initialTrigger(schedule, through),
  decidedThrough: through,
  timesTriggered: triggered,
})

const settle = (
  schedule: Schedule,
  trigger: TriggerState,
  now: Instant,
  exclusions: Exclusions | null = null,
) => settleDue({ schedule, timetable: timetableOf(schedule), trigger, now, exclusions })

const told = (verdict: DueVerdict): string =>
  verdict.type === 'fire'
    ? `${verdict.cause} ${(verdict.scheduledFor - noon) / 60_000}`
    : `${verdict.verdict} ${(verdict.first - noon) / 60_000}..${(verdict.last - noon) / 60_000} ×${verdict.count}${verdict.countExact ? '' : '+'}`

const everyTen = cronSchedule('0 0/10 * * * ?')

describe('a cron task', () => {
  test('on time fires as scheduled', () => {
    const { verdicts, trigger, next } = settle(everyTen, decided(everyTen, minutes(1)), minutes(10))
    expect(verdicts.map(told)).toEqual(['schedule 10'])
    expect(trigger.decidedThrough).toBe(minutes(10))
    expect(next).toBe(minutes(20))
  })

  test('not yet due gets no verdict', () => {
    expect(settle(everyTen, decided(everyTen, minutes(1)), minutes(9)).verdicts).toEqual([])
  })

  test('whose newest occurrences are young fires each of them', () => {
    const schedule = cronSchedule('0/20 * * * * ?')
    const { verdicts } = settle(schedule, decided(schedule, noon), instantAt(noon + 59_000))
    expect(verdicts.map((v) => v.type)).toEqual(['fire', 'fire'])
  })

  test('that misfired fires once, now, by the smart policy', () => {
    const now = minutes(35)
    const { verdicts } = settle(everyTen, decided(everyTen, noon), now)
    expect(verdicts.map(told)).toEqual(['misfired 10..30 ×3', 'catch-up 35'])
  })

  test('that misfired and is due at this very instant has no instant twice', () => {
    const { verdicts } = settle(everyTen, decided(everyTen, noon), minutes(30))
    expect(verdicts.map(told)).toEqual(['misfired 10..20 ×2', 'catch-up 30'])
  })

  test('told to do nothing skips all that was missed', () => {
    const schedule = cronSchedule('0 0/10 * * * ?', { misfire: 'doNothing' })
    const { verdicts, next } = settle(schedule, decided(schedule, noon), minutes(30))
    expect(verdicts.map(told)).toEqual(['misfired 10..30 ×3'])
    expect(next).toBe(minutes(40))
  })

  test('told to ignore misfires fires the newest, up to its limit', () => {
    const schedule = cronSchedule('0 0/10 * * * ?', { misfire: 'ignore', catchUpMax: 2 })
    const { verdicts } = settle(schedule, decided(schedule, noon), minutes(40))
    expect(verdicts.map(told)).toEqual(['catch-up-limit 10..20 ×2', 'catch-up 30', 'schedule 40'])
  })

  test('ignores misfires only within its window', () => {
    const schedule = cronSchedule('0 0/10 * * * ?', {
      misfire: 'ignore',
      catchUpWindowMs: 15 * 60_000,
    })
    const { verdicts } = settle(schedule, decided(schedule, noon), minutes(42))
    expect(verdicts.map(told)).toEqual(['catch-up-limit 10..20 ×2', 'catch-up 30', 'catch-up 40'])
  })

  test('does not catch up when nothing missed is young enough', () => {
    const schedule = cronSchedule('0 0 12 * * ?', { catchUpWindowMs: 3_600_000 })
    const trigger = decided(schedule, instantAt(noon - 1))
    const { verdicts } = settle(schedule, trigger, minutes(120))
    expect(verdicts.map(told)).toEqual(['catch-up-limit 0..0 ×1'])
  })

  test('of one second, a year late, is settled at once and counted up to the limit', () => {
    const schedule = cronSchedule('* * * * * ?', { zone: 'America/New_York', misfire: 'ignore' })
    const late = instantAt(noon + 365 * 86_400_000)
    settle(schedule, decided(schedule, noon), late)
    const times = Array.from({ length: 40 }, () => {
      const start = performance.now()
      const { verdicts } = settle(schedule, decided(schedule, noon), late)
      expect(verdicts.length).toBe(101)
      expect(verdicts[0]).toMatchObject({ count: 10_000, countExact: false })
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(5)
  })
})

describe('a simple task', () => {
  test('endless, misfired, goes on at the next instant of its grid', () => {
    const schedule = simpleSchedule({ startAt: noon, intervalMs: 600_000 })
    const { verdicts, trigger, next } = settle(
      schedule,
      decided(schedule, minutes(1), 1),
      minutes(35),
    )
    expect(verdicts.map(told)).toEqual(['misfired 10..30 ×3'])
    expect(trigger).toMatchObject({ startAt: noon, repeatCount: -1, timesTriggered: 4 })
    expect(next).toBe(minutes(40))
  })

  test('counted, misfired, begins again now with what it has left', () => {
    const schedule = simpleSchedule({ startAt: noon, intervalMs: 600_000, repeatCount: 5 })
    const { verdicts, trigger, next } = settle(
      schedule,
      decided(schedule, minutes(1), 1),
      minutes(35),
    )
    expect(verdicts.map(told)).toEqual(['misfired 10..30 ×3', 'catch-up 35'])
    expect(trigger).toMatchObject({ startAt: minutes(35), repeatCount: 4, timesTriggered: 1 })
    expect(next).toBe(minutes(45))
  })

  test('one-off, in the past when registered, fires at once for its own instant', () => {
    const schedule = simpleSchedule({ startAt: noon, intervalMs: 0, repeatCount: 0 })
    const { verdicts, next } = settle(schedule, initialTrigger(schedule, minutes(90)), minutes(90))
    expect(verdicts.map(told)).toEqual(['catch-up 0'])
    expect(next).toBeNull()
  })

  test('past its end is only skipped', () => {
    const schedule = simpleSchedule({
      startAt: noon,
      intervalMs: 600_000,
      repeatCount: 50,
      endAt: minutes(25),
    })
    const { verdicts, next } = settle(schedule, decided(schedule, noon, 1), minutes(60))
    expect(verdicts.map(told)).toEqual(['misfired 10..20 ×2'])
    expect(next).toBeNull()
  })
})

describe('a resumed task', () => {
  const resume = (schedule: Schedule, trigger: TriggerState, now: Instant) =>
    settleResume({ schedule, timetable: timetableOf(schedule), trigger, now, exclusions: null })

  test('by the smart policy fires one catch-up, however short the pause', () => {
    const { span, fires } = resume(
      everyTen,
      decided(everyTen, minutes(9)),
      instantAt(minutes(10) + 1),
    )
    expect(span).toMatchObject({ first: minutes(10), last: minutes(10), count: 1 })
    expect(fires).toEqual([{ scheduledFor: instantAt(minutes(10) + 1), cause: 'catch-up' }])
  })

  test('with nothing missed fires nothing', () => {
    const { span, fires, next } = resume(everyTen, decided(everyTen, minutes(1)), minutes(9))
    expect([span, fires, next]).toEqual([null, [], minutes(10)])
  })

  test('told to ignore misfires fires the newest; the span holds the rest', () => {
    const schedule = cronSchedule('0 0/10 * * * ?', { misfire: 'ignore', catchUpMax: 2 })
    const { span, fires } = resume(schedule, decided(schedule, noon), minutes(41))
    expect(span).toMatchObject({ first: minutes(10), last: minutes(20), count: 2 })
    expect(fires.map((fire) => fire.scheduledFor)).toEqual([minutes(30), minutes(40)])
  })
})

const holidays = (rules: unknown[]): Exclusions =>
  rightOf(
    compileCalendars([
      {
        name: 'holidays',
        definition: rightOf(
          CalendarDefinition.decode({ zone: 'UTC', rules, exemptDates: ['2026-06-07'] }),
        ),
      },
    ]),
  )

describe('calendars', () => {
  const lunch = holidays([{ type: 'dailyRanges', ranges: [{ from: '12:00', to: '12:25' }] }])

  test('turn their instants into skips and leave the rest', () => {
    const schedule = cronSchedule('0 0/10 * * * ?', { misfire: 'ignore' })
    const { verdicts } = settle(schedule, decided(schedule, noon), minutes(40), lunch)
    expect(verdicts.map(told)).toEqual(['calendar 10..20 ×2', 'catch-up 30', 'schedule 40'])
  })

  test('make no misfire of what was excluded anyway', () => {
    const { verdicts } = settle(everyTen, decided(everyTen, noon), minutes(30), lunch)
    expect(verdicts.map(told)).toEqual(['calendar 10..20 ×2', 'schedule 30'])
  })

  test('use up the count of a simple task', () => {
    const schedule = simpleSchedule({ startAt: noon, intervalMs: 600_000, repeatCount: 3 })
    const { trigger, next } = settle(schedule, decided(schedule, minutes(-1)), minutes(30), lunch)
    expect([trigger.timesTriggered, next]).toEqual([4, null])
  })

  test('pass over a long holiday of a one-second task at once', () => {
    const schedule = cronSchedule('* * * * * ?')
    const closed = holidays([{ type: 'weekdays', weekdays: ['SAT', 'SUN', 'MON', 'TUE', 'WED'] }])
    const times = Array.from({ length: 40 }, () => {
      const start = performance.now()
      settle(schedule, decided(schedule, noon), instantAt(noon + 365 * 86_400_000), closed)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(5)
  })
})

describe('for any schedule, outage and instruction', () => {
  const anySchedule: fc.Arbitrary<Schedule> = fc.oneof(
    fc
      .record({
        expression: fc.constantFrom('0/40 * * * * ?', '0 0/7 * * * ?', '0 30 1,2 * * ?'),
        zone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe'),
        misfire: fc.constantFrom('smart', 'doNothing', 'ignore'),
        catchUpMax: fc.constantFrom(0, 1, 3, 100),
        catchUpWindowMs: fc.constantFrom(null, 120_000),
      })
      .map(({ expression, ...change }) => cronSchedule(expression, change)),
    fc
      .record({
        intervalMs: fc.constantFrom(7_000, 61_000, 3_600_000),
        repeatCount: fc.constantFrom(-1, 0, 5, 500),
        misfire: fc.constantFrom('smart', 'fireNow', 'nowRemaining', 'nextExisting', 'ignore'),
        catchUpMax: fc.constantFrom(0, 1, 3, 100),
        startAt: anyInstantMs.map(instantAt),
      })
      .map((change) => simpleSchedule(change)),
  )
  const anyExclusions = fc.constantFrom(
    null,
    holidays([{ type: 'weekdays', weekdays: ['SUN'] }]),
    holidays([{ type: 'cron', expression: '* 0-20 * * * ?' }]),
  )

  test('each planned instant has exactly one verdict, and excluded ones never fire', () => {
    fc.assert(
      fc.property(
        anySchedule,
        anyInstantMs,
        fc.integer({ min: 0, max: 40_000_000 }),
        fc.integer({ min: 0, max: 8_000_000 }),
        anyExclusions,
        (schedule, from, outageMs, pauseMs, exclusions) => {
          const timetable = timetableOf(schedule)
          const start = instantAt(schedule.type === 'simple' ? schedule.startAt - 5_000 : from)
          const trigger = decided(schedule, start)
          const now = instantAt(start + (outageMs % (pauseMs + 1)) + 1)
          const input = { schedule, timetable, trigger, now, exclusions }
          const due = settleDue(input)
          const { span, skips, fires } = settleResume(input)
          const paused = [
            ...(span === null ? [] : [{ type: 'skip', ...span }]),
            ...skips,
            ...fires.map((fire) => ({ type: 'fire', ...fire })),
          ] as DueVerdict[]
          for (const verdicts of [due.verdicts, paused]) {
            let count = 0
            let at = timetable.next(trigger, start)
            for (; at !== null && at <= now; at = timetable.next(trigger, at)) {
              const instant = at
              const covering = verdicts.filter((verdict) =>
                verdict.type === 'fire'
                  ? verdict.scheduledFor === instant
                  : verdict.first <= instant && instant <= verdict.last,
              )
              expect(covering.length).toBe(1)
              if (covering[0]?.type === 'fire' && exclusions !== null) {
                expect(exclusions.excludes(instant)).toBe(false)
              }
              if (covering[0]?.type === 'skip') count += 1
            }
            const skipped = verdicts.reduce((sum, v) => sum + (v.type === 'skip' ? v.count : 0), 0)
            const moved = verdicts.some(
              (v) => v.type === 'skip' && v.first === now && v.count === 1,
            )
            if (!moved) expect(skipped).toBe(count)
          }
          expect(due.trigger.decidedThrough).toBe(now)
          expect(due.next === null || due.next > now).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
