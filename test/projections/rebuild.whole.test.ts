// A rebuild fills a new version of the read models beside the one that serves, and takes its place
// with the very same rows, while tasks go on and questions are asked. Deleting everything does too.
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.ts'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector } from '../../src/projections/projector.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { createRebuilder } from '../../src/projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../../src/projections/rebuild/requests.ts'
import { isThere, nextSchema, oldSchema } from '../../src/projections/rebuild/schemas.ts'
import { createProjections } from '../../src/projections/rebuild/status.ts'
import type { Freshness } from '../../src/projections/views.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { right } from '../support/either.ts'
import { histories, writeHistory } from './history.ts'
import { createLog, everyRow, project, quiet, reaches, usePostgres } from './kit.ts'

const postgres = usePostgres()

/** Nothing is dropped for its age. */
const keeping = { retentionDays: null, logWholeFrom: () => Promise.resolve(null) }

const sampled = fc.sample(histories, { numRuns: 40, seed: 7 })

const started = async () => {
  const url = await postgres.freshUrl()
  const db = postgres.connect(url)
  await migrate(db)
  await createRebuilds(db)
  const log = createLog()
  await writeHistory(log, sampled.slice(0, 10).flat())
  await project(log.store, db)
  return { url, db, log, store: log.store }
}

const statusOf = async (db: ReadDatabase) => right(await createProjections(db).list()())[0]!
const wish = async (db: ReadDatabase, forced = false) =>
  right(await createProjections(db).rebuild({ reason: 'test', forced })())

/** Runs a rebuilder until nothing is wished for any more. */
const rebuilt = async (store: EventStore, db: ReadDatabase, batchMax = 50) => {
  const stop = new AbortController()
  const rebuilder = createRebuilder({
    store,
    db,
    clock: systemClock,
    log: quiet,
    batchMax,
    retentionDays: null,
    logWholeFrom: () => Promise.resolve(null),
  })
  const running = rebuilder.run(stop.signal)
  await expect
    .poll(async () => (await statusOf(db)).rebuilding, { timeout: 20_000, interval: 20 })
    .toBe(null)
  stop.abort()
  await running
  return (await statusOf(db)).lastRebuild
}

/** Without their names: those of partitions are made up by Postgres. */
const indexes = async (db: ReadDatabase) => {
  const { rows } = await sql`select regexp_replace(indexdef, ' INDEX \\S+', '') as index
    from pg_indexes where schemaname = 'carillon_read' order by 1`.execute(db)
  return rows
}

describe('a rebuild', () => {
  test('gives identical rows and indexes, and the old version is gone', async () => {
    const { db, store } = await started()
    const [rows, defined] = [await everyRow(db), await indexes(db)]
    expect(await wish(db)).toMatchObject({ state: 'requested', reason: 'test' })
    const done = await rebuilt(store, db)
    expect(done).toMatchObject({ state: 'done', problem: null })
    expect(done?.counts?.find(({ table }) => table === 'activity')?.rebuilt).toBeGreaterThan(50)
    expect(done?.counts?.every(({ served, rebuilt: now }) => served === now)).toBe(true)
    expect(await everyRow(db)).toEqual(rows)
    expect(await indexes(db)).toEqual(defined)
    expect([await isThere(db, oldSchema), await isThere(db, nextSchema)]).toEqual([false, false])
    expect((await statusOf(db)).version).toBe(2)
  })

  test('happens once, however many processes are there and however often it is wished for', async () => {
    const { db, store } = await started()
    const [first, second] = [await wish(db), await wish(db)]
    expect(second?.number).toBe(first?.number)
    await Promise.all([1, 2, 3].map(() => rebuilt(store, db)))
    expect((await statusOf(db)).version).toBe(2)
  })

  test('goes on under load: no question fails, nothing is lost, nothing is seen to go back', async () => {
    const { url, db, log, store } = await started()
    const stop = new AbortController()
    const failures: unknown[] = []
    const warn = (details: object): void => void failures.push(details)
    const loud = { ...quiet, warn, error: warn }
    const projector = createProjector({ store, db, clock: systemClock, log: loud })
    const projecting = projector.run(stop.signal)
    const rebuilder = createRebuilder({
      store,
      db,
      clock: systemClock,
      log: loud,
      batchMax: 20,
      ...keeping,
    })
    const rebuilding = rebuilder.run(stop.signal)
    const queries = createQueries(postgres.connect(url))
    let asked = 0
    const asking = (async () => {
      let seen = ''
      while (!stop.signal.aborted) {
        const answers = await Promise.all([
          queries.tasks({ tenant: 'default' }, { limit: 10, cursor: null })(),
          queries.runs({ tenant: 'default' }, { limit: 10, cursor: null })(),
          queries.activity({ tenant: 'default' }, { limit: 10, cursor: null })(),
        ])
        for (const { freshness, items } of answers.map((answer) =>
          right<{ freshness: Freshness; items: readonly unknown[] }>(answer),
        )) {
          expect(items.length).toBeGreaterThan(0)
          expect(freshness.position).not.toBe(null)
        }
        const position = right(answers[0]).freshness.position ?? ''
        expect(position >= seen).toBe(true)
        seen = position
        asked += 1
      }
    })()
    for (const history of sampled.slice(10, 25)) {
      await wish(db)
      await writeHistory(log, history)
    }
    await expect
      .poll(async () => (await statusOf(db)).version, { timeout: 20_000, interval: 20 })
      .toBeGreaterThan(1)
    await expect
      .poll(async () => (await statusOf(db)).rebuilding, { timeout: 20_000, interval: 20 })
      .toBe(null)
    for (const history of sampled.slice(25)) await writeHistory(log, history)
    await reaches(projector, right(await store.head()())!)
    stop.abort()
    await Promise.all([projecting, rebuilding, asking])
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(5)
    const fresh = await postgres.fresh()
    await project(store, fresh)
    expect(await everyRow(db)).toEqual(await everyRow(fresh))
  })

  test('that is interrupted goes on where it stood; other code begins anew', async () => {
    const { db, store } = await started()
    const rows = await everyRow(db)
    for (const filledBy of ['same code', 'other code']) {
      await wish(db)
      const stop = new AbortController()
      let reads = 0
      const interrupted: EventStore = {
        ...store,
        readAll: (options) => {
          reads += 1
          if (reads === 4) stop.abort()
          return store.readAll(options)
        },
      }
      const deps = {
        store: interrupted,
        db,
        clock: systemClock,
        log: quiet,
        batchMax: 10,
        ...keeping,
      }
      await createRebuilder(deps).run(stop.signal)
      const { rebuilding } = await statusOf(db)
      expect(rebuilding).toMatchObject({ state: 'filling' })
      const before = rebuilding!.filled!.events
      expect(before).toBeGreaterThan(0)
      if (filledBy === 'other code')
        await sql`update carillon_rebuilds.rebuilds set filled_by = 'other'`.execute(db)
      const firstReads: (string | null)[] = []
      const watched: EventStore = {
        ...store,
        readAll: (options) => {
          firstReads.push(options.after)
          return store.readAll(options)
        },
      }
      expect(await rebuilt(watched, db)).toMatchObject({ state: 'done' })
      expect(firstReads[0] === null).toBe(filledBy === 'other code')
      expect(await everyRow(db)).toEqual(rows)
    }
  })

  test('that would lose rows is refused, unless that is wanted', async () => {
    const { db, store } = await started()
    await sql`insert into carillon_read.activity (at, seq, revision, task_no, group_no, type, position)
      values (now(), 1000000, 0, 1, 1, 'TaskAdded', '0')`.execute(db)
    await wish(db)
    const refused = await rebuilt(store, db)
    expect(refused).toMatchObject({
      state: 'refused',
      problem: expect.stringMatching(/fewer rows: activity \d+ instead of \d+/),
    })
    expect(await isThere(db, nextSchema)).toBe(false)
    await wish(db, true)
    expect(await rebuilt(store, db)).toMatchObject({ state: 'done' })
    const { rows } = await sql`select from carillon_read.activity where seq = 1000000`.execute(db)
    expect(rows).toEqual([])
  })

  test('ends at an event that cannot be read, and the served version goes on', async () => {
    const { db, store } = await started()
    const rows = await everyRow(db)
    const strange: EventStore = {
      ...store,
      readAll: (options) => async () => {
        const page = right(await store.readAll(options)())
        const [first, ...others] = page.events
        const events = first === undefined ? [] : [{ ...first, type: 'TaskBewitched' }, ...others]
        return { _tag: 'Right', right: { ...page, events } }
      },
    }
    await wish(db)
    expect(await rebuilt(strange, db)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('cannot read event'),
    })
    expect(await everyRow(db)).toEqual(rows)
    expect(await isThere(db, nextSchema)).toBe(false)
  })

  test('what a process left that died after the exchange is cleared away by the next', async () => {
    const { db, store } = await started()
    await migrate(db, oldSchema)
    await migrate(db, nextSchema)
    const stop = new AbortController()
    const deps = { store, db, clock: systemClock, log: quiet, ...keeping }
    const running = createRebuilder(deps).run(stop.signal)
    await expect.poll(() => isThere(db, oldSchema), { timeout: 20_000 }).toBe(false)
    await expect.poll(() => isThere(db, nextSchema), { timeout: 20_000 }).toBe(false)
    stop.abort()
    await running
  })
})

test('the read models deleted altogether come back with identical rows', async () => {
  const { db, store } = await started()
  const rows = await everyRow(db)
  await sql`drop schema carillon_read cascade`.execute(db)
  await sql`drop schema carillon_rebuilds cascade`.execute(db)
  await migrate(db)
  await createRebuilds(db)
  await project(store, db)
  expect(await everyRow(db)).toEqual(rows)
  expect((await statusOf(db)).version).toBe(1)
})
