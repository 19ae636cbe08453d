// What the first page says about each kind of exception, and where it leads.
import { expect, test } from 'vitest'
import { exceptionsOf } from '../../console/src/overview/exceptions.ts'
import type { Summary } from '../../console/src/overview/summary.ts'

const key = { group: 'billing', job: 'nightly' }
const at = '2026-11-23T08:00:00Z'
const none = { count: 0, items: [] }
const calm: Summary = {
  asOf: { ageMs: 1 },
  missing: none,
  late: none,
  stuck: none,
  failing: none,
  paused: none,
  pulse: { running: 0, dueNextMinute: 0 },
}
const rowsOf = (summary: Partial<Summary>, language: 'en' | 'zh' = 'en') =>
  exceptionsOf({ ...calm, ...summary }, language).filter(({ rows }) => rows.length > 0)

test('of nothing nothing is said', () => {
  expect(rowsOf({})).toEqual([])
})

test('a failing task leads to its last run and says how often it failed, and why', () => {
  const item = { ...key, since: at, failedInARow: 4, lastRunId: 'r4', reason: 'disk full' }
  const [found] = rowsOf({ failing: { count: 9, items: [item] } })
  expect(found).toMatchObject({
    kind: 'failing',
    count: 9,
    rows: [{ to: '/runs/r4', said: 'Failed 4 times in a row: disk full', since: at }],
  })
})

test('a paused task says who paused it, why and until when', () => {
  const item = { ...key, by: 'alice', at, reason: 'stock-taking', until: null }
  const [row] = rowsOf({ paused: { count: 1, items: [item] } }, 'zh')[0]?.rows ?? []
  expect(row).toMatchObject({ by: 'alice', said: 'stock-taking', to: '/tasks/billing/nightly' })
  const until = { ...item, reason: null, until: at }
  expect(rowsOf({ paused: { count: 1, items: [until] } })[0]?.rows[0]?.said).toMatch(
    /^no reason given; until 2026-11-23/,
  )
})

test('what did not happen at all comes before what went wrong, and that before what was stopped', () => {
  const paused = { ...key, by: null, at, reason: null, until: null }
  const found = rowsOf({
    paused: { count: 1, items: [paused] },
    late: { count: 1, items: [{ ...key, runId: 'r', scheduledFor: at, latenessMs: 90_000 }] },
    stuck: { count: 1, items: [{ ...key, runId: 'r', triggeredAt: at, expectedAt: at }] },
    missing: { count: 1, items: [{ ...key, scheduledFor: at, count: 3, since: at }] },
  })
  expect(found.map(({ kind }) => kind)).toEqual(['missing', 'stuck', 'late', 'paused'])
  expect(found[0]?.rows[0]?.to).toBe('/tasks/billing/nightly/occurrences')
})
