// Truncation forgets a stream's older events and nothing else: the head stays where it was.
// (Appends to truncated streams stand in the table of expectations.)
import { expect } from 'vitest'
import {
  append,
  appended,
  category,
  newEvents,
  newStream,
  readToHead,
  eventsOf,
  revision,
  run,
  streamOf,
  wholeStream,
  type Check,
} from './kit.ts'

export const truncationContract = (check: Check): void => {
  for (const [before, remaining] of [
    [0, [0, 1, 2, 3]],
    [1, [1, 2, 3]],
    [3, [3]],
    [4, []],
    [100, []],
  ] as const) {
    check(`truncated before ${before}, a stream of four keeps the rest`, async ({ store }) => {
      const stream = await streamOf(store, newEvents(4))
      await run(store.truncate(stream, revision(before)))

      expect((await wholeStream(store, stream)).map((e) => e.revision)).toEqual(remaining)
      const backwards = await run(store.readStream(stream, { direction: 'backwards', limit: 10 }))
      expect(backwards.map((e) => e.revision)).toEqual([...remaining].reverse())
      const next = appended(await append(store, stream, revision(3), newEvents(1)))
      expect(next.revision).toBe(4)
      expect((await wholeStream(store, stream)).map((e) => e.revision)).toEqual([...remaining, 4])
    })
  }

  check('a smaller truncation after a larger one brings nothing back', async ({ store }) => {
    const stream = await streamOf(store, newEvents(4))
    await run(store.truncate(stream, revision(3)))
    await run(store.truncate(stream, revision(1)))
    expect((await wholeStream(store, stream)).map((e) => e.revision)).toEqual([3])
  })

  check('truncating a stream nobody wrote to changes nothing', async ({ store }) => {
    const stream = newStream()
    await run(store.truncate(stream, revision(5)))
    expect(appended(await append(store, stream, 'none', newEvents(1))).revision).toBe(0)
    expect(await wholeStream(store, stream)).toHaveLength(1)
  })

  check('truncating one stream leaves its neighbours alone', async ({ store }) => {
    const of = category()
    const streams = await Promise.all(
      [0, 1, 2].map(() => streamOf(store, newEvents(3), newStream(of))),
    )
    await run(store.truncate(streams[1] ?? newStream(), revision(3)))
    const log = eventsOf(await readToHead(store, { after: null, prefixes: [`${of}-`], limit: 100 }))
    for (const stream of [streams[0], streams[2]]) {
      expect(log.filter((e) => e.stream === stream)).toHaveLength(3)
    }
  })

  check('a repeat beside truncated events still lands once', async ({ store }) => {
    const stream = await streamOf(store, newEvents(3))
    const events = newEvents(2)
    const first = await append(store, stream, revision(2), events)
    await run(store.truncate(stream, revision(3)))
    expect(await append(store, stream, revision(2), events)).toEqual(first)
    expect((await wholeStream(store, stream)).map((e) => e.revision)).toEqual([3, 4])
  })
}
