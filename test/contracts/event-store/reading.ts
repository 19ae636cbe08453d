// Reading one stream in both directions, and the whole log page by page under prefixes.
import { expect } from 'vitest'
import type { EventStore } from '../../../src/event-store/event-store.ts'
import {
  append,
  appended,
  category,
  eventsOf,
  idsOf,
  newEvents,
  newStream,
  readToHead,
  revision,
  run,
  streamName,
  streamOf,
  type Check,
} from './kit.ts'

const streamReads: readonly {
  readonly direction: 'forwards' | 'backwards'
  readonly from?: number
  readonly limit: number
  readonly revisions: readonly number[]
}[] = [
  { direction: 'forwards', limit: 100, revisions: [0, 1, 2, 3, 4, 5] },
  { direction: 'forwards', limit: 2, revisions: [0, 1] },
  { direction: 'forwards', from: 3, limit: 100, revisions: [3, 4, 5] },
  { direction: 'forwards', from: 3, limit: 1, revisions: [3] },
  { direction: 'forwards', from: 5, limit: 9, revisions: [5] },
  { direction: 'forwards', from: 6, limit: 9, revisions: [] },
  { direction: 'backwards', limit: 100, revisions: [5, 4, 3, 2, 1, 0] },
  { direction: 'backwards', limit: 2, revisions: [5, 4] },
  { direction: 'backwards', from: 3, limit: 100, revisions: [3, 2, 1, 0] },
  { direction: 'backwards', from: 3, limit: 2, revisions: [3, 2] },
  { direction: 'backwards', from: 0, limit: 9, revisions: [0] },
  { direction: 'backwards', from: 9, limit: 2, revisions: [5, 4] },
]

export const readingContract = (check: Check): void => {
  for (const { direction, from, limit, revisions } of streamReads) {
    const start = from === undefined ? 'its end' : `revision ${from}`
    check(`a stream is read ${direction} from ${start}, at most ${limit}`, async ({ store }) => {
      const events = newEvents(6)
      const stream = await streamOf(store, events)
      const options = { direction, limit, ...(from === undefined ? {} : { from: revision(from) }) }
      const read = await run(store.readStream(stream, options))
      expect(read.map((e) => e.revision)).toEqual(revisions)
      expect(idsOf(read)).toEqual(revisions.map((n) => events[n]?.id))
      expect(read.every((e) => e.stream === stream)).toBe(true)
    })
  }

  check('a stream nobody wrote to is empty both ways', async ({ store }) => {
    for (const direction of ['forwards', 'backwards'] as const) {
      expect(await run(store.readStream(newStream(), { direction, limit: 10 }))).toEqual([])
    }
  })

  check('a writer reads its own append at once', async ({ store, second }) => {
    const stream = newStream()
    for (let n = 0; n < 20; n += 1) {
      const writer = n % 2 === 0 ? store : second
      const reader = n % 3 === 0 ? store : second
      await append(writer, stream, n === 0 ? 'none' : revision(n - 1), newEvents(1))
      const [last] = await run(reader.readStream(stream, { direction: 'backwards', limit: 1 }))
      expect(last?.revision).toBe(n)
    }
  })

  check('many streams are read at once without being mixed up', async ({ store }) => {
    const streams = await Promise.all(
      Array.from({ length: 60 }, (_, n) => streamOf(store, newEvents(1 + (n % 4)))),
    )
    const reads = await Promise.all(
      streams.map((stream, n) =>
        run(
          store.readStream(stream, {
            direction: n % 2 === 0 ? 'forwards' : 'backwards',
            limit: 1 + (n % 3),
          }),
        ),
      ),
    )
    for (const [n, read] of reads.entries()) {
      expect(read.every((e) => e.stream === streams[n])).toBe(true)
      const whole = Array.from({ length: 1 + (n % 4) }, (_, r) => r)
      const expected = n % 2 === 0 ? whole : whole.reverse()
      expect(read.map((e) => e.revision)).toEqual(expected.slice(0, 1 + (n % 3)))
    }
  })

  for (const limit of [1, 3, 1_000]) {
    check(`the log is read in position order in pages of ${limit}`, async ({ store }) => {
      const of = category()
      const written = await writeInterleaved(store, of)

      const pages = await readToHead(store, { after: null, prefixes: [`${of}-`], limit })

      const events = eventsOf(pages)
      expect(idsOf(events)).toEqual(written)
      expect(pages.every((page) => page.events.length <= limit)).toBe(true)
      expectInOrder(store, events)
      for (const page of pages) {
        const last = page.events.at(-1)
        if (last === undefined) continue
        const { through } = page
        expect(through && store.comparePositions(through, last.position)).toBeGreaterThanOrEqual(0)
      }
    })
  }

  check('the log is read strictly after a position', async ({ store }) => {
    const of = category()
    const written = await writeInterleaved(store, of)
    const options = { prefixes: [`${of}-`], limit: 100 }
    const all = eventsOf(await readToHead(store, { ...options, after: null }))
    for (const [n, event] of all.entries()) {
      const rest = eventsOf(await readToHead(store, { ...options, after: event.position }))
      expect(idsOf(rest)).toEqual(written.slice(n + 1))
    }
  })

  check('the log is filtered by any of several prefixes, letter by letter', async ({ store }) => {
    const of = category()
    const names = [`${of}a-x_1`, `${of}a-x%1`, `${of}a-xy1`, `${of}b-1`, `${of}B-1`, `${of}c-1`]
    for (const name of names) await streamOf(store, newEvents(1), streamName(name))
    const read = async (...prefixes: string[]): Promise<readonly string[]> =>
      eventsOf(await readToHead(store, { after: null, prefixes, limit: 100 })).map((e) => e.stream)

    expect(await read(of)).toEqual(names)
    expect(await read(`${of}b-`)).toEqual([`${of}b-1`])
    expect(await read(`${of}c`, `${of}a-`)).toEqual([...names.slice(0, 3), `${of}c-1`])
    expect(await read(`${of}a-x_`)).toEqual([`${of}a-x_1`])
    expect(await read(`${of}a-x%`)).toEqual([`${of}a-x%1`])
    expect(await read(`${of}a-x_1`)).toEqual([`${of}a-x_1`])
    expect(await read(`${of}-nothing`)).toEqual([])
    expect(await read(`${of}a-`, of)).toEqual(names)
  })

  check('without prefixes the whole log is read', async ({ store }) => {
    const after = await run(store.head())
    const streams = [await streamOf(store, newEvents(1)), await streamOf(store, newEvents(2))]
    const events = eventsOf(await readToHead(store, { after, prefixes: [], limit: 2 }))
    expect(events.filter((e) => streams.includes(e.stream))).toHaveLength(3)
  })

  check('a read moves on past events of other prefixes', async ({ store }) => {
    const after = await run(store.head())
    const { position } = appended(await append(store, newStream(), 'none', newEvents(3)))
    const pages = await readToHead(store, { after, prefixes: [`${category()}-`], limit: 10 })
    const through = pages.at(-1)?.through
    expect(eventsOf(pages)).toEqual([])
    expect(through && store.comparePositions(through, position)).toBeGreaterThanOrEqual(0)
  })

  check('a page says whether anything lies beyond it', async ({ store }) => {
    const of = category()
    const after = await run(store.head())
    await streamOf(store, newEvents(5), newStream(of))
    const read = (limit: number) => run(store.readAll({ after, prefixes: [`${of}-`], limit }))
    expect((await read(2)).atHead).toBe(false)
    expect((await read(4)).atHead).toBe(false)
    expect((await readToHead(store, { after, prefixes: [], limit: 100 })).at(-1)?.atHead).toBe(true)
  })

  check('the head is the position of the newest event', async ({ store }) => {
    const { position } = appended(await append(store, newStream(), 'none', newEvents(2)))
    const head = await run(store.head())
    expect(head && store.comparePositions(head, position)).toBeGreaterThanOrEqual(0)
    const beyond = await run(store.readAll({ after: head, prefixes: [], limit: 10 }))
    expect(beyond).toMatchObject({ through: head, atHead: true, events: [] })
  })
}

/** Three streams growing in turns; the ids in the order in which they were answered. */
const writeInterleaved = async (store: EventStore, of: string): Promise<readonly string[]> => {
  const streams = [newStream(of), newStream(of), newStream(of)]
  const written: string[] = []
  for (let round = 0; round < 3; round += 1) {
    for (const stream of streams) {
      const events = newEvents(round === 1 ? 2 : 1)
      await append(store, stream, 'any', events)
      written.push(...idsOf(events))
    }
  }
  return written
}

export const expectInOrder = (
  store: EventStore,
  events: readonly { readonly position: Parameters<EventStore['comparePositions']>[0] }[],
): void => {
  for (const [n, event] of events.entries()) {
    const next = events[n + 1]
    if (next !== undefined) {
      expect(store.comparePositions(event.position, next.position)).toBeLessThan(0)
    }
  }
}
