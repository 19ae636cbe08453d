// Forgetting on real stores, with its records in Postgres: what is old goes behind books, whoever reads
// from then on folds the same state, and subscribers see a log without holes in what is left. Nothing
// can be recorded in the past, so the keeper's clock is ahead.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { taskStream } from '../../src/commands/tasks.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { TaskId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { streamNameOf } from '../../src/event-store/checked.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { createEventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.ts'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import { walk } from '../../src/retention/log-keeper.ts'
import { openPostgresRetentionRecords } from '../../src/retention/postgres-records.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { startSmallEventStoreDb } from '../support/eventstoredb/server.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { taskCommandsOver } from '../support/task-commands.ts'

const dayMs = 86_400_000
const keptMs = 30 * dayMs
const context = { source: 'api', correlationId: 'c' } as const

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const stores: readonly [string, (databaseUrl: string) => Promise<EventStore>][] = [
  [
    'Postgres',
    async (url) => right(await createPostgresEventStore({ url, log: () => undefined })()).store,
  ],
  [
    'EventStoreDB',
    async () => createEventStoreDbEventStore({ url: (await startSmallEventStoreDb()).url }),
  ],
]

describe.each(stores)('on %s', (_, open) => {
  test('what is old is forgotten, and nothing that is needed', async () => {
    const url = await postgres.freshDatabase()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create table follower (place text); insert into follower values (null)')
    const store = await open(url)
    const follower = { table: 'follower', column: 'place' }
    const records = await openPostgresRetentionRecords(url, [follower], () => undefined)
    const reach = async (place: string | null) =>
      client.query('update follower set place = $1', [place])
    let aheadMs = 0
    const now = () => instantAt(Date.now() + aheadMs)
    const commandsAnew = () => taskCommandsOver(store, now)
    const commands = commandsAnew()
    const obey = async (command: TaskCommand) => right(await commands.handle(command, context)())
    const [often, deleted, busy] = [taskId('often'), taskId('deleted'), taskId('busy')]
    const at = (id: TaskId) => ({ taskId: id, issuedAt: now() })
    const trigger = (id: TaskId, n: number) =>
      obey({
        ...{ ...at(id), type: 'TriggerTask', runId: runId(n) },
        context: { calendars: noCalendars, tzVersion: '1' },
      })
    const succeed = (id: TaskId, n: number) =>
      obey({
        ...{ ...at(id), type: 'RecordAttempt', runId: runId(n), attempt: 1, chance: 0 },
        ...{ report: null, result: { type: 'succeeded', resultValue: null } },
      })
    const eventsOf = async (id: TaskId) =>
      right(await store.readStream(taskStream(id), { direction: 'forwards', limit: 5_000 })()).map(
        ({ type }) => type,
      )
    const stateAnew = async (id: TaskId) => right(await commandsAnew().load(id)()).state

    for (const id of [often, deleted, busy])
      await obey({
        ...{ ...at(id), type: 'AddTask', replace: false },
        definition: definitionOf(every(1_000 * dayMs)),
      })
    for (let n = 1; n <= 230; n += 1) {
      await trigger(often, n)
      await succeed(often, n)
    }
    await trigger(busy, 1_000)
    await obey({ ...at(deleted), type: 'DeleteTask' })
    const metadata = { ...context, node: 'n' }
    const ofNode = ['NodeStarted', 'NodeStopped'].map((type) => ({
      ...{ id: randomUUID(), type, data: {}, metadata },
    }))
    const node = streamNameOf('node-old')
    right(await store.append([{ stream: node, expected: 'any', events: ofNode }])())
    const before = await Promise.all([often, busy].map((id) => stateAnew(id)))
    const keep = () =>
      walk(
        {
          ...{ store, commands, records, now, keptMs, clock: { ...systemClock, now } },
          ...{ newCorrelationId: randomUUID, breathe: () => Promise.resolve() },
          log: { info: () => {}, warn: () => {} },
        },
        new AbortController().signal,
      )

    await reach(right(await store.head()()))
    await keep()
    expect((await eventsOf(often))[0], 'nothing is old yet').toBe('TaskAdded')
    aheadMs = keptMs + dayMs
    await reach(null)
    expect(await keep()).toBe('one that follows the log has not begun')
    expect((await eventsOf(often))[0], 'somebody has not read it yet').toBe('TaskAdded')
    const keepAll = async () => {
      for (let walks = 0; walks < 3; walks += 1) {
        await reach(right(await store.head()()))
        await keep()
      }
    }
    await keepAll()
    expect((await eventsOf(often))[0]).toBe('TaskCarriedForward')
    expect((await eventsOf(often)).length).toBeLessThan(461)
    expect((await eventsOf(busy))[0], 'its run is open').toBe('TaskAdded')
    expect(right(await store.readStream(node, { direction: 'forwards', limit: 5 })())).toEqual([])
    const after = await Promise.all([often, busy].map((id) => stateAnew(id)))
    const lasting = (state: TaskState) => ({ ...state, uncarried: 0, sinceChange: 0 })
    expect(after.map(lasting)).toEqual(before.map(lasting))
    expect(right(await records.horizon()()).wholeFrom).not.toBeNull()
    aheadMs += keptMs + dayMs
    await keepAll()
    expect(await eventsOf(deleted)).toEqual(['TaskCarriedForward'])
    expect((await stateAnew(deleted)).status).toBe('Deleted')
    await trigger(often, 2_000)
    expect((await stateAnew(often)).runs.has(runId(2_000))).toBe(true)
    expect(await records.alone(() => records.alone(() => Promise.resolve(1))())()).toEqual(
      expect.objectContaining({ right: expect.objectContaining({ right: null }) as unknown }),
    )
    await records.close()
    await store.close()
    await client.end()
  })
})
