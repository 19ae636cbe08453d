// Who holds a reader back, and who does not. An append in flight at an earlier position must; a
// foreign transaction, a stopped client and a half-sent request must not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EventStore, StreamName } from '../../src/event-store/event-store.ts'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import {
  append,
  appended,
  category,
  follow,
  newEvent,
  newEvents,
  newStream,
  revision,
  run,
  streamOf,
  wholeStream,
  within,
} from '../contracts/event-store/kit.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let postgres: TestPostgres
let url: string
let store: EventStore
let second: EventStore
let other: pg.Client

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

beforeEach(async () => {
  url = await postgres.freshDatabase()
  store = (await run(createPostgresEventStore({ url }))).store
  second = (await run(createPostgresEventStore({ url }))).store
  other = await connect(url)
})
afterEach(async () => {
  await other.end()
  await Promise.all([store.close(), second.close()])
})

test('a reader waits for an append in flight at an earlier position', async () => {
  const of = category()
  const [first, blocked, free] = await threeStreams(of)
  const after = await run(store.head())
  const follower = follow(second, { after, prefixes: [`${of}-`], limit: 100 })
  await takeRevisionOne(blocked)
  const slow = run(store.append([first, blocked].map((stream) => growing(stream))))
  await untilAnAppendWaits()

  const quick = appended(await append(second, free, revision(0), newEvents(1)))

  for (const reader of [store, second]) {
    const page = await run(reader.readAll({ after, prefixes: [], limit: 100 }))
    expect(page).toEqual({ events: [], through: after, atHead: true })
    expect(await run(reader.head())).toBe(after)
  }
  expect(follower.events()).toEqual([])

  await other.query('ROLLBACK')

  const [one, two] = (await slow).map(appended)
  expect(one && store.comparePositions(one.position, quick.position)).toBeLessThan(0)
  await follower.until(() => follower.events().length === 3)
  await follower.stop()
  expect(follower.events().map((e) => e.position)).toEqual([
    one?.position,
    two?.position,
    quick.position,
  ])
})

test('an append that loses one stream to another process lands the others', async () => {
  const of = category()
  const [first, blocked, free] = await threeStreams(of)
  const after = await run(store.head())
  await takeRevisionOne(blocked)
  const slow = run(store.append([free, blocked, first].map((stream) => growing(stream))))
  await untilAnAppendWaits()
  await other.query('COMMIT')

  const outcomes = await slow

  expect(outcomes.map((o) => o.type)).toEqual(['Appended', 'Conflict', 'Appended'])
  expect(outcomes[1]).toEqual({ type: 'Conflict', actual: 1 })
  const page = await run(second.readAll({ after, prefixes: [`${of}-`], limit: 100 }))
  expect(page.events.map((e) => e.stream).sort()).toEqual([first, blocked, free].sort())
  expect(await wholeStream(store, blocked)).toHaveLength(2)
})

test('an append that was given up leaves no reader waiting', async () => {
  const [first, blocked, free] = await threeStreams(category())
  const after = await run(store.head())
  await takeRevisionOne(blocked)
  const slow = store.append([first, blocked].map((stream) => growing(stream)))()
  const pid = await untilAnAppendWaits()
  await append(second, free, revision(0), newEvents(1))

  await other.query('SELECT pg_terminate_backend($1, 5000)', [pid])

  expect(await slow).toMatchObject({ _tag: 'Left', left: { retryable: true } })
  const page = await run(second.readAll({ after, prefixes: [], limit: 100 }))
  expect(page.events.map((e) => e.stream)).toEqual([free])
  await other.query('ROLLBACK')
})

for (const vouched of [false, true]) {
  const writer = vouched ? 'a writer that had the head' : 'a writer that looks the head up'
  test(`${writer} is not deceived by a truncation meanwhile`, async () => {
    const [blocked, gone] = await threeStreams(category())
    const author = vouched ? store : (await run(createPostgresEventStore({ url }))).store
    await takeRevisionOne(blocked)
    const slow = run(author.append([blocked, gone].map((stream) => growing(stream))))
    await untilAnAppendWaits()
    await append(second, gone, revision(0), newEvents(1))
    await append(second, gone, revision(1), newEvents(1))
    await run(second.truncate(gone, revision(3)))
    await other.query('ROLLBACK')

    expect((await slow).map((o) => o.type)).toEqual(['Appended', 'Conflict'])
    expect(await wholeStream(store, gone)).toEqual([])
    if (!vouched) await author.close()
  })
}

test('a writer that had the head learns that it is gone', async () => {
  const stream = await streamOf(store, newEvents(3))
  await append(second, stream, revision(2), newEvents(2))
  await run(second.truncate(stream, revision(5)))

  expect(await append(store, stream, revision(2), newEvents(1))).toEqual({
    type: 'Conflict',
    actual: 4,
  })
  expect(appended(await append(store, stream, revision(4), newEvents(1))).revision).toBe(5)
  expect(appended(await append(store, stream, revision(5), newEvents(1))).revision).toBe(6)
})

test('an append that lost a deadlock is repeated', async () => {
  const [first, blocked] = await threeStreams(category())
  await other.query("SET deadlock_timeout = '1min'") // so that the append is the one to give way
  await takeRevisionOne(blocked)
  const append = run(store.append([first, blocked].map((stream) => growing(stream))))
  await untilAnAppendWaits()
  await insertRevisionOne(first)
  await other.query('ROLLBACK')

  expect((await append).map((o) => appended(o).revision)).toEqual([1, 1])
})

test('a long transaction of someone else holds nobody back', async () => {
  const of = category()
  const first = await streamOf(store, newEvents(1), newStream(of))
  const after = await run(store.head())
  await other.query('CREATE TABLE elsewhere (n integer)')
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await other.query('SELECT count(*) FROM carillon_log.events')
  await other.query('INSERT INTO elsewhere VALUES (1)')
  await other.query('LOCK TABLE elsewhere IN ACCESS EXCLUSIVE MODE')
  await other.query('SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock_shared(2, 3)')

  const follower = follow(second, { after, prefixes: [`${of}-`], limit: 10 })
  for (let n = 0; n < 50; n += 1) {
    await append(store, first, revision(n), newEvents(1))
    await append(second, newStream(of), 'none', newEvents(1))
  }
  await follower.until(() => follower.events().length === 100)
  await follower.stop()
  expect(await run(store.head())).toBe(follower.events().at(-1)?.position)
  await other.query('ROLLBACK')
})

test('an append is over when the server has done it, heard or not', async () => {
  const of = category()
  const stream = await streamOf(store, newEvents(1), newStream(of))
  const after = await run(store.head())
  // Everything but the last message of the request: the client was stopped before it sent that.
  other.query(
    unfinished(
      `CALL carillon_log.append('me', '{${stream}}', '{0}', '{0}', '{1}', '{1}', '{1}',
        '{0}', '{${newEvent().id}}', '{SomethingHappened}', '{}', '{}', null, null, null)`,
    ),
  )
  const follower = follow(second, { after, prefixes: [`${of}-`], limit: 10 })
  await follower.until(() => follower.events().length === 1)

  const next = await within(append(store, stream, revision(1), newEvents(1)))
  await follower.until(() => follower.events().length === 2)
  await follower.stop()

  expect(follower.events().at(-1)?.position).toBe(appended(next).position)
})

test('a process stopped in the middle of its appends holds nobody back', async () => {
  const of = category()
  const script = fileURLToPath(new URL('support/busy-writer.ts', import.meta.url))
  const writer = spawn(process.execPath, ['--import', 'tsx', script, url], { stdio: 'inherit' })
  try {
    const all = follow(store, { after: null, prefixes: [], limit: 1_000 })
    const mine = follow(second, { after: null, prefixes: [`${of}-`], limit: 10 })
    for (let round = 0; round < 8; round += 1) {
      const before = all.events().length
      await all.until(() => all.events().length > before + 100 * round)
      writer.kill('SIGSTOP')
      appended(await within(append(second, newStream(of), 'none', newEvents(1))))
      await mine.until(() => mine.events().length === round + 1)
      writer.kill('SIGCONT')
    }
    await Promise.all([all.stop(), mine.stop()])
    const positions = all.events().map((e) => e.position)
    expect(positions).toEqual([...positions].sort())
  } finally {
    const gone = once(writer, 'exit')
    writer.kill('SIGKILL')
    await gone
  }
})

/** A request whose Sync message never comes; whatever is answered is ignored. */
const unfinished = (text: string) => ({
  submit: (connection: pg.Connection) => {
    connection.parse({ name: '', text, types: [] }, true)
    connection.bind({}, true)
    connection.execute({}, true)
    connection.flush()
  },
  handleRowDescription: () => {},
  handleDataRow: () => {},
  handleCommandComplete: () => {},
  handleReadyForQuery: () => {},
  handleError: () => {},
})

const connect = async (to: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: to })
  client.on('error', () => {})
  await client.connect()
  return client
}

const threeStreams = async (of: string): Promise<readonly [StreamName, StreamName, StreamName]> => [
  await streamOf(store, newEvents(1), newStream(of)),
  await streamOf(store, newEvents(1), newStream(of)),
  await streamOf(store, newEvents(1), newStream(of)),
]

const growing = (stream: StreamName) => ({ stream, expected: revision(0), events: newEvents(1) })

/** A transaction that has written the stream's next revision and neither commits nor gives up. */
const takeRevisionOne = async (stream: StreamName): Promise<void> => {
  await other.query('BEGIN')
  await insertRevisionOne(stream)
}

const insertRevisionOne = async (stream: StreamName): Promise<void> => {
  const taken = await other.query(
    `INSERT INTO carillon_log.events
       SELECT nextval('carillon_log.positions'), 0, s.id, 1, gen_random_uuid(), 'Foreign', '{}', '{}'
       FROM carillon_log.streams s WHERE s.name = $1`,
    [stream],
  )
  expect(taken.rowCount).toBe(1)
}

const untilAnAppendWaits = async (): Promise<number> => {
  const watcher = await connect(url)
  try {
    for (;;) {
      const waiting = await watcher.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
           AND wait_event_type = 'Lock' AND query LIKE 'CALL carillon_log.append%'`,
      )
      if (waiting.rows[0] !== undefined) return waiting.rows[0].pid
    }
  } finally {
    await watcher.end()
  }
}
