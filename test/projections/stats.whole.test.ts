// Statistics and ledger: what a known history comes to, and that both agree with everything else the
// read models tell of any history.
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { migrate, readSchema } from '../../src/projections/migrate.ts'
import type { VerdictView } from '../../src/projections/ledger/views.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { fillPercentiles } from '../../src/projections/stats/fill-percentiles.ts'
import type { Listed } from '../../src/projections/views.ts'
import { cron, definitionOf, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { histories, reportAt, writeHistory } from './history.ts'
import { createLog, project, usePostgres } from './kit.ts'
import { bucketsIn } from './stats-buckets.ts'

const postgres = usePostgres()

const begin = Date.UTC(2026, 10, 23, 8)
const at = (seconds: number) => instantAt(begin + seconds * 1_000)
const iso = (instant: number): string => new Date(instant).toISOString()
const trigger = { decidedThrough: at(0), startAt: null, repeatCount: 0, timesTriggered: 0 }
const nightly = taskId('nightly', 'billing')
const hourly = taskId('hourly', 'reports')
const definition = definitionOf(cron('0 0 2 * * ?'))

const added: TaskEvent = { type: 'TaskAdded', addedAt: at(-60), definition, trigger }
const fired = (n: number, seconds: number): TaskEvent => ({
  type: 'TaskTriggered',
  runId: runId(n),
  cause: 'schedule',
  scheduledFor: at(seconds),
  decidedAt: at(seconds),
  waitsFor: null,
  trigger,
  calendars: {},
  tzVersion: '1',
})
const succeeded = (n: number, startedMs: number, finishedMs: number): TaskEvent => ({
  type: 'RecallSucceeded',
  runId: runId(n),
  attempt: 1,
  finishedAt: instantAt(begin + finishedMs),
  resultValue: null,
  report: reportAt(begin + startedMs),
})
const failed = (n: number, startedMs: number, finishedMs: number): TaskEvent => ({
  ...{ type: 'RecallFailed', runId: runId(n), attempt: 1, reason: 'no', retryAt: null },
  ...{ terminal: true, resultValue: null, finishedAt: instantAt(begin + finishedMs) },
  report: reportAt(begin + startedMs),
})
const skipped = (seconds: number): TaskEvent => ({
  ...{ type: 'OccurrencesSkipped', verdict: 'paused', countExact: true, blockedBy: null },
  ...{ first: at(0), last: at(seconds), count: 7, decidedAt: at(seconds), trigger, calendars: {} },
})

const history = async () => {
  const log = createLog()
  await log.append(nightly, [added, fired(1, 0), fired(2, 10)])
  await log.append(hourly, [added, fired(3, 20), fired(4, 3_700)])
  await log.append(nightly, [succeeded(1, 100, 300), failed(2, 10_000, 12_000), skipped(70)])
  await log.append(hourly, [succeeded(3, 20_050, 120_050)])
  return log.store
}

const written = async (batchMax = 2_000) => {
  const db = await postgres.fresh()
  await project(await history(), db, { batchMax })
  return createQueries(db)
}

const none = { fired: 0, succeeded: 0, failed: 0, timedOut: 0, cancelled: 0, running: 0 }
const nothing = { ...none, skipped: {}, lateness: null, duration: null }
const all = { tenant: 'default', zone: 'UTC' }

describe('statistics', () => {
  test('count what was triggered in each minute and what became of it', async () => {
    const queries = await written(2)
    const range = { step: 'minute', from: at(30), until: at(180) } as const
    const minutes = right(await queries.stats({ ...all, ...range })())
    expect(bucketsIn(minutes)).toEqual([
      {
        ...{ from: at(0), ...none, fired: 3, succeeded: 2, failed: 1, skipped: {} },
        lateness: { p50: 49, p95: 100, p99: 100, max: 100 },
        duration: { p50: 1_960, p95: 100_000, p99: 100_000, max: 100_000 },
      },
      { ...nothing, from: at(60), skipped: { paused: 7 } },
      { ...nothing, from: at(120) },
    ])
  })

  test('of a group are its own alone, and of a task exact', async () => {
    const queries = await written()
    const range = { step: 'hour', from: at(0), until: at(7_200) } as const
    const group = right(await queries.stats({ ...all, ...range, group: 'reports' })())
    expect(bucketsIn(group)).toMatchObject([
      { from: at(0), fired: 1, succeeded: 1, running: 0, lateness: { p50: 50 } },
      { from: at(3_600), fired: 1, succeeded: 0, running: 1, lateness: null },
    ])
    const task = right(
      await queries.stats({ ...all, ...range, group: 'billing', job: 'nightly' })(),
    )
    expect(task).toMatchObject({ countedFrom: null })
    expect(bucketsIn(task)[0]).toEqual({
      ...{ from: at(0), ...none, fired: 2, succeeded: 1, failed: 1, skipped: { paused: 7 } },
      lateness: { p50: 0, p95: 100, p99: 100, max: 100 },
      duration: { p50: 200, p95: 2_000, p99: 2_000, max: 2_000 },
    })
    expect(bucketsIn(task)[1]).toEqual({ ...nothing, from: at(3_600) })
  })

  test('by day begin where the day of the zone begins', async () => {
    const queries = await written()
    const range = { step: 'day', from: at(-86_400), until: at(7_200) } as const
    const days = right(await queries.stats({ ...all, ...range, zone: 'Asia/Shanghai' })())
    expect(bucketsIn(days).map(({ from, fired }) => [iso(from), fired])).toEqual([
      ['2026-11-21T16:00:00.000Z', 0],
      ['2026-11-22T16:00:00.000Z', 4],
    ])
  })

  test('of years that are written with a sign have their buckets too', async () => {
    const queries = await written()
    for (const from of [instantAt(-8.64e15), instantAt(Date.UTC(10_000, 0))]) {
      const range = { step: 'minute', from, until: instantAt(from + 60_000) } as const
      const { buckets } = right(await queries.stats({ ...all, ...range })())
      expect(bucketsIn({ buckets })).toEqual([{ ...nothing, from }])
    }
  })

  test('of nobody and of nothing are empty', async () => {
    const queries = await written()
    const range = { step: 'minute', from: at(0), until: at(60) } as const
    for (const whose of [{ tenant: 'acme' }, { group: 'x' }, { group: 'billing', job: 'x' }])
      expect(bucketsIn(right(await queries.stats({ ...all, ...range, ...whose })()))).toEqual([
        { ...nothing, from: at(0) },
      ])
  })
})

describe('rows from before percentiles were kept', () => {
  const kept = async (db: ReadDatabase) => {
    const { rows } = await sql<{ percentiles: string | null }>`
      select percentiles from carillon_read.stats order by scope, step, from_at`.execute(db)
    return rows.map(({ percentiles }) => percentiles)
  }
  const forgotten = async () => {
    const db = await postgres.fresh()
    await project(await history(), db, {})
    const before = await kept(db)
    await sql`update carillon_read.stats set percentiles = null`.execute(db)
    return { db, before }
  }

  test('are filled in, so many at a time', async () => {
    const { db, before } = await forgotten()
    expect(before.length).toBeGreaterThan(9)
    let filled = 0
    for (let rows = 4; rows === 4; filled += rows) rows = await fillPercentiles(db, readSchema, 4)
    expect(filled).toBe(before.length)
    expect(await kept(db)).toEqual(before)
    expect(await fillPercentiles(db, readSchema, 4)).toBe(0)
  })

  test('that are being written are left to who writes them', async () => {
    const { db, before } = await forgotten()
    await db.transaction().execute(async (writer) => {
      await sql`update carillon_read.stats set percentiles = 'new' where step = 'hour'`.execute(
        writer,
      )
      const minutes = before.length - (await hours(writer))
      expect(await fillPercentiles(db, readSchema, 100)).toBe(minutes)
    })
    expect(await fillPercentiles(db, readSchema, 100)).toBe(0)
    expect(new Set(await kept(db)).has('new')).toBe(true)
  })

  const hours = async (db: ReadDatabase): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from carillon_read.stats where step = 'hour'`.execute(db)
    return rows[0]?.count ?? 0
  }
})

describe('the ledger', () => {
  const page = { limit: 100, cursor: null }

  test('holds fires and skipped spans in one order, newest first', async () => {
    const queries = await written()
    const { items } = right(await queries.ledger({ tenant: 'default' }, page)())
    const told = items.map(({ verdict, decidedAt, count, run }) => [
      ...[verdict, (decidedAt - begin) / 1_000, count, run?.outcome],
    ])
    expect(told).toEqual([
      ['fired', 3_700, 1, 'running'],
      ['paused', 70, 7, undefined],
      ['fired', 20, 1, 'succeeded'],
      ['fired', 10, 1, 'failed'],
      ['fired', 0, 1, 'succeeded'],
    ])
  })

  test('is narrowed by task, verdict and time, page by page', async () => {
    const queries = await written()
    const told = async (filter: Omit<Parameters<typeof queries.ledger>[0], 'tenant'>) => {
      const items: unknown[] = []
      for (let cursor: string | null = null; ;) {
        const one: Listed<VerdictView> = right(
          await queries.ledger({ tenant: 'default', ...filter }, { limit: 1, cursor })(),
        )
        items.push(...one.items.map(({ decidedAt }) => (decidedAt - begin) / 1_000))
        cursor = one.next
        if (cursor === null) return items
      }
    }
    expect(await told({})).toEqual([3_700, 70, 20, 10, 0])
    expect(await told({ group: 'billing' })).toEqual([70, 10, 0])
    expect(await told({ group: 'billing', job: 'nightly', verdicts: ['fired'] })).toEqual([10, 0])
    expect(await told({ verdicts: ['paused', 'misfired'] })).toEqual([70])
    expect(await told({ from: at(10), until: at(70) })).toEqual([20, 10])
  })
})

test('of any history, statistics, ledger and tasks tell the same numbers', async () => {
  const db = await postgres.fresh()
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 1, max: 40 }), async (history, batchMax) => {
      const log = createLog()
      await writeHistory(log, history)
      await sql`drop schema carillon_read cascade`.execute(db)
      await migrate(db)
      await project(log.store, db, { batchMax, memory: { tasksMax: 2, runsMax: 20 } })
      const queries = createQueries(db)
      const page = { limit: 1_000, cursor: null }
      const statuses = ['Active', 'Paused', 'Completed', 'Deleted'] as const
      const tasks = right(await queries.tasks({ tenant: 'default', statuses }, page)()).items
      const ledger = right(await queries.ledger({ tenant: 'default' }, page)()).items
      const spans = ledger.filter(({ verdict }) => verdict !== 'fired')
      const total = (of: (task: (typeof tasks)[number]) => number) =>
        tasks.reduce((sum, task) => sum + of(task), 0)
      expect(ledger.length - spans.length).toBe(total(({ counts }) => counts.fired))
      expect(spans.reduce((sum, { count }) => sum + count, 0)).toBe(
        total(({ counts }) => counts.skipped),
      )
      const range = { ...all, from: at(-3_600), until: at(86_400) }
      const steps = ['minute', 'hour', 'day'] as const
      for (const step of steps) {
        const buckets = bucketsIn(right(await queries.stats({ ...range, step })()))
        if (step === 'hour') {
          // As rows are that were written before percentiles were kept.
          await sql`update carillon_read.stats set percentiles = null`.execute(db)
          const merged = right(await queries.stats({ ...range, step })())
          expect(bucketsIn(merged)).toEqual(buckets)
        }
        const sum = (of: (bucket: (typeof buckets)[number]) => number) =>
          buckets.reduce((so, bucket) => so + of(bucket), 0)
        expect({
          fired: sum(({ fired }) => fired),
          running: sum(({ running }) => running),
          succeeded: sum(({ succeeded }) => succeeded),
          skipped: sum(({ skipped }) => Object.values(skipped).reduce((a, b) => a + b, 0)),
        }).toEqual({
          fired: total(({ counts }) => counts.fired),
          running: total(({ counts }) => counts.running),
          succeeded: total(({ counts }) => counts.succeeded),
          skipped: total(({ counts }) => counts.skipped),
        })
      }
    }),
    { numRuns: 15 },
  )
})
