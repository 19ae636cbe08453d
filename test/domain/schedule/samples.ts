// Schedules, zones and expressions for tests: examples built in one line, and generators of valid
// expressions that reach every corner of the grammar.
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { instantAt, type Instant } from '../../../src/domain/instant.ts'
import { parseQuartzCron } from '../../../src/domain/schedule/quartz-parser.ts'
import type { QuartzCron } from '../../../src/domain/schedule/quartz-cron.ts'
import type { CronSchedule, SimpleSchedule } from '../../../src/domain/schedule/schedule.ts'
import { compileTimetable, type Timetable } from '../../../src/domain/schedule/timetable.ts'
import { findZone, type Zone } from '../../../src/domain/schedule/zone.ts'

export const rightOf = <L, R>(either: E.Either<L, R>): R => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

export const cronOf = (expression: string): QuartzCron => rightOf(parseQuartzCron(expression))
export const zoneOf = (name: string): Zone => rightOf(findZone(name))
export const at = (iso: string): Instant => instantAt(Date.parse(iso))

const common = {
  zone: 'UTC',
  endAt: null,
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: [],
}

export const cronSchedule = (
  expression: string,
  change: Partial<CronSchedule> = {},
): CronSchedule => ({
  type: 'cron',
  expression,
  dialect: 'quartz',
  startAt: null,
  misfire: 'smart',
  gap: 'skip',
  overlap: 'second',
  ...common,
  ...change,
})

export const simpleSchedule = (change: Partial<SimpleSchedule> = {}): SimpleSchedule => ({
  type: 'simple',
  startAt: at('2026-01-01T00:00:00Z'),
  intervalMs: 60_000,
  repeatCount: -1,
  misfire: 'smart',
  ...common,
  ...change,
})

export const timetableOf = (schedule: CronSchedule | SimpleSchedule): Timetable =>
  rightOf(compileTimetable(schedule))

const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

const element = (min: number, max: number, stepMax: number): fc.Arbitrary<string> =>
  fc.oneof(
    between(min, max).map(String),
    fc.tuple(between(min, max), between(min, max)).map(([a, b]) => `${a}-${b}`),
    fc.tuple(between(min, max), between(1, stepMax)).map(([a, n]) => `${a}/${n}`),
    between(1, stepMax).map((n) => `*/${n}`),
    fc
      .tuple(between(min, max), between(min, max), between(1, stepMax))
      .map(([a, b, n]) => `${a}-${b}/${n}`),
  )

const field = (min: number, max: number, stepMax: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.array(element(min, max, stepMax), { minLength: 1, maxLength: 4 }).map((l) => l.join(',')),
  )

const weekdays = fc.constantFrom('SUN', 'mon', 'Tue', 'WED', 'THU', 'fri', 'SAT', '1', '4', '7')

const days: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  field(1, 31, 31).map((f) => [f, '?'] as const),
  fc
    .constantFrom('L', 'LW', 'L-1', 'L-3', 'L-29', 'L-2W', 'L-28W', 'L-30W')
    .map((f) => [f, '?'] as const),
  between(1, 31).map((n) => [`${n}W`, '?'] as const),
  field(1, 7, 7).map((f) => ['?', f] as const),
  weekdays.map((name) => ['?', `${name}L`] as const),
  fc.tuple(weekdays, between(1, 5)).map(([name, n]) => ['?', `${name}#${n}`] as const),
  fc.tuple(weekdays, weekdays).map(([a, b]) => ['?', `${a},${b}`] as const),
)

const years = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' *', ' 2026-2030', ' */4', ' 2024,2027,2031') },
)

/** Any valid expression. */
export const anyExpression: fc.Arbitrary<string> = fc
  .tuple(field(0, 59, 59), field(0, 59, 59), field(0, 23, 23), days, field(1, 12, 12), years)
  .map(([s, m, h, [dom, dow], month, year]) => `${s} ${m} ${h} ${dom} ${month} ${dow}${year}`)

export const anyZoneName = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Nuuk',
  'Antarctica/Troll',
  'Pacific/Apia',
)

/** Instants close to clock changes as often as not. */
export const anyInstantMs: fc.Arbitrary<number> = fc.oneof(
  between(Date.parse('2011-01-01'), Date.parse('2036-01-01') / 1).map((ms) => ms),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-08T07:00:00Z',
        '2026-11-01T06:00:00Z',
        '2026-03-29T01:00:00Z',
        '2026-10-25T01:00:00Z',
        '2026-04-04T15:00:00Z',
        '2026-10-03T15:30:00Z',
        '2026-02-15T02:00:00Z',
        '2026-03-22T02:00:00Z',
        '2011-12-30T10:00:00Z',
      ),
      between(-90_000_000, 90_000_000),
    )
    .map(([iso, ms]) => Date.parse(iso) + ms),
)
