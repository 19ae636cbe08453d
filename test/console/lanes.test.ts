// A day's timeline: what is decided and what is planned, sorted into lanes.
import { expect, test } from 'vitest'
import type { Verdict } from '../../console/src/timeline/day.ts'
import { countOf, lanesOf } from '../../console/src/timeline/lanes.ts'
import { loadOf } from '../../console/src/timeline/load.ts'

const verdict = (job: string, time: string, given: Partial<Verdict> = {}): Verdict => ({
  group: 'billing',
  job,
  verdict: 'fired',
  decidedAt: `2026-11-23T${time}Z`,
  first: `2026-11-23T${time}Z`,
  count: 1,
  runId: 'r1',
  outcome: 'succeeded',
  ...given,
})

test('every task has one lane, the busiest first, in order of time', () => {
  const lanes = lanesOf(
    [
      verdict('weekly', '06:00:00'),
      verdict('hourly', '09:00:00', { outcome: 'failed' }),
      verdict('hourly', '08:00:00', { outcome: 'running' }),
    ],
    [{ group: 'billing', job: 'hourly', at: '2026-11-23T10:00:00Z' }],
  )
  expect(lanes.map(({ job }) => job)).toEqual(['hourly', 'weekly'])
  expect(lanes[0]?.marks.map(({ tone }) => tone)).toEqual(['open', 'failed', 'planned'])
})

test('a span of skipped instants counts as many as it skipped, and stands where it began', () => {
  const span = { verdict: 'paused', outcome: null, runId: null, count: 40 }
  const [lane] = lanesOf([verdict('hourly', '08:00:00', span)], [])
  expect(lane?.marks).toEqual([
    { at: Date.parse('2026-11-23T08:00:00Z'), tone: 'skipped', runId: null, count: 40 },
  ])
  expect(lane === undefined ? 0 : countOf(lane, 'skipped')).toBe(40)
})

test('a run by hand stands where it was decided', () => {
  const byHand = verdict('hourly', '08:00:00', { first: null, decidedAt: '2026-11-23T07:30:00Z' })
  expect(lanesOf([byHand], [])[0]?.marks[0]?.at).toBe(Date.parse('2026-11-23T07:30:00Z'))
})

test('the load of a day adds up minutes to slots, what was and what is planned', () => {
  const none = {
    running: 0,
    cancelled: 0,
    timedOut: 0,
    skipped: {},
    lateness: null,
    duration: null,
  }
  const bucket = (minute: number, succeeded: number, failed: number) => ({
    ...none,
    from: new Date(minute * 60_000).toISOString(),
    fired: succeeded + failed,
    succeeded,
    failed,
  })
  const planned = { from: new Date(25 * 60_000).toISOString(), count: 7 }
  const load = loadOf(0, [bucket(0, 2, 1), bucket(9, 3, 0), bucket(10, 1, 0)], [planned])
  expect([...load.succeeded]).toEqual([
    [0, 5],
    [600_000, 1],
  ])
  expect([...load.failed]).toEqual([[0, 1]])
  expect([...load.planned]).toEqual([[1_200_000, 7]])
})
