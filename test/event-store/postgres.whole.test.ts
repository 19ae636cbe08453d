import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import { eventStoreContract } from '../contracts/event-store-contract.ts'
import type { LogPage, Position } from '../../src/event-store/event-store.ts'
import { newEvents, run, streamName } from '../contracts/event-store/kit.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

eventStoreContract('the Postgres event store', async () => {
  const url = await postgres.freshDatabase()
  const { store } = await run(createPostgresEventStore({ url }))
  const { store: second } = await run(createPostgresEventStore({ url }))
  return { store, second }
})

test('all migrations together give the schema that is written down here', async () => {
  const url = await postgres.freshDatabase()
  await (await run(createPostgresEventStore({ url }))).store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const columns = await client.query<{ line: string }>(
    `SELECT format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN '' ELSE ' null' END) AS line
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'carillon_log'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
       ORDER BY c.relname, a.attnum`,
  )
  const others = await client.query<{ line: string }>(
    `SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index i JOIN pg_class c ON c.oid = indexrelid
       WHERE c.relnamespace = 'carillon_log'::regnamespace
     UNION ALL
     SELECT oid::regprocedure::text FROM pg_proc
       WHERE pronamespace = 'carillon_log'::regnamespace
     ORDER BY 1`,
  )
  await client.end()
  expect(columns.rows.map((r) => r.line)).toMatchInlineSnapshot(`
    [
      "events.position bigint",
      "events.recorded_at_ms bigint",
      "events.stream_id integer",
      "events.revision integer",
      "events.id uuid",
      "events.type text",
      "events.data text",
      "events.metadata text",
      "migrations.version integer",
      "migrations.applied_at timestamp with time zone",
      "streams.id integer",
      "streams.digest bytea",
      "streams.name text",
      "streams.truncated_before integer",
      "truncations.count bigint",
    ]
  `)
  expect(others.rows.map((r) => r.line)).toMatchInlineSnapshot(`
    [
      "CREATE UNIQUE INDEX events_position ON carillon_log.events USING btree ("position")",
      "CREATE UNIQUE INDEX events_revision ON carillon_log.events USING btree (stream_id, revision)",
      "CREATE UNIQUE INDEX migrations_pkey ON carillon_log.migrations USING btree (version)",
      "CREATE UNIQUE INDEX streams_digest_key ON carillon_log.streams USING btree (digest)",
      "CREATE UNIQUE INDEX streams_pkey ON carillon_log.streams USING btree (id)",
      "carillon_log.append(text,text[],integer[],integer[],integer[],integer[],integer[],integer[],uuid[],text[],text,text,bigint,integer[],bigint[])",
      "carillon_log.head()",
      "carillon_log.horizon()",
      "carillon_log.horizon_lock(bigint)",
      "carillon_log.page(bigint,integer)",
      "carillon_log.stream_digest(text)",
      "carillon_log.truncate(text,integer)",
    ]
  `)
})

test('the few events of a thin prefix are found among many others, in order and without a gap', async () => {
  const { store } = await run(createPostgresEventStore({ url: await postgres.freshDatabase() }))
  const appendTo = async (stream: string, count: number): Promise<void> => {
    const events = newEvents(count)
    await run(store.append([{ stream: streamName(stream), expected: 'any', events }]))
  }
  for (let n = 0; n < 12; n += 1) {
    await appendTo('task-default/g/j', 400)
    await appendTo(`node-${n % 3}`, 1)
  }
  const everything = await run(store.readAll({ after: null, prefixes: [], limit: 10_000 }))
  const wanted = everything.events.filter(({ stream }) => stream.startsWith('node-'))
  const found: string[] = []
  let after: Position | null = null
  for (let pages = 1; ; pages += 1) {
    const prefixes = ['node-', 'calendar-']
    const page: LogPage = await run(store.readAll({ after, prefixes, limit: 5 }))
    found.push(...page.events.map(({ position }) => position))
    after = page.through
    expect(pages).toBeLessThan(6)
    if (page.atHead) break
  }
  expect(found).toEqual(wanted.map(({ position }) => position))
  expect(after).toBe(everything.through)
  await appendTo('node-new', 1)
  const next = await run(store.readAll({ after, prefixes: ['node-'], limit: 5 }))
  expect(next.events.map(({ stream }) => stream)).toEqual(['node-new'])
  await store.close()
})
