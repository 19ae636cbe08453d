// The history of runs is dropped by age: of the service as a whole and of tasks that say it themselves.
// What is open stays, what people did stays, answers say from where on they are whole, and a rebuild
// ends with the same rows.
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { TriggerTask } from '../../src/domain/task/commands.ts'
import { RunId, type TaskId } from '../../src/domain/task/ids.ts'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector } from '../../src/projections/projector.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { createRebuilder } from '../../src/projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../../src/projections/rebuild/requests.ts'
import { createProjections } from '../../src/projections/rebuild/status.ts'
import { prune, type Pruning } from '../../src/projections/retention/prune.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { createLog, everyRow, project, quiet, reaches, usePostgres, type Written } from './kit.ts'
import { bucketsIn } from './stats-buckets.ts'

const postgres = usePostgres()

const dayMs = 86_400_000
const firstDay = Date.UTC(2026, 10, 1)
const at = (day: number, ms = 0) => instantAt(firstDay + (day - 1) * dayMs + ms)
const days = 12

const plain = taskId('plain')
const brief = taskId('brief')
const lasting = taskId('lasting')
const schedule = every(3_600_000, { startAt: at(1) })

const added = (log: Written, id: TaskId, day: number, retentionDays?: number) => {
  const definition = definitionOf(schedule, retentionDays === undefined ? {} : { retentionDays })
  const trigger = { decidedThrough: at(day), startAt: at(1), repeatCount: -1, timesTriggered: 0 }
  return log.append(
    id,
    day === 1
      ? [{ type: 'TaskAdded', addedAt: at(day), definition, trigger }]
      : [{ type: 'TaskReplaced', replacedAt: at(day), definition, trigger }],
    { actor: 'ann', source: 'api' },
  )
}

const context = { calendars: noCalendars, tzVersion: 'test' }
const triggered = (id: TaskId, n: number, day: number): TriggerTask => ({
  ...{ taskId: id, issuedAt: at(day), runId: runId(n), context },
  type: 'TriggerTask',
})

const succeeded = (log: Written, id: TaskId, n: number, day: number) =>
  log.append(id, [
    {
      type: 'RecallSucceeded',
      ...{ runId: runId(n), attempt: 1, finishedAt: at(day, 10), report: null, resultValue: null },
    },
  ])

/** A run and a skipped span of each task on each day; run 1 of `plain` stays open. */
const written = async (): Promise<Written> => {
  const log = createLog(at(1))
  for (const [id, retentionDays] of [[plain], [brief, 2], [lasting, 20]] as const)
    await added(log, id, 1, retentionDays)
  await log.obey(triggered(plain, 1, 1))
  for (let day = 1; day <= days; day += 1) {
    log.moveTo(at(day))
    for (const [n, id] of [plain, brief, lasting].entries()) {
      await log.obey(triggered(id, day * 10 + n, day))
      await succeeded(log, id, day * 10 + n, day)
    }
  }
  return log
}

const started = async () => {
  const log = await written()
  const url = await postgres.freshUrl()
  const db = postgres.connect(url)
  await migrate(db)
  await project(log.store, db)
  /** While somebody has read from the runs and not come to an end. */
  const whileReading = <A>(work: () => Promise<A>): Promise<A> =>
    postgres
      .connect(url)
      .transaction()
      .execute(async (tx) => {
        await sql`select count(*) from carillon_read.runs`.execute(tx)
        return work()
      })
  return { log, db, whileReading }
}

const pruning = (db: ReadDatabase, more: Partial<Pruning> = {}): Pruning => ({
  db,
  schema: 'carillon_read',
  now: at(days, 5_000),
  serviceDays: 5,
  breathe: () => Promise.resolve(),
  signal: new AbortController().signal,
  ...more,
})

const daysOf = async (db: ReadDatabase, id: TaskId, table = 'runs', column = 'triggered_at') => {
  const { rows } = await sql<{ day: number }>`
    select extract(day from ${sql.id(column)} at time zone 'UTC')::int as day
    from carillon_read.${sql.id(table)} join carillon_read.tasks t using (task_no)
    where t.job = ${id.job} ${table === 'activity' ? sql`and type = 'TaskTriggered'` : sql``}
    order by 1`.execute(db)
  return rows.map(({ day }) => day)
}

const partitions = async (db: ReadDatabase) => {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_class
    where relname ~ '^runs_[0-9]{8}$' and relnamespace = 'carillon_read'::regnamespace
    order by 1`.execute(db)
  return rows.map(({ name }) => Number(name.slice(-2)))
}

const upTo = (from: number) => Array.from({ length: days - from + 1 }, (_, n) => from + n)

describe('pruning', () => {
  test('leaves each task what it keeps, and every run that is open', async () => {
    const { db } = await started()
    const pruned = await prune(pruning(db, { batchMax: 1 }))
    // Of each run a row, its two events, and of each day the minute of the group and of the tenant.
    expect(pruned).toEqual({ days: 0, rows: (6 + 9) * 3 + 1 + 6 * 2, postponed: 0 })
    for (const [table, column] of [
      ['runs', 'triggered_at'] as const,
      ['activity', 'at'] as const,
    ]) {
      expect(await daysOf(db, plain, table, column)).toEqual(upTo(7))
      expect(await daysOf(db, brief, table, column)).toEqual(upTo(10))
      expect(await daysOf(db, lasting, table, column)).toEqual(upTo(1))
    }
    const queries = createQueries(db)
    const open = right(
      await queries.runs(
        { tenant: 'default', outcomes: ['running'] },
        { limit: 9, cursor: null },
      )(),
    )
    expect(open.items).toMatchObject([{ runId: runId(1), triggeredAt: at(1) }])
    const deeds = right(
      await queries.activity(
        { tenant: 'default', types: ['TaskAdded'] },
        { limit: 9, cursor: null },
      )(),
    )
    expect(deeds).toMatchObject({ items: [{ actor: 'ann' }, {}, {}], retainedFrom: null })
    expect(await prune(pruning(db))).toEqual({ days: 0, rows: 0, postponed: 0 })
  })

  test('drops whole days once no task keeps them', async () => {
    const { db, log } = await started()
    await added(log, lasting, days, 6)
    await project(log.store, db)
    expect(await prune(pruning(db))).toMatchObject({ days: 5 * 2, postponed: 0 })
    expect(await partitions(db)).toEqual(upTo(6))
    expect(await daysOf(db, lasting)).toEqual(upTo(6))
  })

  test('that is wished longer again brings nothing back, and the answers say so', async () => {
    const { db, log } = await started()
    await prune(pruning(db))
    await added(log, brief, days, 300)
    await project(log.store, db)
    await prune(pruning(db, { serviceDays: 300 }))
    const queries = createQueries(db)
    const horizon = async (job?: string, from?: number) => {
      const filter = { tenant: 'default', ...(job === undefined ? {} : { group: 'g', job }) }
      const since = from === undefined ? {} : { from: at(from) }
      const page = { limit: 9, cursor: null }
      const runs = right(await queries.runs({ ...filter, ...since }, page)())
      const ledger = right(await queries.ledger({ ...filter, ...since }, page)())
      const activity = right(await queries.activity({ ...filter, ...since }, page)())
      expect([ledger.retainedFrom, activity.retainedFrom]).toEqual(Array(2).fill(runs.retainedFrom))
      return runs.retainedFrom
    }
    expect(await horizon()).toBe(at(7))
    expect(await horizon('plain')).toBe(at(7))
    expect(await horizon('brief')).toBe(at(10))
    expect(await horizon('brief', 10)).toBe(null)
    expect(await horizon('lasting')).toBe(null)
    expect(await horizon('plain', 6)).toBe(at(7))
    const mintedOn = (day: number) =>
      right(RunId.decode(`${at(day).toString(16).padStart(12, '0')}7${'0'.repeat(19)}`))
    for (const [day, retainedFrom] of [
      [2, at(10)],
      [11, null],
    ] as const)
      expect(right(await queries.run(mintedOn(day))())).toMatchObject({ item: null, retainedFrom })
    const minutes = { tenant: 'default', step: 'minute', zone: 'UTC', until: at(8) } as const
    expect(right(await queries.stats({ ...minutes, from: at(6) })())).toMatchObject({
      retainedFrom: at(7),
    })
    const hours = { ...minutes, step: 'hour', from: at(1) } as const
    const kept = right(await queries.stats(hours)())
    expect([kept.retainedFrom, bucketsIn(kept)[0]?.fired]).toEqual([null, 4])
  })

  test('waits for nobody who reads, and holds nobody up', async () => {
    const { db, log, whileReading } = await started()
    const done = await whileReading(() => prune(pruning(db, { serviceDays: 1 })))
    expect(done.rows).toBeGreaterThan(0)
    for (const id of [lasting, brief]) await added(log, id, days, 1)
    await project(log.store, db)
    const postponed = await whileReading(() => prune(pruning(db, { serviceDays: 1 })))
    expect(postponed.postponed).toBeGreaterThan(0)
    expect(await prune(pruning(db, { serviceDays: 1 }))).toMatchObject({ postponed: 0 })
    expect(await partitions(db)).toEqual([11, 12])
  })
})

test('a run that ends after its day was dropped is written all the same, by a projector that knew the day', async () => {
  const { db, log } = await started()
  for (const id of [brief, lasting]) await added(log, id, days, 1)
  const failures: unknown[] = []
  const warn = (details: object): void => void failures.push(details)
  const loud = { ...quiet, warn, error: warn }
  const projector = createProjector({ store: log.store, db, clock: systemClock, log: loud })
  const stop = new AbortController()
  const running = projector.run(stop.signal)
  await log.obey(triggered(plain, 500, 1))
  await reaches(projector, await succeeded(log, plain, 500, 1))
  await prune(pruning(db, { serviceDays: 1 }))
  expect(await partitions(db)).toEqual([11, 12])
  await reaches(projector, await succeeded(log, plain, 1, 1))
  expect(await daysOf(db, plain)).toEqual([1, 11, 12])
  expect(failures).toEqual([])
  stop.abort()
  await running
})

test('a rebuild brings back what is within the retention, and no more', async () => {
  const { db, log } = await started()
  await createRebuilds(db)
  await prune(pruning(db))
  const before = await everyRow(db)
  const clock = { ...systemClock, now: () => at(days, 6_000) }
  const rebuilt = async (retentionDays: number) => {
    const projections = createProjections(db)
    await projections.rebuild({ reason: null, forced: false })()
    const stop = new AbortController()
    const deps = {
      store: log.store,
      db,
      clock,
      log: quiet,
      retentionDays,
      logWholeFrom: () => Promise.resolve(null),
    }
    const running = createRebuilder(deps).run(stop.signal)
    await expect
      .poll(async () => right(await projections.list()())[0]?.rebuilding, { timeout: 20_000 })
      .toBe(null)
    stop.abort()
    await running
    return right(await projections.list()())[0]?.lastRebuild
  }
  const same = await rebuilt(5)
  expect(same).toMatchObject({ state: 'done', problem: null })
  expect(same?.counts?.every(({ served, rebuilt: now }) => served === now)).toBe(true)
  expect(await everyRow(db)).toEqual(before)
  expect(await rebuilt(300)).toMatchObject({ state: 'done' })
  expect(await daysOf(db, plain)).toEqual(upTo(1))
  expect(await daysOf(db, brief)).toEqual(upTo(10))
})
