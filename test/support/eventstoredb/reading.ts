// Bounded reads and subscriptions of the small EventStoreDB, over its log.
import { randomUUID } from 'node:crypto'
import type { ServerWritableStream } from '@grpc/grpc-js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import {
  caughtUp,
  checkpoint,
  confirmation,
  consumerTooSlow,
  eventAnswer,
  nameIn,
  notFoundAnswer,
} from './answers.ts'
import type { Log, StoredEvent } from './log.ts'

type ReadCall = ServerWritableStream<ReadReq, ReadResp>
type ReadOptions = NonNullable<ReturnType<ReadReq['getOptions']>>

export const read = (log: Log, call: ReadCall): void => {
  const options = call.request.getOptions()
  if (options === undefined) return void call.end()
  if (options.hasSubscription()) return subscribe(log, call, options)
  for (const answer of bounded(log, options)) call.write(answer)
  call.end()
}

const bounded = (log: Log, options: ReadOptions): readonly ReadResp[] => {
  const count = Number(options.getCount())
  const stream = options.getStream()
  if (stream === undefined) return fromAll(log, options, count).map(eventAnswer)
  const name = nameIn(stream.getStreamIdentifier())
  const shown = log.stream(name)
  if (shown === null) return [notFoundAnswer(name)]
  const from = stream.hasRevision() ? Number(stream.getRevision()) : null
  const chosen = isBackwards(options)
    ? shown.filter(({ revision }) => from === null || revision <= from).reverse()
    : shown.filter(({ revision }) => from === null || revision >= from)
  return chosen.slice(0, count).map(eventAnswer)
}

const isBackwards = (options: ReadOptions): boolean =>
  options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS

const startOf = (options: ReadOptions): bigint | null => {
  const place = options.getAll()?.getPosition()
  return place === undefined ? null : BigInt(place.getCommitPosition())
}

// Forwards the starting place is looked at too; backwards it is not.
const fromAll = (log: Log, options: ReadOptions, count: number): readonly StoredEvent[] => {
  const from = startOf(options)
  const matches = filterOf(options)
  const step = isBackwards(options) ? -1 : 1
  const found: StoredEvent[] = []
  let n = from === null ? (step > 0 ? 0 : log.events.length) : log.countBefore(from)
  if (step < 0) n -= 1
  for (; found.length < count && n >= 0 && n < log.events.length; n += step) {
    const event = log.events[n]
    if (event !== undefined && matches(event)) found.push(event)
  }
  return found
}

const filterOf = (options: ReadOptions): ((event: StoredEvent) => boolean) => {
  const filter = options.getFilter()
  const names = filter?.getStreamIdentifier() ?? filter?.getEventType()
  if (filter === undefined || names === undefined) return () => true
  const subject = (event: StoredEvent) => (filter.hasStreamIdentifier() ? event.stream : event.type)
  if (names.getRegex() !== '') {
    const regex = new RegExp(names.getRegex(), 'u')
    return (event) => regex.test(subject(event))
  }
  return (event) => names.getPrefixList().some((prefix) => subject(event).startsWith(prefix))
}

// How many events the server holds for a live subscriber before it cuts it off. A real one holds 64
// and whatever fits into its buffers on the way out.
const heldMax = 500

const subscribe = (log: Log, call: ReadCall, options: ReadOptions): void => {
  const matches = filterOf(options)
  const window = options.getFilter()?.getMax() ?? 32
  const checkpointEvery = window * (options.getFilter()?.getCheckpointintervalmultiplier() ?? 1)
  const from = startOf(options)
  const startsAtEnd = options.getAll()?.hasEnd() === true
  let next = startsAtEnd ? log.events.length : from === null ? 0 : log.countBefore(from + 1n)
  let passed = 0
  let isLive = false
  let isFull = false

  const advance = () => {
    if (isLive && isFull && log.events.length - next > heldMax) {
      stop()
      return void call.emit('error', consumerTooSlow())
    }
    while (!isFull && next < log.events.length) {
      const event = log.events[next]
      next += 1
      passed += 1
      if (event !== undefined && matches(event)) isFull = !call.write(eventAnswer(event))
      if (event !== undefined && passed >= checkpointEvery) {
        passed = 0
        isFull = !call.write(checkpoint(event.position))
      }
    }
    if (isLive || isFull) return
    isLive = true
    call.write(caughtUp())
  }
  const unwatch = log.watch(advance)
  const stop = () => unwatch()

  call.on('drain', () => {
    isFull = false
    advance()
  })
  call.on('cancelled', stop)
  call.on('close', stop)
  call.write(confirmation(randomUUID()))
  advance()
}
