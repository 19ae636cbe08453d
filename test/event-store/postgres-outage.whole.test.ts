// What happens when the server, a connection or the credentials are not there.
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppendOutcome, EventStore, StreamAppend } from '../../src/event-store/event-store.ts'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import {
  append,
  appended,
  category,
  eventsOf,
  follow,
  idsOf,
  newEvents,
  newStream,
  readToHead,
  revision,
  run,
  streamOf,
  wholeStream,
} from '../contracts/event-store/kit.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const open = async (url: string): Promise<EventStore> =>
  (await run(createPostgresEventStore({ url }))).store

/** What every caller of `append` does after an unknown outcome. */
const untilAnswered = async (
  store: EventStore,
  appends: readonly StreamAppend[],
): Promise<readonly AppendOutcome[]> => {
  for (;;) {
    const answer = await store.append(appends)()
    if (E.isRight(answer)) return answer.right
    expect(answer.left.retryable).toBe(true)
  }
}

test.skipIf(process.env['TEST_DATABASE_URL'] !== undefined)(
  'through crashes of the server every append lands once and every subscriber goes on',
  async () => {
    const url = await postgres.freshDatabase()
    const [store, second] = [await open(url), await open(url)]
    const of = category()
    const prefixes = [`${of}-`]
    const followers = [store, second].map((s) => follow(s, { after: null, prefixes, limit: 50 }))
    const stopping = { value: false }
    const write = async (writer: EventStore): Promise<number> => {
      const streams = Array.from({ length: 20 }, () => newStream(of))
      let round = 0
      for (; !stopping.value; round += 1) {
        const appends = streams.map((stream): StreamAppend => ({
          stream,
          expected: round === 0 ? 'none' : revision(round - 1),
          events: newEvents(1),
        }))
        const outcomes = await untilAnswered(writer, appends)
        expect(outcomes.map((o) => appended(o).revision)).toEqual(streams.map(() => round))
      }
      return round * streams.length
    }
    const writing = Promise.all([store, store, second].map(write))

    for (let crash = 1; crash <= 2; crash += 1) {
      const seen = followers[0]?.events().length ?? 0
      await followers[0]?.until(() => (followers[0]?.events().length ?? 0) > seen + 100)
      await postgres.server?.crash()
      await postgres.server?.start()
    }
    const seen = followers[1]?.events().length ?? 0
    await followers[1]?.until(() => (followers[1]?.events().length ?? 0) > seen + 100)
    stopping.value = true

    const total = (await writing).reduce((a, b) => a + b, 0)
    const log = eventsOf(await readToHead(store, { after: null, prefixes, limit: 1_000 }))
    expect(log).toHaveLength(total)
    for (const follower of followers) {
      await follower.until(() => follower.events().length >= total)
      await follower.stop()
      expect(idsOf(follower.events())).toEqual(idsOf(log))
    }
    await Promise.all([store.close(), second.close()])
  },
)

test('cut connections are replaced, and nothing is missed meanwhile', async () => {
  const url = await postgres.freshDatabase()
  const [store, second] = [await open(url), await open(url)]
  const of = category()
  const stream = await streamOf(store, newEvents(1), newStream(of))
  const follower = follow(second, { after: null, prefixes: [`${of}-`], limit: 10 })
  await follower.until(() => follower.events().length === 1)
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  for (let n = 1; n <= 5; n += 1) {
    await admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    const events = newEvents(1)
    await untilAnswered(store, [{ stream, expected: revision(n - 1), events }])
    await follower.until(() => follower.events().length === n + 1)
  }
  await admin.end()
  await follower.stop()
  expect(await wholeStream(store, stream)).toHaveLength(6)
  await Promise.all([store.close(), second.close()])
})

test('what time cannot cure is not retryable, an absent server is', async () => {
  const url = await postgres.freshDatabase()
  const wrong = (change: (u: URL) => void): string => {
    const changed = new URL(url)
    change(changed)
    return changed.href
  }
  const attempt = (changed: string) => createPostgresEventStore({ url: changed })()
  const fault = (retryable: boolean) => E.left({ type: 'StoreUnavailable', retryable })

  expect(await attempt(wrong((u) => (u.pathname = '/nowhere')))).toMatchObject(fault(false))
  if (process.env['TEST_DATABASE_URL'] === undefined) {
    expect(await attempt(wrong((u) => (u.password = 'guess')))).toMatchObject(fault(false))
  }
  expect(await attempt('postgres://nobody@127.0.0.1:9/none')).toMatchObject(fault(true))
})

test('several processes may open a new database at once', async () => {
  const url = await postgres.freshDatabase()
  const stores = await Promise.all([1, 2, 3, 4].map(() => open(url)))
  const stream = newStream()
  for (const [n, store] of stores.entries()) {
    await append(store, stream, n === 0 ? 'none' : revision(n - 1), newEvents(1))
  }
  await Promise.all(stores.map((store) => store.close()))
})

test('a schema of a newer release is left alone', async () => {
  const url = await postgres.freshDatabase()
  await (await open(url)).close()
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query('INSERT INTO carillon_log.migrations (version) VALUES (99)')
  await admin.end()
  expect(await createPostgresEventStore({ url })()).toMatchObject(
    E.left({ retryable: false, reason: expect.stringContaining('schema 99') }),
  )
})

test('truncated events leave the log', async () => {
  const url = await postgres.freshDatabase()
  const store = await open(url)
  const of = category()
  const stream = await streamOf(store, newEvents(5), newStream(of))
  await run(store.truncate(stream, revision(3)))
  const log = eventsOf(await readToHead(store, { after: null, prefixes: [`${of}-`], limit: 2 }))
  expect(log.map((e) => e.revision)).toEqual([3, 4])
  await store.close()
})

test('a stored event that cannot be understood stops its readers loudly', async () => {
  const url = await postgres.freshDatabase()
  const store = await open(url)
  const stream = await streamOf(store, newEvents(1))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`UPDATE carillon_log.events SET data = '{broken'`)
  await admin.end()
  await expect(wholeStream(store, stream)).rejects.toThrow(SyntaxError)
  const follower = follow(store, { after: null, prefixes: [], limit: 10 })
  await expect(follower.until(() => false)).rejects.toThrow(SyntaxError)
  await store.close()
})

test('the log works in a database with settings of its own', async () => {
  const url = await postgres.freshDatabase()
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  const name = admin.database ?? ''
  await admin.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`)
  await admin.query(`ALTER DATABASE ${name} SET TimeZone = 'Asia/Shanghai'`)
  await admin.query(`ALTER DATABASE ${name} SET search_path = 'nowhere'`)
  await admin.end()
  const [store, second] = [await open(url), await open(url)]
  const stream = newStream()
  const all = Array.from({ length: 20 }, () => newEvents(2))
  await Promise.all(
    all.map((events, n) => append(n % 2 === 0 ? store : second, stream, 'any', events)),
  )
  expect(await wholeStream(store, stream)).toHaveLength(40)
  await Promise.all([store.close(), second.close()])
})
