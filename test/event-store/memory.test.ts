import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { LogPage } from '../../src/event-store/event-store.ts'
import type { AppendFault } from '../../src/event-store/memory/faults.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { eventStoreContract } from '../contracts/event-store-contract.ts'
import {
  append,
  appended,
  follow,
  newEvent,
  newEvents,
  newStream,
  revision,
  run,
} from '../contracts/event-store/kit.ts'

eventStoreContract('the memory event store', async () => {
  const { store } = createMemoryEventStore({ now: () => Date.now() })
  return { store, second: store }
})

describe('the memory event store breaks its promises to order', () => {
  const faulty = (fault: AppendFault) => {
    const faults: AppendFault[] = [fault]
    return createMemoryEventStore({
      now: () => 7,
      faults: { append: () => faults.shift() ?? 'none' },
    })
  }
  const three = () => [1, 2, 3].map(() => newStream())
  const creating = (streams: ReturnType<typeof three>) => {
    const appends = streams.map((stream) => ({
      stream,
      expected: 'none' as const,
      events: newEvents(2),
    }))
    return appends
  }

  test('a lost reply has taken effect, and its repeat is answered', async () => {
    const { store, log } = faulty('lost-reply')
    const appends = creating(three())
    expect(await store.append(appends)()).toMatchObject(E.left({ retryable: true }))
    expect(log()).toHaveLength(6)
    expect((await run(store.append(appends))).map((o) => appended(o).revision)).toEqual([1, 1, 1])
    expect(log()).toHaveLength(6)
  })

  test('a torn append has taken effect in part, and its repeat lands the rest', async () => {
    const { store, log } = faulty('torn')
    const appends = creating(three())
    expect(E.isLeft(await store.append(appends)())).toBe(true)
    expect(log()).toHaveLength(4)
    await run(store.append(appends))
    expect(log()).toHaveLength(6)
  })

  test('an unavailable store has written nothing', async () => {
    const { store, log } = faulty('unavailable')
    expect(E.isLeft(await store.append(creating(three()))())).toBe(true)
    expect(log()).toEqual([])
  })

  test('an ordered conflict tells the true head and writes nothing', async () => {
    const { store, log } = faulty('conflict')
    const stream = newStream()
    expect(await append(store, stream, 'none', newEvents(1))).toEqual({
      type: 'Conflict',
      actual: null,
    })
    expect(log()).toEqual([])
  })

  test('pages are held back and handed out again as ordered', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const told: LogPage[] = []
    const { store } = createMemoryEventStore({
      now: () => 7,
      faults: {
        pause: (point) => (point === 'deliver' ? held : Promise.resolve()),
        deliver: (page) => (told.push(page), page.events.length > 0 ? 'again' : 'once'),
      },
    })
    const stream = newStream()
    const first = newEvent()
    await append(store, stream, 'none', [first])
    const follower = follow(store, { after: null, prefixes: [], limit: 10 })
    await append(store, stream, revision(0), newEvents(1))
    expect(follower.pages).toEqual([])
    release()
    await follower.until(() => follower.pages.length >= 4)
    await follower.stop()
    expect(follower.events().map((e) => e.revision)).toEqual([0, 0, 1, 1])
    expect(told).toHaveLength(2)
  })

  test('what was stored does not change when the writer changes its object', async () => {
    const { store, log } = createMemoryEventStore({ now: () => 7 })
    const data = { list: [1] }
    await append(store, newStream(), 'none', [newEvent(data)])
    data.list.push(2)
    expect(log()[0]).toMatchObject({ data: { list: [1] }, recordedAtMs: 7 })
  })
})
