// What is to come, against the plain way of finding it: asking the timetable instant by instant.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketEdges } from '../../../src/domain/agenda/buckets.ts'
import { firesOf, upcoming, type Place } from '../../../src/domain/agenda/fires.ts'
import { addLoad, nextFire, type Rule } from '../../../src/domain/agenda/rule.ts'
import { createRuleBook, inOrder, type Standing } from '../../../src/domain/agenda/standing.ts'
import { instantAt, type Instant } from '../../../src/domain/instant.ts'
import { CalendarDefinition } from '../../../src/domain/schedule/calendar.ts'
import { compileCalendars } from '../../../src/domain/schedule/exclusions.ts'
import type { Schedule } from '../../../src/domain/schedule/schedule.ts'
import { compileTimetable } from '../../../src/domain/schedule/timetable.ts'
import { findZone } from '../../../src/domain/schedule/zone.ts'
import { cron, every, taskId } from '../../support/definitions.ts'
import { right } from '../../support/either.ts'

const hour = 3_600_000
// The clocks of New York go back within the days looked at.
const start = Date.UTC(2026, 9, 31, 20)

const lunch = right(
  compileCalendars([
    {
      name: 'lunch',
      definition: right(
        CalendarDefinition.decode({
          zone: 'America/New_York',
          rules: [{ type: 'dailyRanges', ranges: [{ from: '01:10', to: '01:40' }] }],
          exemptDates: ['2026-11-02'],
        }),
      ),
    },
  ]),
)

const newYork = { zone: 'America/New_York' } as const
const schedules: readonly Schedule[] = [
  cron('0 0/7 * * * ?', newYork),
  cron('0/20 * 1-3 * * ?', { ...newYork, overlap: 'both' }),
  cron('0 30 1 * * ?', { ...newYork, overlap: 'first' }),
  cron('0 0 0 1 1 ? 2020'),
  every(11_000, { startAt: instantAt(start + hour) }),
  every(250_000, { startAt: instantAt(start - hour), repeatCount: 90 }),
]

const ruleOf = (schedule: Schedule, change: Partial<Rule> = {}): Rule => ({
  timetable: right(compileTimetable(schedule)),
  trigger: {
    decidedThrough: instantAt(0),
    startAt: schedule.startAt,
    repeatCount: schedule.type === 'simple' ? schedule.repeatCount : 0,
    timesTriggered: 0,
  },
  spreadMs: 0,
  silentThrough: null,
  exclusions: null,
  ...change,
})

/** Asked one by one. */
const firesBetween = (rule: Rule, from: number, to: number): number[] => {
  const fires: number[] = []
  let planned: Instant | null = instantAt(from - 1 - rule.spreadMs)
  for (;;) {
    planned = rule.timetable.next(rule.trigger, planned)
    if (planned === null || planned + rule.spreadMs >= to) return fires
    const silent = planned <= (rule.silentThrough ?? -Infinity)
    if (!silent && rule.exclusions?.excludes(planned) !== true) fires.push(planned + rule.spreadMs)
  }
}

const rules = fc
  .record({
    schedule: fc.constantFrom(...schedules),
    spreadMs: fc.constantFrom(0, 1, 45_000),
    silent: fc.option(fc.integer({ min: 0, max: 10 * hour })),
    excluded: fc.boolean(),
  })
  .map(({ schedule, spreadMs, silent, excluded }) =>
    ruleOf(schedule, {
      spreadMs,
      silentThrough: silent === null ? null : instantAt(start + silent),
      exclusions: excluded ? lunch : null,
    }),
  )
const windows = fc
  .tuple(fc.integer({ min: 0, max: 40 * hour }), fc.integer({ min: 1, max: 5 * hour }))
  .map(([after, length]) => [instantAt(start + after), instantAt(start + after + length)] as const)

describe('the agenda of a rule', () => {
  test('its next fires are those the timetable names and nothing keeps back', () => {
    fc.assert(
      fc.property(rules, windows, (rule, [from, to]) => {
        const found: number[] = []
        for (let at: Instant | null = nextFire(rule, instantAt(from - 1), to).at; at !== null;) {
          found.push(at)
          at = nextFire(rule, at, to).at
        }
        expect(found).toEqual(firesBetween(rule, from, to))
      }),
      { numRuns: 150 },
    )
  })

  test('counting into buckets finds as many in each as asking one by one', () => {
    const zone = right(findZone('America/New_York'))
    fc.assert(
      fc.property(
        rules,
        windows,
        fc.constantFrom('minute', 'hour', 'day'),
        (rule, [from, to], step) => {
          const edges = bucketEdges(from, to, step, zone)
          const counts = new Float64Array(edges.length - 1)
          expect(addLoad(rule, { edges, counts }, 3).exact).toBe(true)
          const expected = [...counts.keys()].map(
            (n) => 3 * firesBetween(rule, edges[n]!, edges[n + 1]!).length,
          )
          expect([...counts]).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('a rule that fires every second of a month is counted in a few steps', () => {
    const zone = right(findZone('UTC'))
    const from = Date.UTC(2026, 0, 1)
    const edges = bucketEdges(instantAt(from), instantAt(Date.UTC(2026, 1, 1)), 'day', zone)
    const counts = new Float64Array(edges.length - 1)
    const { steps } = addLoad(ruleOf(cron('* * * * * ?')), { edges, counts }, 1)
    expect([...counts]).toEqual(Array.from({ length: 31 }, () => 86_400))
    expect(steps).toBeLessThan(100)
  })

  test('days are those of the zone, a day of 25 hours included', () => {
    const zone = right(findZone('America/New_York'))
    const edges = bucketEdges(
      instantAt(Date.UTC(2026, 9, 31, 12)),
      instantAt(Date.UTC(2026, 10, 2, 12)),
      'day',
      zone,
    )
    expect(edges.map((edge) => new Date(edge).toISOString())).toEqual([
      '2026-10-31T12:00:00.000Z',
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
      '2026-11-02T12:00:00.000Z',
    ])
  })

  test('a search through years of exclusion is given up and says so', () => {
    const never = right(
      compileCalendars([
        {
          name: 'never',
          definition: {
            zone: 'UTC',
            rules: [{ type: 'cron', expression: '* * * * * ?' }],
            exemptDates: [],
          },
        },
      ]),
    )
    const rule = ruleOf(cron('0 0 0 * * ?'), { exclusions: never })
    expect(nextFire(rule, instantAt(start), Infinity)).toMatchObject({ at: null, givenUp: true })
  })
})

describe('the fires of many tasks', () => {
  const standings: readonly Standing[] = schedules.flatMap((schedule, n) =>
    ['c', 'a', 'b'].map((job, m): Standing => ({
      taskId: taskId(`${job}${n}`, m === 0 ? 'z' : 'g'),
      status: 'Active',
      pausedUntil: null,
      schedule,
      startAt: schedule.startAt,
      repeatCount: schedule.type === 'simple' ? schedule.repeatCount : 0,
    })),
  )

  test('tasks that plan the same share one rule', () => {
    const book = createRuleBook(() => null)
    for (const standing of standings) book.add(standing)
    expect(book.rules()).toHaveLength(schedules.length)
  })

  test('what is paused for good, completed or deleted plans nothing; a timed pause ends', () => {
    const book = createRuleBook(() => null)
    const [one] = standings
    if (one === undefined) throw new Error('there are some')
    for (const status of ['Paused', 'Completed', 'Deleted', 'Absent'] as const)
      book.add({ ...one, status })
    expect(book.rules()).toEqual([])
    book.add({ ...one, status: 'Paused', pausedUntil: instantAt(start + hour) })
    const [rule] = book.rules()
    expect(
      rule === undefined ? null : nextFire(rule, instantAt(start), Infinity).at,
    ).toBeGreaterThan(start + hour)
  })

  test('pages of any size give every fire once, in order of time, group and job', () => {
    const to = instantAt(start + 6 * hour)
    const book = createRuleBook(() => null)
    for (const standing of standings) book.add(standing)
    const expected = book
      .rules()
      .flatMap((rule) =>
        firesBetween(rule, start, to).flatMap((at) => rule.tasks.map((task) => ({ at, task }))),
      )
      .sort((a, b) => a.at - b.at || inOrder(a.task, b.task))
      .map(({ at, task }) => `${at} ${task.group}/${task.job}`)
    for (const limit of [1, 2, 7, 500]) {
      const found: string[] = []
      let place: Place = { at: instantAt(start), taskId: null }
      for (let more = true; more && found.length < 300;) {
        const candidates = book.rules().flatMap((rule) => {
          const { at } = upcoming(rule, place, to)
          return at === null ? [] : [{ rule, at }]
        })
        const page = firesOf(candidates, place, to, limit)
        for (const { at, taskId: task } of page.fires) found.push(`${at} ${task.group}/${task.job}`)
        place = page.fires.at(-1) ?? place
        more = page.more
      }
      expect(found).toEqual(expected.slice(0, found.length))
      expect(found.length).toBeGreaterThanOrEqual(Math.min(expected.length, 300))
    }
  })
})
