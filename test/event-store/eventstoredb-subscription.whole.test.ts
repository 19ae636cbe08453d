// What may happen to a live subscriber of EventStoreDB: cut off, fallen behind, told twice, left on
// a dead line. It sees every event once and in order all the same, and asks for no more than it needs.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createEventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import {
  append,
  category,
  follow,
  idsOf,
  newEvents,
  newStream,
  revision,
  run,
  streamOf,
  within,
} from '../contracts/event-store/kit.ts'
import { startFaultProxy, type FaultProxy } from '../support/eventstoredb/fault-proxy.ts'
import { startSmallEventStoreDb, type SmallEventStoreDb } from '../support/eventstoredb/server.ts'

let server: SmallEventStoreDb
let proxy: FaultProxy
let opened: EventStore[]

beforeEach(async () => {
  server = await startSmallEventStoreDb()
  proxy = await startFaultProxy(server)
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  proxy.stop()
  server.kill()
})

const open = (options: Partial<EventStoreDbOptions> = {}): EventStore => {
  const store = createEventStoreDbEventStore({ url: proxy.url, ...options })
  opened.push(store)
  return store
}

describe('a live subscriber sees every event once and in order', () => {
  for (const fault of ['twice', 'cut', 'silence'] as const) {
    const told = { twice: 'is told twice', cut: 'is cut off', silence: 'hears nothing more' }[fault]
    test(`when it ${told}`, async () => {
      const writer = open()
      const reader = open({ quietMs: 50 })
      const of = category()
      const stream = newStream(of)
      const follower = follow(reader, { after: null, prefixes: [`${of}-`], limit: 10 })
      await follower.until(() => follower.pages.some((page) => page.atHead))
      let delivered = 0
      proxy.faults = {
        deliver: () => {
          delivered += 1
          return delivered % 7 === 0 ? fault : 'once'
        },
      }
      for (let n = 0; n < 60; n += 1) {
        await append(writer, stream, n === 0 ? 'none' : revision(n - 1), newEvents(1))
      }
      await follower.until(() => follower.events().length >= 60)
      await follower.stop()
      expect(follower.events().map((e) => e.revision)).toEqual(
        Array.from({ length: 60 }, (_, n) => n),
      )
    })
  }
})

test('a consumer that falls behind while live catches up without loss', async () => {
  const store = open()
  const of = category()
  const stopping = new AbortController()
  const pages = store.subscribe({
    after: null,
    prefixes: [`${of}-`],
    limit: 50,
    signal: stopping.signal,
  })
  const iterator = pages[Symbol.asyncIterator]()
  await within(iterator.next())
  const streams = Array.from({ length: 100 }, () => newStream(of))
  for (let round = 0; round < 30; round += 1) {
    await run(
      store.append(streams.map((stream) => ({ stream, expected: 'any', events: newEvents(1) }))),
    )
  }
  const seen: string[] = []
  while (seen.length < 3_000) {
    const next = await within(iterator.next())
    if (next.done === true) break
    seen.push(...idsOf(next.value.events))
    expect(next.value.events.length).toBeLessThanOrEqual(50)
  }
  stopping.abort()
  expect(seen).toEqual(server.log.events.map(({ id }) => id))
})

test('a consumer that stops asking is read ahead by one page at most', async () => {
  const store = open()
  const of = category()
  await streamOf(store, newEvents(100), newStream(of))
  const stopping = new AbortController()
  const pages = store.subscribe({
    after: null,
    prefixes: [`${of}-`],
    limit: 10,
    signal: stopping.signal,
  })
  const iterator = pages[Symbol.asyncIterator]()
  await within(iterator.next())
  // Whatever was asked for by now is answered before these are.
  for (let n = 0; n < 30; n += 1)
    await run(store.readStream(newStream(), { direction: 'forwards', limit: 1 }))
  const twoPages = 2 * 10
  const lookAheadAndHead = 2 * 2 + 2
  expect(proxy.passed()).toBeLessThanOrEqual(twoPages + lookAheadAndHead)
  stopping.abort()
  await iterator.return?.()
})

test('subscribers of the same prefixes are read for once, and each sees everything', async () => {
  const store = open()
  const of = category()
  const followers = Array.from({ length: 4 }, () =>
    follow(store, { after: null, prefixes: [`${of}-`], limit: 50 }),
  )
  for (const follower of followers)
    await follower.until(() => follower.pages.some((page) => page.atHead))
  const before = proxy.passed()
  const total = 2_000
  for (let n = 0; n < total; n += 200) {
    const streams = Array.from({ length: 200 }, () => newStream(of))
    await run(
      store.append(streams.map((stream) => ({ stream, expected: 'none', events: newEvents(1) }))),
    )
  }
  for (const follower of followers) {
    await follower.until(() => follower.events().length >= total)
    expect(idsOf(follower.events())).toEqual(server.log.events.map(({ id }) => id))
    await follower.stop()
  }
  // Twice what there is, for what was on its way when the line was left for reading.
  expect(proxy.passed() - before).toBeLessThan(2 * total)
})

test('a subscriber that stops asking while another goes on misses nothing', async () => {
  const store = open({ url: server.url })
  const of = category()
  const slow = new AbortController()
  const question = { after: null, prefixes: [`${of}-`], limit: 100 }
  const iterator = store.subscribe({ ...question, signal: slow.signal })[Symbol.asyncIterator]()
  await within(iterator.next())
  const fast = follow(store, question)
  // More than is kept for all.
  for (let round = 0; round < 9; round += 1)
    await run(
      store.append(
        Array.from({ length: 10 }, () => ({
          stream: newStream(of),
          expected: 'none' as const,
          events: newEvents(100),
        })),
      ),
    )
  await fast.until(() => fast.events().length >= 9_000)
  const seen: string[] = []
  while (seen.length < 9_000) {
    const next = await within(iterator.next())
    if (next.done === true) break
    seen.push(...idsOf(next.value.events))
  }
  slow.abort()
  await fast.stop()
  expect(seen).toEqual(server.log.events.map(({ id }) => id))
})

test('a subscription outlives the death of the server', async () => {
  const store = open()
  const of = category()
  const follower = follow(store, { after: null, prefixes: [`${of}-`], limit: 10 })
  await streamOf(store, newEvents(5), newStream(of))
  await follower.until(() => follower.events().length === 5)
  for (let n = 2; n <= 4; n += 1) {
    server.kill()
    await server.start()
    await streamOf(store, newEvents(5), newStream(of))
    await follower.until(() => follower.events().length === 5 * n)
  }
  await follower.stop()
})

test('the server itself is not shown: its streams never appear', async () => {
  const store = open()
  const of = category()
  const stream = await streamOf(store, newEvents(3), newStream(of))
  await run(store.truncate(stream, revision(2)))
  const page = await run(store.readAll({ after: null, prefixes: [], limit: 10 }))
  expect(page.events.map((e) => e.stream)).toEqual([stream, stream, stream])
  expect(await run(store.head())).toBe(page.events.at(-1)?.position)
  const own = await run(store.readAll({ after: null, prefixes: ['$'], limit: 10 }))
  expect(own.events).toEqual([])
})
