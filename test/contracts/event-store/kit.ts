// What the tests of the event-store contract share: names nobody else uses, events, unwrapping, and
// a subscriber that collects. The log under test may be shared with other tests and hold events of
// strangers, so every test writes under a category of its own and reads with that prefix.
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assert } from 'vitest'
import {
  Revision,
  StreamName,
  type AppendOutcome,
  type EventStore,
  type ExpectedRevision,
  type LogPage,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '../../../src/event-store/event-store.ts'

export interface StoreUnderTest {
  readonly store: EventStore
  /** A second adapter on the same log, as another process would hold it; may be the same one. */
  readonly second: EventStore
}

/** Registers one test of the contract. */
export type Check = (name: string, body: (subject: StoreUnderTest) => Promise<void>) => void

export const category = (): string => `t${randomUUID().replaceAll('-', '').slice(0, 12)}`

export const streamName = (name: string): StreamName => {
  assert(StreamName.is(name), `not a stream name: ${name}`)
  return name
}

export const newStream = (of = category()): StreamName => streamName(`${of}-${randomUUID()}`)

export const revision = (n: number): Revision => {
  assert(Revision.is(n), `not a revision: ${n}`)
  return n
}

export const newEvent = (data: unknown = {}, type = 'SomethingHappened'): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: { actor: 'tester' },
})

export const newEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, n) => newEvent({ n }))

export const run = async <A>(task: TaskEither<unknown, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`unexpected fault: ${JSON.stringify(result.left)}`)
  return result.right
}

export const append = async (
  store: EventStore,
  stream: StreamName,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): Promise<AppendOutcome> => {
  const [outcome, ...others] = await run(store.append([{ stream, expected, events }]))
  assert(outcome !== undefined && others.length === 0, 'one append, one outcome')
  return outcome
}

export type Appended = Extract<AppendOutcome, { readonly type: 'Appended' }>

export const appended = (outcome: AppendOutcome | undefined): Appended => {
  assert(outcome?.type === 'Appended', `expected an append, got ${JSON.stringify(outcome)}`)
  return outcome
}

/** A stream of so many events, appended in one go. */
export const streamOf = async (
  store: EventStore,
  events: readonly NewEvent[],
  stream = newStream(),
): Promise<StreamName> => {
  appended(await append(store, stream, 'none', events))
  return stream
}

export const wholeStream = (
  store: EventStore,
  stream: StreamName,
): Promise<readonly RecordedEvent[]> =>
  run(store.readStream(stream, { direction: 'forwards', limit: 10_000 }))

/** Every event of the prefixes after a position, read page by page until the head. */
export const readToHead = async (
  store: EventStore,
  options: {
    readonly after: Position | null
    readonly prefixes: readonly string[]
    readonly limit: number
  },
): Promise<readonly LogPage[]> => {
  const pages: LogPage[] = []
  let after = options.after
  for (;;) {
    const page = await run(store.readAll({ ...options, after }))
    pages.push(page)
    after = page.through
    if (page.atHead) return pages
  }
}

export const eventsOf = (pages: readonly LogPage[]): readonly RecordedEvent[] =>
  pages.flatMap((page) => page.events)

export const idsOf = (events: readonly NewEvent[]): readonly string[] =>
  events.map((event) => event.id)

export interface Follower {
  readonly pages: readonly LogPage[]
  readonly events: () => readonly RecordedEvent[]
  /** Resolves as soon as what was collected satisfies the condition. */
  readonly until: (condition: () => boolean) => Promise<void>
  readonly stop: () => Promise<void>
}

export const follow = (
  store: EventStore,
  options: {
    readonly after: Position | null
    readonly prefixes: readonly string[]
    readonly limit: number
  },
): Follower => {
  const stopping = new AbortController()
  const pages: LogPage[] = []
  const watchers = new Set<() => void>()
  const ended = (async () => {
    for await (const page of store.subscribe({ ...options, signal: stopping.signal })) {
      pages.push(page)
      for (const watch of watchers) watch()
    }
  })()
  return {
    pages,
    events: () => eventsOf(pages),
    until: async (condition) => {
      if (condition()) return
      let watch = (): void => {}
      const met = new Promise<void>((resolve) => {
        watch = () => {
          if (condition()) resolve()
        }
        watchers.add(watch)
      })
      await within(Promise.race([met, ended.then(() => Promise.reject(endedEarly()))]), condition)
      watchers.delete(watch)
    },
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

const endedEarly = (): Error => new Error('the subscription ended before the condition was met')

/** A condition that is not met in time fails with its own text, not with a bare time-out. */
export const within = async <A>(
  promise: Promise<A>,
  what: unknown = 'the promise',
  ms = 15_000,
): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${String(what)}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
