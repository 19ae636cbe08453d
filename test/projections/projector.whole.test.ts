// The projector among its troubles: pages shown twice, two of its kind, a database that dies, an
// event nobody can read.
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { revisionOf, streamNameOf } from '../../src/event-store/checked.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { applyBatch, CheckpointMoved } from '../../src/projections/apply-batch.ts'
import { readCheckpoint } from '../../src/projections/checkpoint.ts'
import { decodePage } from '../../src/projections/entry.ts'
import { UndecodableEventError } from '../../src/projections/follow-log.ts'
import { emptyMemory } from '../../src/projections/memory.ts'
import { migrate, readSchema } from '../../src/projections/migrate.ts'
import { createProjector } from '../../src/projections/projector.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { right } from '../support/either.ts'
import { definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { histories, reportAt, writeHistory } from './history.ts'
import { createLog, everyRow, project, quiet, reaches, usePostgres, type Written } from './kit.ts'

const postgres = usePostgres()

const someHistory = async (seed: number): Promise<Written> => {
  const log = createLog()
  for (const history of fc.sample(histories, { seed, numRuns: 4 })) await writeHistory(log, history)
  return log
}

/** Shows every page twice, and every second one a third time after the next. */
const repeating = (store: EventStore): EventStore => ({
  ...store,
  subscribe: async function* (options) {
    let before = null
    for await (const page of store.subscribe(options)) {
      yield page
      yield page
      if (before !== null) yield before
      before = page
    }
  },
})

describe('whatever is shown again', () => {
  test('changes nothing: pages repeated, out of order', async () => {
    const log = await someHistory(1)
    const [once, again] = [await postgres.fresh(), await postgres.fresh()]
    await project(log.store, once)
    await project(repeating(log.store), again, { batchMax: 5 })
    expect(await everyRow(again)).toEqual(await everyRow(once))
  })

  test('changes nothing: a projector started again, and again from nothing', async () => {
    const log = await someHistory(2)
    const db = await postgres.fresh()
    await project(log.store, db)
    const rows = await everyRow(db)
    await project(log.store, db)
    expect(await everyRow(db)).toEqual(rows)
    await sql`drop schema carillon_read cascade`.execute(db)
    await migrate(db)
    await project(log.store, db, { batchMax: 7 })
    expect(await everyRow(db)).toEqual(rows)
  })
})

describe('two projectors', () => {
  test('that run together write what one would, and the second goes on when the first stops', async () => {
    const log = await someHistory(3)
    const db = await postgres.fresh()
    const [one, two] = [1, 2].map(() =>
      createProjector({ store: log.store, db, clock: systemClock, log: quiet, batchMax: 3 }),
    )
    const [stopOne, stopTwo] = [new AbortController(), new AbortController()]
    const [runOne, runTwo] = [one!.run(stopOne.signal), two!.run(stopTwo.signal)]
    const head = right(await log.store.head()())
    await Promise.all([reaches(one!, head!), reaches(two!, head!)])
    const applying = one!.status().state === 'applying' ? [one!, two!] : [two!, one!]
    expect(applying.map((projector) => projector.status().state)).toEqual([
      'applying',
      'standing-by',
    ])
    ;(applying[0] === one ? stopOne : stopTwo).abort()
    const added = { ...definitionOf(every(1_000)), name: 'later' }
    const later = await log.append(taskId('later'), [
      { type: 'TaskAdded', addedAt: instantAt(1), definition: added, trigger },
    ])
    await reaches(applying[1]!, later)
    stopOne.abort()
    stopTwo.abort()
    await Promise.all([runOne, runTwo])

    const alone = await postgres.fresh()
    await project(log.store, alone)
    expect(await everyRow(db)).toEqual(await everyRow(alone))
  })

  test('the one that finds the checkpoint moved writes nothing', async () => {
    const log = await someHistory(4)
    const db = await postgres.fresh()
    const stale = emptyMemory(await readCheckpoint(db, readSchema))
    await project(log.store, db)
    const rows = await everyRow(db)
    const options = { after: null, prefixes: [], limit: 10 }
    const page = right(await log.store.readAll(options)())
    const { entries, tests } = decodePage(page, stale.tasks)
    const batch = { entries, tests, through: page.through, ageMs: () => null }
    await expect(applyBatch(db, readSchema, stale, batch)).rejects.toThrow(CheckpointMoved)
    expect(await everyRow(db)).toEqual(rows)
  })
})

const trigger = {
  decidedThrough: instantAt(0),
  startAt: instantAt(0),
  repeatCount: -1,
  timesTriggered: 0,
}

test('a database that dies is followed up from the checkpoint when it is back', async () => {
  const server = postgres.server()
  if (server === null) return // somebody else's server: not ours to kill
  const log = await someHistory(5)
  const db = await postgres.fresh()
  const states: string[] = []
  const lines = { ...quiet, warn: () => states.push(projector.status().state) }
  const projector = createProjector({ store: log.store, db, clock: systemClock, log: lines })
  const stop = new AbortController()
  const running = projector.run(stop.signal)
  await reaches(projector, right(await log.store.head()())!)
  await server.crash()
  await writeHistory(log, fc.sample(histories, { seed: 6, numRuns: 1 })[0]!)
  await server.start()
  await reaches(projector, right(await log.store.head()())!)
  stop.abort()
  await running
  expect(states).toContain('failing')

  const alone = await postgres.fresh()
  await project(log.store, alone)
  expect(await everyRow(db)).toEqual(await everyRow(alone))
})

test('an event that cannot be read stops the projector right before it, by name', async () => {
  const log = await someHistory(7)
  const before = right(await log.store.head()())
  const stream = streamNameOf('task-default/g/broken')
  const events = [0, 1].map((n) => ({
    id: `00000000-0000-4000-8000-00000000000${n}`,
    type: n === 0 ? 'TaskDeleted' : 'TaskShrunk',
    data: { deletedAt: '2026-11-23T08:00:00.000Z' },
    metadata: {},
  }))
  right(await log.store.append([{ stream, expected: 'none', events }])())
  const db = await postgres.fresh()
  const projector = createProjector({ store: log.store, db, clock: systemClock, log: quiet })
  const failure = await projector.run(new AbortController().signal).catch((e: unknown) => e)
  if (!(failure instanceof UndecodableEventError)) throw failure
  expect(failure.fault).toMatchObject({ stream, revision: revisionOf(1) })
  expect(projector.status()).toMatchObject({ state: 'failing', failure: failure.message })
  expect(projector.position()! > before!).toBe(true)
  const { rows } = await sql`select type from carillon_read.activity
    where type in ('TaskAdded', 'TaskDeleted') order by seq desc limit 1`.execute(db)
  expect(rows).toEqual([{ type: 'TaskDeleted' }])
})

test('waiting for a position ends when it is reached, or with the time', async () => {
  const log = await someHistory(8)
  const db = await postgres.fresh()
  const options = { store: log.store, db, clock: systemClock, log: quiet }
  const [applying, reader] = [createProjector(options), createProjector(options)]
  const head = right(await log.store.head()())!
  expect(await applying.waitFor(head, 20)).toBe(false)
  const stop = new AbortController()
  const waiting = [reader.waitFor(head, 20_000), applying.waitFor(head, 20_000)]
  const running = applying.run(stop.signal)
  expect(await Promise.all(waiting)).toEqual([true, true])
  expect(reader.position()).toBe(applying.position())
  stop.abort()
  await running
})

test('while more urgent work goes first nothing is written, until somebody waits for it', async () => {
  const log = await someHistory(8)
  const db = await postgres.fresh()
  let asked = 0
  const projector = createProjector({
    store: log.store,
    db,
    // The history is of the year 1970.
    clock: { ...systemClock, now: () => 0 },
    log: quiet,
    patienceMs: () => ((asked += 1), Number.MAX_SAFE_INTEGER),
  })
  const stop = new AbortController()
  const running = projector.run(stop.signal)
  await expect.poll(() => asked).toBeGreaterThan(3)
  expect(projector.position()).toBeNull()
  const head = right(await log.store.head()())!
  expect(await projector.waitFor(head, 10_000)).toBe(true)
  stop.abort()
  await running
})

test('values that Postgres cannot hold do not stop it', async () => {
  const log = createLog()
  const odd = taskId('odd')
  const definition = definitionOf(every(1_000, { startAt: instantAt(-8.64e15) }), {
    name: 'a\0b\ud800',
    dataJson: '"\\u0000"',
    priority: Number.MAX_VALUE,
  })
  const report = { ...reportAt(0), statusCode: 1e12 }
  const fire = (id: number): TaskEvent => ({
    type: 'TaskTriggered',
    runId: runId(id),
    cause: 'schedule',
    scheduledFor: instantAt(-8.64e15),
    decidedAt: instantAt(Date.UTC(2026, 10, 23)),
    waitsFor: null,
    trigger: { ...trigger, startAt: instantAt(-8.64e15) },
    calendars: {},
    tzVersion: '1',
  })
  const end = { attempt: 1, finishedAt: instantAt(8.64e15), report } as const
  await log.append(
    odd,
    [
      { type: 'TaskAdded', addedAt: instantAt(0), definition, trigger },
      fire(1),
      { type: 'RecallSucceeded', runId: runId(1), resultValue: '\0', ...end },
      fire(2),
      {
        type: 'RecallFailed',
        runId: runId(2),
        reason: '',
        retryAt: null,
        terminal: true,
        resultValue: null,
        ...end,
      },
    ],
    { actor: 'x'.repeat(9_000), reason: '\0' },
  )
  const db = await postgres.fresh()
  await project(log.store, db)
  const { rows } = await sql`select outcome, status_code, result_value
    from carillon_read.runs order by seq`.execute(db)
  expect(rows).toEqual([
    { outcome: 'succeeded', status_code: 2_147_483_647, result_value: '\uFFFD' },
    { outcome: 'failed', status_code: 2_147_483_647, result_value: null },
  ])
})
