// What EventStoreDB sustains through the port, beside what its official client does on the same
// server in the same minute: lone appends, a thousand appends in flight, batches, reading, and the
// way of an event to a live subscriber.
//
//   npx tsx benchmarks/eventstoredb.ts 'esdb://127.0.0.1:2113?tls=false'
//
// Every figure is the median of several rounds, the processor time that of this process alone. On a
// shared machine compare the two columns, not the figures of different days.
import { randomUUID } from 'node:crypto'
import * as os from 'node:os'
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { streamNameOf } from '../src/event-store/checked.ts'
import type { LogPage, NewEvent, Position } from '../src/event-store/event-store.ts'
import { createEventStoreDbEventStore } from '../src/event-store/eventstoredb/eventstoredb-event-store.ts'

const rounds = 5
const inFlight = 1_000
const loneAppends = 100
const liveEvents = 100
const burst = 5_000
const batchSize = 50

/** The same work for both columns. */
interface Contender {
  readonly name: string
  readonly append: (stream: string, count: number) => Promise<void>
  /** That many streams, one event each, as the contender likes it best. */
  readonly appendMany: (streams: readonly string[]) => Promise<void>
  /** Reads every event of the prefix; how many there were. */
  readonly readAll: (prefix: string) => Promise<number>
  /** Calls back for every new event of the prefix, once it is live. */
  readonly follow: (prefix: string, onEvent: () => void) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

const payload = { n: 1, note: 'x'.repeat(180) }
const metadata = { source: 'scheduler', node: 'bench', correlationId: 'c'.repeat(36) }

const theAdapter = (url: string): Contender => {
  const store = createEventStoreDbEventStore({ url })
  const event = (): NewEvent => ({ id: randomUUID(), type: 'Measured', data: payload, metadata })
  const appendOf = (stream: string, count: number) => ({
    stream: streamNameOf(stream),
    expected: 'none' as const,
    events: Array.from({ length: count }, event),
  })
  return {
    name: 'adapter',
    append: (stream, count) => run(store.append([appendOf(stream, count)])).then(() => undefined),
    appendMany: (streams) =>
      run(store.append(streams.map((stream) => appendOf(stream, 1)))).then(() => undefined),
    readAll: async (prefix) => {
      let count = 0
      for (let after: Position | null = null, atHead = false; !atHead;) {
        const page: LogPage = await run(store.readAll({ after, prefixes: [prefix], limit: 1_000 }))
        count += page.events.length
        after = page.through
        atHead = page.atHead
      }
      return count
    },
    follow: async (prefix, onEvent) => {
      const stopping = new AbortController()
      const after = await run(store.head())
      const options = { after, prefixes: [prefix], limit: 1_000, signal: stopping.signal }
      const pages = store.subscribe(options)[Symbol.asyncIterator]()
      await pages.next()
      const following = (async () => {
        for (let page = await pages.next(); page.done !== true; page = await pages.next()) {
          page.value.events.forEach(onEvent)
        }
      })()
      return () => {
        stopping.abort()
        return following
      }
    },
    close: () => store.close(),
  }
}

const theClient = (url: string): Contender => {
  const client = EventStoreDBClient.connectionString(url)
  const event = () => jsonEvent({ id: randomUUID(), type: 'Measured', data: payload, metadata })
  const append = async (stream: string, count: number) => {
    const events = Array.from({ length: count }, event)
    await client.appendToStream(stream, events, { expectedRevision: 'no_stream' })
  }
  return {
    name: 'client',
    append,
    appendMany: (streams) => atOnce(streams, (stream) => append(stream, 1)),
    readAll: async (prefix) => {
      let count = 0
      for await (const { event } of client.readAll()) {
        if (event?.streamId.startsWith(prefix) === true) count += 1
      }
      return count
    },
    follow: async (prefix, onEvent) => {
      const filter = streamNameFilter({ prefixes: [prefix], checkpointInterval: 1 })
      const subscription = client.subscribeToAll({ filter, fromPosition: 'end' })
      subscription.on('data', onEvent)
      await new Promise((resolve) => subscription.on('caughtUp', resolve))
      return () => subscription.unsubscribe()
    },
    close: client.dispose,
  }
}

const atOnce = async (streams: readonly string[], work: (stream: string) => Promise<void>) => {
  const left = [...streams]
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

interface Figure {
  readonly perSecond: number
  readonly cpuMicros: number
}

const measured = async (work: () => Promise<number>): Promise<Figure> => {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const count = await work()
  const seconds = (performance.now() - startedAt) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: count / seconds, cpuMicros: (user + system) / count }
}

const newNames = (count: number): readonly string[] => {
  const of = `bench${randomUUID().slice(0, 8)}-`
  return Array.from({ length: count }, (_, n) => `${of}${n}`)
}

const measures: readonly {
  readonly name: string
  readonly unit: 'per second' | 'ms'
  readonly work: (contender: Contender) => Promise<number>
}[] = [
  {
    name: 'lone append',
    unit: 'ms',
    work: async ({ append }) => {
      for (const stream of newNames(loneAppends)) await append(stream, 1)
      return loneAppends
    },
  },
  {
    name: `appends to ${burst} streams, ${inFlight} in flight`,
    unit: 'per second',
    work: async ({ appendMany }) => {
      await appendMany(newNames(burst))
      return burst
    },
  },
  {
    name: `events in appends of ${batchSize}, 20 in flight`,
    unit: 'per second',
    work: async ({ append }) => {
      const streams = [...newNames(400)]
      const worker = async () => {
        for (let next = streams.pop(); next !== undefined; next = streams.pop()) {
          await append(next, batchSize)
        }
      }
      await Promise.all(Array.from({ length: 20 }, worker))
      return 400 * batchSize
    },
  },
  { name: 'events read from the log', unit: 'per second', work: ({ readAll }) => readAll('bench') },
  {
    name: 'append to live subscriber',
    unit: 'ms',
    work: async ({ append, follow }) => {
      const names = newNames(liveEvents)
      let arrived = (): void => undefined
      const stop = await follow(names[0]?.slice(0, -1) ?? '', () => arrived())
      for (const name of names) {
        const arrival = new Promise<void>((resolve) => (arrived = resolve))
        await Promise.all([append(name, 1), arrival])
      }
      await stop()
      return liveEvents
    },
  },
]

const main = async (): Promise<void> => {
  const url = process.argv[2]
  if (url === undefined) throw new Error('usage: benchmarks/eventstoredb.ts <connection string>')
  console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
  const contenders = [theAdapter(url), theClient(url)]
  for (const { name, unit, work } of measures) {
    const figures = new Map(contenders.map((c) => [c, [] as Figure[]]))
    for (let round = 0; round <= rounds; round += 1) {
      for (const contender of contenders) {
        const figure = await measured(() => work(contender))
        // The first round warms up.
        if (round > 0) figures.get(contender)?.push(figure)
      }
    }
    const columns = contenders.map((c) => `${c.name} ${shown(unit, figures.get(c) ?? [])}`)
    console.log(`${name.padEnd(44)} ${columns.join('   ')}`)
  }
  for (const contender of contenders) await contender.close()
}

const shown = (unit: 'per second' | 'ms', figures: readonly Figure[]): string => {
  const rate = median(figures.map((f) => f.perSecond))
  const value = unit === 'ms' ? `${(1_000 / rate).toFixed(2)} ms` : `${rate.toFixed(0)}/s`
  return `${value.padStart(10)} (${median(figures.map((f) => f.cpuMicros)).toFixed(0)} µs cpu)`
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const run = async <A>(task: TaskEither<unknown, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

await main()
