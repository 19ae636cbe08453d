// Appends to many streams, racing appends, and that one stream's events land whole.
import { expect } from 'vitest'
import type { StreamAppend } from '../../../src/event-store/event-store.ts'
import {
  append,
  appended,
  category,
  eventsOf,
  idsOf,
  newEvent,
  newEvents,
  newStream,
  readToHead,
  revision,
  run,
  streamOf,
  wholeStream,
  type Check,
} from './kit.ts'

export const appendingContract = (check: Check): void => {
  check('an append of nothing answers nothing', async ({ store }) => {
    expect(await run(store.append([]))).toEqual([])
  })

  check('the outcome tells revision and position of the last event', async ({ store }) => {
    const stream = newStream()
    const outcome = appended(await append(store, stream, 'none', newEvents(3)))
    const last = (await wholeStream(store, stream)).at(-1)
    expect(last).toMatchObject({ revision: outcome.revision, position: outcome.position })
  })

  check('many streams in one append have one outcome each, in order', async ({ store }) => {
    const of = category()
    const taken = await streamOf(store, newEvents(4), newStream(of))
    const old = await streamOf(store, newEvents(2), newStream(of))
    const fresh = Array.from({ length: 40 }, () => newStream(of))
    const appends: StreamAppend[] = fresh.map((stream, n) => ({
      stream,
      expected: 'none',
      events: newEvents(1 + (n % 3)),
    }))
    appends.splice(7, 0, { stream: taken, expected: 'none', events: newEvents(2) })
    appends.splice(21, 0, { stream: old, expected: revision(1), events: newEvents(2) })
    appends.push({ stream: newStream(of), expected: revision(5), events: newEvents(1) })

    const outcomes = await run(store.append(appends))

    expect(outcomes).toHaveLength(appends.length)
    for (const [n, { stream, events }] of appends.entries()) {
      const stored = await wholeStream(store, stream)
      if (stream === taken) {
        expect(outcomes[n]).toEqual({ type: 'Conflict', actual: 3 })
        expect(stored).toHaveLength(4)
      } else if (n === appends.length - 1) {
        expect(outcomes[n]).toEqual({ type: 'Conflict', actual: null })
        expect(stored).toEqual([])
      } else {
        const { revision, position } = appended(outcomes[n])
        expect(stored.at(-1)).toMatchObject({ revision, position })
        expect(idsOf(stored).slice(-events.length)).toEqual(idsOf(events))
      }
    }
  })

  check('an append of 2,500 streams is answered like any other', async ({ store }) => {
    const of = category()
    const streams = Array.from({ length: 2_500 }, () => newStream(of))
    const born = await run(
      store.append(streams.map((stream) => ({ stream, expected: 'none', events: newEvents(1) }))),
    )
    const grown = await run(
      store.append(
        streams.map((stream) => ({ stream, expected: revision(0), events: newEvents(2) })),
      ),
    )
    expect(born.map((o) => appended(o).revision)).toEqual(streams.map(() => 0))
    expect(grown.map((o) => appended(o).revision)).toEqual(streams.map(() => 2))
    const log = await readToHead(store, { after: null, prefixes: [`${of}-`], limit: 1_000 })
    expect(eventsOf(log)).toHaveLength(7_500)
  })

  check('of appends racing for one revision, one wins', async ({ store, second }) => {
    for (let round = 0; round < 10; round += 1) {
      const stream = await streamOf(store, newEvents(1))
      const racers = Array.from({ length: 8 }, () => newEvents(3))
      const outcomes = await Promise.all(
        racers.map((events, n) =>
          append(n % 2 === 0 ? store : second, stream, revision(0), events),
        ),
      )
      const winners = racers.filter((_, n) => outcomes[n]?.type === 'Appended')
      expect(winners).toHaveLength(1)
      expect(outcomes.filter((o) => o.type === 'Conflict')).toEqual(
        Array.from({ length: 7 }, () => ({ type: 'Conflict', actual: 3 })),
      )
      expect(idsOf(await wholeStream(store, stream)).slice(1)).toEqual(idsOf(winners[0] ?? []))
    }
  })

  check('of appends racing to create one stream, one wins', async ({ store, second }) => {
    for (let round = 0; round < 10; round += 1) {
      const stream = newStream()
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          append(n % 2 === 0 ? store : second, stream, 'none', newEvents(2)),
        ),
      )
      expect(outcomes.filter((o) => o.type === 'Appended')).toHaveLength(1)
      expect(await wholeStream(store, stream)).toHaveLength(2)
    }
  })

  check('racing appends to many streams have one winner for each', async ({ store, second }) => {
    const streams = Array.from({ length: 50 }, () => newStream())
    const racers = await Promise.all(
      [store, second, store, second].map((racing, n) =>
        run(
          racing.append(
            (n < 2 ? streams : [...streams].reverse()).map((stream) => ({
              stream,
              expected: 'none',
              events: newEvents(2),
            })),
          ),
        ),
      ),
    )
    expect(racers.flat().filter((o) => o.type === 'Appended')).toHaveLength(streams.length)
    for (const stream of streams) expect(await wholeStream(store, stream)).toHaveLength(2)
  })

  check('appends that expect `any` all land, each whole', async ({ store, second }) => {
    const stream = newStream()
    const all = Array.from({ length: 12 }, () => newEvents(3))
    await Promise.all(
      all.map((events, n) => append(n % 2 === 0 ? store : second, stream, 'any', events)),
    )
    const stored = await wholeStream(store, stream)
    expect(stored.map((e) => e.revision)).toEqual(Array.from({ length: 36 }, (_, n) => n))
    const landed = Array.from({ length: 12 }, (_, n) => idsOf(stored.slice(3 * n, 3 * n + 3)))
    expect(landed.sort()).toEqual(all.map(idsOf).sort())
  })

  check(
    'what was answered before stands before what is appended after',
    async ({ store, second }) => {
      const positions = []
      for (const writer of [store, second, store, second]) {
        const outcome = await append(writer, newStream(), 'none', [newEvent()])
        positions.push(appended(outcome).position)
      }
      const sorted = [...positions].sort((a, b) => store.comparePositions(a, b))
      expect(sorted).toEqual(positions)
      expect(new Set(positions.map((p) => p.length)).size).toBe(1)
    },
  )

  check('positions compare like the order of the log', async ({ store }) => {
    const of = category()
    await streamOf(store, newEvents(5), newStream(of))
    const log = await readToHead(store, { after: null, prefixes: [of], limit: 2 })
    const [a, b] = eventsOf(log)
    expect(a && b && store.comparePositions(a.position, b.position)).toBeLessThan(0)
    expect(a && b && store.comparePositions(b.position, a.position)).toBeGreaterThan(0)
    expect(a && store.comparePositions(a.position, a.position)).toBe(0)
  })
}
