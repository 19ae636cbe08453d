// What is to come, against the plain way of finding it: asking the timetable instant by instant.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketEdges } from '../../../src/domain/agenda/buckets.ts'
import { createRuleBook } from '../../../src/domain/agenda/book.ts'
import { firesOf, type Place } from '../../../src/domain/agenda/fires.ts'
import { candidatesOf, createLane, moveLane, type Work } from '../../../src/domain/agenda/lane.ts'
import { loadOf } from '../../../src/domain/agenda/load.ts'
import { createLoadBook } from '../../../src/domain/agenda/load-book.ts'
import { addLoad, nextFire, type Rule } from '../../../src/domain/agenda/rule.ts'
import type { RuleSet } from '../../../src/domain/agenda/rule-set.ts'
import type { Standing } from '../../../src/domain/agenda/standing.ts'
import { inOrder } from '../../../src/domain/agenda/task-list.ts'
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

  const bookOf = (those: readonly Standing[]) => {
    const book = createRuleBook(() => null)
    for (const standing of those) book.put(standing)
    return book
  }
  const done = <A>(work: Work<A>): A => {
    for (;;) {
      const step = work.next()
      if (step.done === true) return step.value
    }
  }
  const named = (at: number, { group, job }: Standing['taskId']) => `${at} ${group}/${job}`
  /** Asked one by one. */
  const firesOfSet = (set: RuleSet, from: number, to: number): readonly string[] =>
    [...set.weights.keys()]
      .flatMap((rule) =>
        firesBetween(rule, from, to).flatMap((at) =>
          set.tasksOf(rule).map((task) => ({ at, task })),
        ),
      )
      .sort((a, b) => a.at - b.at || inOrder(a.task, b.task))
      .map(({ at, task }) => named(at, task))

  test('tasks that plan the same share one rule', () => {
    const book = bookOf(standings)
    expect(book.all().weights.size).toBe(schedules.length)
    expect([...book.all().weights.values()]).toEqual(schedules.map(() => 3))
    expect([...book.ofGroup('z').weights.values()]).toEqual(schedules.map(() => 1))
  })

  test('what is paused for good, completed or deleted plans nothing; a timed pause ends', () => {
    const book = createRuleBook(() => null)
    const [one] = standings
    if (one === undefined) throw new Error('there are some')
    book.put(one)
    expect(book.all().weights.size).toBe(1)
    for (const status of ['Paused', 'Completed', 'Deleted', 'Absent'] as const)
      book.put({ ...one, status })
    expect([book.all().weights.size, book.ofGroup(one.taskId.group).weights.size]).toEqual([0, 0])
    book.put({ ...one, status: 'Paused', pausedUntil: instantAt(start + hour) })
    const [rule] = book.all().weights.keys()
    expect(
      rule === undefined ? null : nextFire(rule, instantAt(start), Infinity).at,
    ).toBeGreaterThan(start + hour)
  })

  test('pages of any size give every fire once, in order of time, group and job', () => {
    const to = instantAt(start + 6 * hour)
    const set = bookOf(standings).all()
    const expected = firesOfSet(set, start, to)
    for (const limit of [1, 2, 7, 500]) {
      const found: string[] = []
      let place: Place = { at: instantAt(start), taskId: null }
      const lane = done(createLane(set, place.at))
      for (let more = true; more && found.length < 300;) {
        done(moveLane(lane, place.at))
        const page = firesOf(set, candidatesOf(lane, place, to, limit), place, to, limit)
        found.push(...page.fires.map(({ at, taskId: task }) => named(at, task)))
        place = page.fires.at(-1) ?? place
        more = page.more
      }
      expect(found).toEqual(expected.slice(0, found.length))
      expect(found.length).toBeGreaterThanOrEqual(Math.min(expected.length, 300))
    }
  })

  const turns = fc.array(
    fc.record({
      task: fc.integer({ min: 0, max: standings.length - 1 }),
      becomes: fc.constantFrom('Active', 'Deleted', 'moved' as const),
      passes: fc.integer({ min: 0, max: hour }),
    }),
    { maxLength: 25 },
  )

  test('what is kept while tasks come, go and change is what is found anew', () => {
    const zone = right(findZone('America/New_York'))
    fc.assert(
      fc.property(turns, fc.constantFrom('minute', 'hour'), (changes, step) => {
        const book = bookOf(standings.slice(0, 9))
        const kept = [book.all(), book.ofGroup('g')].map((set) => ({
          lane: done(createLane(set, instantAt(start))),
          load: createLoadBook(set),
        }))
        let now = start
        for (const { task, becomes, passes } of changes) {
          now += passes
          const one = standings[task]!
          const moved = { schedule: schedules[(task + 1) % schedules.length]! }
          book.put(becomes === 'moved' ? { ...one, ...moved } : { ...one, status: becomes })
          const [from, to] = [instantAt(now), instantAt(now + 90 * 60_000)]
          for (const { lane, load } of kept) {
            const { set } = lane
            done(moveLane(lane, from))
            const place = { at: from, taskId: null }
            const { fires } = firesOf(set, candidatesOf(lane, place, to, 20), place, to, 20)
            const expected = firesOfSet(set, from, to)
            expect(fires.map(({ at, taskId: of }) => named(at, of))).toEqual(expected.slice(0, 20))
            const edges = bucketEdges(from, to, step, zone)
            const { counts, complete } = done(loadOf(load, edges))
            expect([...counts, complete]).toEqual([
              ...[...counts.keys()].map((n) => firesOfSet(set, edges[n]!, edges[n + 1]!).length),
              true,
            ])
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})
