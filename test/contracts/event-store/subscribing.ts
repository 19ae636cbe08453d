// Subscriptions: from catch-up to live without gap or repetition, from where the consumer stands,
// no faster than it asks, until it says stop.
import { expect } from 'vitest'
import type { EventStore, LogPage, RecordedEvent } from '../../../src/event-store/event-store.ts'
import {
  append,
  appended,
  category,
  eventsOf,
  follow,
  idsOf,
  newEvent,
  newEvents,
  newStream,
  readToHead,
  revision,
  run,
  streamOf,
  within,
  type Check,
} from './kit.ts'
import { expectInOrder } from './reading.ts'

export const subscribingContract = (check: Check): void => {
  check(
    'catch-up turns live with no gap and no repetition while others write',
    async ({ store, second }) => {
      const of = category()
      const prefixes = [`${of}-`]
      const first = writeMuch([store, second], of, 20)
      const followers = [1, 7, 500].map((limit) => follow(store, { after: null, prefixes, limit }))
      followers.push(follow(second, { after: null, prefixes, limit: 100 }))
      await first
      const late = follow(second, { after: null, prefixes, limit: 50 })
      const total = (await first) + (await writeMuch([second, store], of, 20))

      for (const follower of [...followers, late]) {
        await follower.until(() => follower.events().length >= total)
        await follower.stop()
        expectInOrder(store, follower.events())
        expectWholeStreams(follower.events())
        expect(follower.events()).toHaveLength(total)
      }
      const log = eventsOf(await readToHead(store, { after: null, prefixes, limit: 1_000 }))
      for (const follower of [...followers, late]) {
        expect(idsOf(follower.events())).toEqual(idsOf(log))
      }
    },
  )

  check(
    'no reader passes a position at which an event still appears',
    async ({ store, second }) => {
      const of = category()
      const after = await run(store.head())
      const writing = writeMuch([store, second, store, second], of, 60)
      const done = { value: false }
      void writing.finally(() => (done.value = true))
      const seen: RecordedEvent[] = []
      for (let from = after, finished = false; !finished;) {
        const lastRound = done.value
        const page: LogPage = await run(
          second.readAll({ after: from, prefixes: [`${of}-`], limit: 400 }),
        )
        seen.push(...page.events)
        from = page.through
        finished = lastRound && page.atHead
      }
      expect(seen).toHaveLength(await writing)
      expectInOrder(store, seen)
      expectWholeStreams(seen)
    },
  )

  check('a new event reaches live subscribers of both adapters', async ({ store, second }) => {
    const of = category()
    const after = await run(store.head())
    const followers = [store, second].map((s) =>
      follow(s, { after, prefixes: [`${of}-`], limit: 10 }),
    )
    for (const f of followers) await f.until(() => f.pages.some((page) => page.atHead))
    const stream = newStream(of)
    for (let n = 0; n < 10; n += 1) {
      await append(n % 2 === 0 ? store : second, stream, n === 0 ? 'none' : revision(n - 1), [
        newEvent({ n }),
      ])
      for (const f of followers) await f.until(() => f.events().length === n + 1)
    }
    for (const f of followers) {
      await f.stop()
      expect(f.events().map((e) => e.data)).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })))
    }
  })

  check('a subscription resumes from any page it has seen', async ({ store }) => {
    const of = category()
    const prefixes = [`${of}-`]
    await writeMuch([store], of, 12)
    const whole = follow(store, { after: null, prefixes, limit: 5 })
    const log = eventsOf(await readToHead(store, { after: null, prefixes, limit: 100 }))
    await whole.until(() => whole.events().length === log.length)
    await whole.stop()
    let seen = 0
    for (const page of whole.pages) {
      seen += page.events.length
      const resumed = follow(store, { after: page.through, prefixes, limit: 9 })
      await resumed.until(() => resumed.pages.some((p) => p.atHead))
      await resumed.stop()
      expect(idsOf(resumed.events())).toEqual(idsOf(log).slice(seen))
    }
  })

  check(
    'a subscription tells when it first reaches the head, events or none',
    async ({ store }) => {
      await append(store, newStream(), 'none', newEvents(1))
      const after = await run(store.head())
      const follower = follow(store, { after, prefixes: [`${category()}-`], limit: 10 })
      await follower.until(() => follower.pages.length > 0)
      await follower.stop()
      expect(follower.pages[0]).toMatchObject({ events: [], atHead: true })
      const through = follower.pages[0]?.through
      expect(through && after && store.comparePositions(through, after)).toBeGreaterThanOrEqual(0)
    },
  )

  check(
    'a subscription sees its prefixes alone, and moves on past the others',
    async ({ store, second }) => {
      const of = category()
      const after = await run(store.head())
      const prefixes = [`${of}a-`, `${of}b-`]
      const follower = follow(store, { after, prefixes, limit: 10 })
      for (const suffix of ['a', 'x', 'b', 'ab', 'y', 'a']) {
        await append(second, newStream(`${of}${suffix}`), 'none', [newEvent({ suffix })])
      }
      const last = appended(await append(second, newStream(`${of}x`), 'none', newEvents(3)))
      await follower.until(() => {
        const through = follower.pages.at(-1)?.through ?? null
        return through !== null && store.comparePositions(through, last.position) >= 0
      })
      await follower.stop()
      expect(follower.events().map((e) => e.data)).toEqual([
        { suffix: 'a' },
        { suffix: 'b' },
        { suffix: 'a' },
      ])
      const throughs = follower.pages.flatMap((p) => (p.through === null ? [] : [p.through]))
      expect([...throughs].sort((a, b) => store.comparePositions(a, b))).toEqual(throughs)
    },
  )

  check('a subscriber that stops asking is read ahead by one page at most', async ({ store }) => {
    const of = category()
    const after = await run(store.head())
    const stream = await streamOf(store, newEvents(100), newStream(of))
    const stopping = new AbortController()
    const pages = store
      .subscribe({ after, prefixes: [`${of}-`], limit: 10, signal: stopping.signal })
      [Symbol.asyncIterator]()
    const first = await within(pages.next())
    expect(first.done === true ? 0 : first.value.events.length).toBe(10)
    for (let n = 0; n < 20; n += 1) await run(store.head())

    await run(store.truncate(stream, revision(100)))

    const seen: RecordedEvent[] = []
    for (;;) {
      const next = await within(pages.next())
      if (next.done === true) break
      seen.push(...next.value.events)
      if (next.value.atHead) break
    }
    stopping.abort()
    expect(seen.length).toBeLessThanOrEqual(10)
  })

  check('a subscription ends when its signal aborts', async ({ store }) => {
    await streamOf(store, newEvents(1))
    const aborted = AbortSignal.abort()
    const options = { after: null, prefixes: [], limit: 1 }
    expect(await drain(store, { ...options, signal: aborted })).toBe(0)

    const waiting = follow(store, { ...options, after: await run(store.head()) })
    await waiting.until(() => waiting.pages.length > 0)
    await within(waiting.stop())

    const midway = new AbortController()
    let pages = 0
    for await (const page of store.subscribe({ ...options, signal: midway.signal })) {
      expect(page.through).not.toBeNull()
      pages += 1
      midway.abort()
    }
    expect(pages).toBe(1)
  })

  check('a consumer may simply stop iterating', async ({ store }) => {
    await streamOf(store, newEvents(3))
    const open = new AbortController()
    const options = { after: null, prefixes: [], limit: 1, signal: open.signal }
    let pages = 0
    for await (const page of store.subscribe(options)) {
      pages += page.events.length
      break
    }
    expect(pages).toBeLessThanOrEqual(1)
  })

  check('subscriptions resume over truncated stretches', async ({ store }) => {
    const of = category()
    const after = await run(store.head())
    const [gone, kept] = [newStream(of), newStream(of)]
    await append(store, gone, 'none', newEvents(5))
    await append(store, kept, 'none', newEvents(1))
    await append(store, gone, revision(4), newEvents(5))
    await run(store.truncate(gone, revision(10)))
    const follower = follow(store, { after, prefixes: [`${of}-`], limit: 2 })
    await append(store, kept, revision(0), newEvents(1))
    await follower.until(() => follower.events().filter((e) => e.stream === kept).length === 2)
    await follower.stop()
  })
}

/** Writers on several stores at once, each with streams of its own; answers the number of events. */
const writeMuch = async (
  stores: readonly EventStore[],
  of: string,
  rounds: number,
): Promise<number> => {
  const counts = await Promise.all(
    stores.map(async (store) => {
      const streams = Array.from({ length: 7 }, () => newStream(of))
      let count = 0
      for (let round = 0; round < rounds; round += 1) {
        const chosen = streams.slice(0, 1 + (round % streams.length))
        const appends = chosen.map((stream, n) => ({
          stream,
          expected: 'any' as const,
          events: newEvents(1 + ((round + n) % 4)),
        }))
        const outcomes = await Promise.all([
          run(store.append(appends)),
          append(store, newStream(of), 'none', newEvents(1)),
        ])
        outcomes.flat().forEach(appended)
        count += 1 + appends.reduce((sum, { events }) => sum + events.length, 0)
      }
      return count
    }),
  )
  return counts.reduce((a, b) => a + b, 0)
}

const expectWholeStreams = (events: readonly RecordedEvent[]): void => {
  const next = new Map<string, number>()
  for (const event of events) {
    expect(event.revision).toBe(next.get(event.stream) ?? 0)
    next.set(event.stream, event.revision + 1)
  }
}

const drain = async (
  store: EventStore,
  options: Parameters<EventStore['subscribe']>[0],
): Promise<number> => {
  let pages = 0
  for await (const page of store.subscribe(options)) pages += page.events.length + 1
  return pages
}
