// What the Postgres event store sustains, through its port: batches on one and on two connections,
// lone appends, appends that meet in time, reading, and the way of an event to a live subscriber.
//
//   npx tsx benchmarks/event-store.ts [database-url]
//
// Without a URL a throw-away Postgres is started, with fsync on. Every figure is the median of
// several rounds; on a shared machine run it again before believing it.
import { randomUUID } from 'node:crypto'
import * as os from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { revisionOf, streamNameOf } from '../src/event-store/checked.ts'
import type { EventStore, NewEvent, StreamName } from '../src/event-store/event-store.ts'
import { createPostgresEventStore } from '../src/event-store/postgres/postgres-event-store.ts'
import { startPostgres } from '../test/support/postgres.ts'

const streamCount = 20_000
const rounds = 5
const roundMs = 2_000

interface Stream {
  readonly name: StreamName
  head: number
}

const main = async (): Promise<void> => {
  const given = process.argv[2]
  const postgres = given === undefined ? await startPostgres({ fsync: true }) : null
  const url = given ?? (await postgres?.freshDatabase()) ?? ''
  console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
  try {
    for (const connections of [1, 2]) await batches(url, connections)
    await loneAppends(url)
    await meetingAppends(url)
    await streamReads(url)
    await wholeLog(url)
    await liveLatency(url)
  } finally {
    await postgres?.stop()
  }
}

const batches = async (url: string, connections: number): Promise<void> => {
  const store = await open(url, connections)
  const streams = await newStreams(store)
  for (const size of [500, 1_000]) {
    // Two calls under way for each connection: one is encoded while the other is written.
    const callers = 2 * connections
    const rates = await measured(async (until) => {
      const counts = await Promise.all(
        Array.from({ length: callers }, (_, n) =>
          appendBatches(store, shareOf(streams, n, callers), size, until),
        ),
      )
      return counts.reduce((a, b) => a + b, 0)
    })
    report(`batches of ${size} streams on ${connections} connection(s)`, rates, 'events/s')
  }
  await store.close()
}

const appendBatches = async (
  store: EventStore,
  streams: readonly Stream[],
  size: number,
  until: number,
): Promise<number> => {
  let count = 0
  while (performance.now() < until) {
    const start = Math.floor(Math.random() * (streams.length - size))
    await appendTo(store, streams.slice(start, start + size))
    count += size
  }
  return count
}

const loneAppends = async (url: string): Promise<void> => {
  const store = await open(url, 2)
  const streams = await newStreams(store)
  const rates = await measured(async (until) => {
    let count = 0
    for (; performance.now() < until; count += 1) {
      await appendTo(store, [streams[count % streams.length] ?? fail()])
    }
    return count
  })
  report('lone appends, one after the other', rates, 'appends/s')
  await store.close()
}

const meetingAppends = async (url: string): Promise<void> => {
  const store = await open(url, 2)
  const streams = await newStreams(store)
  const callers = 500
  const rates = await measured(async (until) => {
    const counts = await Promise.all(
      Array.from({ length: callers }, async (_, n) => {
        const own = shareOf(streams, n, callers)
        let count = 0
        for (; performance.now() < until; count += 1) {
          await appendTo(store, [own[count % own.length] ?? fail()])
        }
        return count
      }),
    )
    return counts.reduce((a, b) => a + b, 0)
  })
  report(`appends of one stream each by ${callers} callers`, rates, 'appends/s')
  await store.close()
}

const streamReads = async (url: string): Promise<void> => {
  const store = await open(url, 2)
  const streams = (await newStreams(store)).slice(0, 2_000)
  const rates = await measured(async (until) => {
    let count = 0
    while (performance.now() < until) {
      await Promise.all(
        streams.map(({ name }) =>
          run(store.readStream(name, { direction: 'backwards', limit: 10 })),
        ),
      )
      count += streams.length
    }
    return count
  })
  report('stream reads, 2,000 at once', rates, 'reads/s')
  await store.close()
}

const wholeLog = async (url: string): Promise<void> => {
  const store = await open(url, 2)
  const costs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const stopping = new AbortController()
    const started = performance.now()
    let count = 0
    const pages = store.subscribe({
      after: null,
      prefixes: ['task-'],
      limit: 1_000,
      signal: stopping.signal,
    })
    for await (const page of pages) {
      count += page.events.length
      if (page.atHead || count >= 200_000) stopping.abort()
    }
    costs.push((1_000 * (performance.now() - started)) / count)
  }
  report('catching up, in pages of 1,000', costs, 'µs/event')
  await store.close()
}

const liveLatency = async (url: string): Promise<void> => {
  const store = await open(url, 2)
  const other = await open(url, 2)
  const [stream] = await newStreams(store)
  for (const [name, reader] of [
    ['this process', store],
    ['another process', other],
  ] as const) {
    const stopping = new AbortController()
    const after = await run(store.head())
    const pages = reader
      .subscribe({ after, prefixes: ['task-'], limit: 100, signal: stopping.signal })
      [Symbol.asyncIterator]()
    await pages.next()
    const delays: number[] = []
    for (let n = 0; n < 500; n += 1) {
      await appendTo(store, [stream ?? fail()])
      const answered = performance.now()
      await pages.next()
      delays.push(performance.now() - answered)
    }
    stopping.abort()
    const slow = delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? NaN
    report(`from the answer to a live subscriber of ${name}`, delays, `ms, p99 ${slow.toFixed(2)}`)
  }
  await Promise.all([store.close(), other.close()])
}

const open = async (url: string, appendConnections: number): Promise<EventStore> =>
  (await run(createPostgresEventStore({ url, appendConnections }))).store

const newStreams = async (store: EventStore): Promise<readonly Stream[]> => {
  const group = randomUUID().slice(0, 8)
  const streams = Array.from({ length: streamCount }, (_, n) => ({
    name: streamNameOf(`task-default/${group}/job-${n}`),
    head: -1,
  }))
  await appendTo(store, streams)
  return streams
}

const appendTo = async (store: EventStore, streams: readonly Stream[]): Promise<void> => {
  const outcomes = await run(
    store.append(
      streams.map(({ name, head }) => ({
        stream: name,
        expected: head < 0 ? 'none' : revisionOf(head),
        events: [triggered(name)],
      })),
    ),
  )
  for (const [n, stream] of streams.entries()) {
    if (outcomes[n]?.type !== 'Appended') throw new Error(`${stream.name} met a conflict`)
    stream.head += 1
  }
}

/** About as large as the event of a fire. */
const triggered = (stream: StreamName): NewEvent => {
  const id = randomUUID()
  return {
    id,
    type: 'TaskTriggered',
    data: {
      taskId: stream,
      runId: id,
      cause: { type: 'schedule' },
      scheduledFor: '2026-11-23T08:00:00.000Z',
      trigger: { start: '2026-01-01T00:00:00.000Z', remaining: null, timesTriggered: 17 },
      decidedThrough: '2026-11-23T08:00:00.000Z',
      calendars: [],
      policy: 'smart',
      tzVersion: '2025b',
    },
    metadata: { actor: 'scheduler', source: 'scheduler', node: 'node-1', correlationId: id },
  }
}

const measured = async (work: (until: number) => Promise<number>): Promise<readonly number[]> => {
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now()
    const count = await work(started + roundMs)
    rates.push((1_000 * count) / (performance.now() - started))
  }
  return rates
}

const report = (name: string, figures: readonly number[], unit: string): void => {
  const sorted = [...figures].sort((a, b) => a - b)
  const show = (n: number | undefined): string =>
    (n ?? NaN).toLocaleString('en', { maximumFractionDigits: (n ?? 0) < 100 ? 2 : 0 })
  const median = show(sorted[Math.floor(sorted.length / 2)])
  console.log(`${name.padEnd(56)} ${median} ${unit} (${show(sorted[0])} to ${show(sorted.at(-1))})`)
}

const shareOf = (streams: readonly Stream[], n: number, of: number): readonly Stream[] =>
  streams.slice((n * streams.length) / of, ((n + 1) * streams.length) / of)

const run = async <A>(task: TaskEither<unknown, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const fail = (): never => {
  throw new Error('no stream')
}

await main()
