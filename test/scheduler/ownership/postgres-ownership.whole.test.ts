// Ownership in real tables: the same shares as in the process, one holder each, agenda writes fenced
// by it; and a database that a version with one lease has used goes on from where that one was.
import pg from 'pg'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RunId } from '../../../src/domain/task/ids.ts'
import { Position } from '../../../src/event-store/event-store.ts'
import {
  openAgendaDatabase,
  type AgendaDatabase,
} from '../../../src/scheduler/agenda/postgres-agenda-store.ts'
import { allShares, shareOf } from '../../../src/scheduler/ownership/shares.ts'
import { right } from '../../support/either.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'

const leaseMs = 15_000
const at = right(Position.decode('00000000000000000042'))
const [a, b] = ['a', 'b'].map((node) => ({ node, place: 'here', pid: 1 })) as [Node, Node]
type Node = { readonly node: string; readonly place: string; readonly pid: number }

let postgres: TestPostgres
let url: string
let client: pg.Client
const opened: AgendaDatabase[] = []

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())
beforeEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()))
  url = await postgres.freshDatabase()
  client = new pg.Client({ connectionString: url })
  await client.connect()
  return () => client.end()
})

const open = async ({ node }: Node): Promise<AgendaDatabase> => {
  const database = await openAgendaDatabase(url, node, () => undefined)
  opened.push(database)
  return database
}

const streams = Array.from({ length: 200 }, (_, n) => `task-default/组/${n}`)

test('the database computes the shares that the process does', async () => {
  const { agenda, ownership } = await open(a)
  right(await ownership.beat(a, true, leaseMs)())
  expect(right(await ownership.take(a, allShares)())).toHaveLength(allShares.length)
  const rows = streams.map((stream) => ({ stream, dueAt: 1 }))
  right(await agenda.write(rows, allShares, at)())
  const stored = await client.query<{ stream: string; share: number }>(
    'select stream, share from carillon_agenda.due',
  )
  expect(stored.rows).toHaveLength(streams.length)
  for (const { stream, share } of stored.rows) expect(share).toBe(shareOf(stream))
  const some = [0, 1, 2]
  const read = right(await agenda.dueThrough(some, 1, null, 1_000)())
  expect(read.map(({ stream }) => stream).sort()).toEqual(
    streams.filter((stream) => some.includes(shareOf(stream))).sort(),
  )
})

test('a share has one holder, and only that one writes its agenda', async () => {
  const [one, other] = [await open(a), await open(b)]
  right(await one.ownership.beat(a, true, leaseMs)())
  right(await other.ownership.beat(b, true, leaseMs)())
  const taken = await Promise.all([
    one.ownership.take(a, allShares)(),
    other.ownership.take(b, allShares)(),
  ])
  expect(
    taken
      .flatMap((answer) => right(answer))
      .map(({ share }) => share)
      .sort(),
  ).toEqual([...allShares].sort())
  const { shares } = right(await one.ownership.look(a)())
  const [first] = shares.filter(({ holder }) => holder === 'a').map(({ share }) => share)
  const held = first === undefined ? other : one
  const loser = held === one ? other : one
  expect(E.isRight(await held.agenda.write([], [first ?? 0], at)())).toBe(true)
  expect(E.isLeft(await loser.agenda.write([], [first ?? 0], at)())).toBe(true)
})

test('what is given up is free at once, with the calls still under way; what has ended too', async () => {
  const [one, other] = [await open(a), await open(b)]
  right(await one.ownership.beat(a, true, leaseMs)())
  right(await other.ownership.beat(b, true, leaseMs)())
  right(await one.ownership.take(a, [1, 2])())
  expect(right(await other.ownership.take(b, [1, 2])())).toEqual([])
  right(await one.agenda.write([], [1, 2], at)())
  const call = { runId: right(RunId.decode('1'.repeat(32))), stream: 'task-default/g/j' }
  right(await one.ownership.release(a, [1], [call])())
  expect(right(await other.ownership.look(b)()).calls).toEqual([{ ...call, node: 'a' }])
  expect(right(await other.ownership.take(b, [1, 2])())).toEqual([
    { share: 1, before: 'a', checkpoint: at },
  ])
  const [seen] = right(await other.ownership.look(b)()).members
  right(await one.ownership.beat(a, true, leaseMs)())
  right(await other.ownership.forget([{ node: 'a', mark: seen?.mark ?? '' }])())
  expect(right(await other.ownership.take(b, [2])()), 'it has just renewed its lease').toEqual([])
  right(await other.ownership.forget(right(await other.ownership.look(b)()).members)())
  const { calls, members } = right(await other.ownership.look(b)())
  expect({ calls, members }).toEqual({ calls: [], members: [] })
  expect(right(await other.ownership.take(b, [2])())).toEqual([
    { share: 2, before: 'a', checkpoint: at },
  ])
})

const earlierVersion = (endsIn: string) => `
  create schema carillon_agenda;
  create table carillon_agenda.due (
    stream text not null,
    id text collate "C" generated always as (md5(stream)) stored primary key,
    due_at bigint not null
  );
  create index due_by_time on carillon_agenda.due (due_at, id);
  create table carillon_agenda.checkpoint (
    one boolean primary key default true check (one),
    position text not null
  );
  create table carillon_agenda.lease (
    one boolean primary key default true check (one),
    node text not null,
    place text not null,
    pid integer not null,
    before text,
    ends_at timestamptz not null
  );
  insert into carillon_agenda.due (stream, due_at) values ('task-default/g/j', 7);
  insert into carillon_agenda.checkpoint (position) values ('${at}');
  insert into carillon_agenda.lease values (true, 'old', 'there', 9, null, now() + interval '${endsIn}')`

test('a version with one lease is waited for, and succeeded where it stood', async () => {
  await client.query(earlierVersion('1 hour'))
  const { agenda, ownership } = await open(a)
  expect(right(await ownership.succeed(() => false)())).toMatchObject({ node: 'old', pid: 9 })
  // It still works on its own tables.
  await client.query(
    `insert into carillon_agenda.due (stream, due_at) values ('task-default/g/k', 8)`,
  )
  await client.query('update carillon_agenda.lease set ends_at = now()')
  expect(right(await ownership.succeed(() => false)())).toBeNull()
  right(await ownership.beat(a, true, leaseMs)())
  const taken = right(await ownership.take(a, allShares)())
  expect(new Set(taken.map(({ before, checkpoint }) => `${before} ${checkpoint}`))).toEqual(
    new Set([`old ${at}`]),
  )
  expect(right(await agenda.dueThrough(allShares, 10, null, 10)())).toEqual([
    { stream: 'task-default/g/j', dueAt: 7 },
    { stream: 'task-default/g/k', dueAt: 8 },
  ])
  expect(right(await ownership.succeed(() => false)())).toBeNull()
})

test('a process of such a version that has ended is not waited for', async () => {
  await client.query(earlierVersion('1 hour'))
  const { ownership } = await open(a)
  expect(right(await ownership.succeed(({ pid }) => pid === 9)())).toBeNull()
})
