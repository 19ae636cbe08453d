// The array and the rules of the port over it, synchronous. A position is the place in the array,
// counted from one; truncation hides events and never removes them, so that positions stay places.
import assert from 'node:assert'
import { positionOf, revisionOf } from '../checked.ts'
import type {
  AppendOutcome,
  EventStore,
  LogPage,
  NewEvent,
  Position,
  RecordedEvent,
  Revision,
  StreamAppend,
  StreamName,
} from '../event-store.ts'

type ReadStreamOptions = Parameters<EventStore['readStream']>[1]
type ReadAllOptions = Parameters<EventStore['readAll']>[0]

export interface MemoryLog {
  readonly append: (append: StreamAppend) => AppendOutcome
  /** The answer of a conflict, whether there is reason for one or not. */
  readonly conflict: (append: StreamAppend) => AppendOutcome
  readonly readStream: (stream: StreamName, options: ReadStreamOptions) => readonly RecordedEvent[]
  readonly readAll: (options: ReadAllOptions) => LogPage
  readonly truncate: (stream: StreamName, before: Revision) => void
  readonly head: () => Position | null
  readonly everything: () => readonly RecordedEvent[]
  /** Resolves when the log next grows, or the signal aborts. */
  readonly grown: (signal: AbortSignal) => Promise<void>
}

interface Stream {
  readonly events: RecordedEvent[]
  truncatedBefore: number
}

export const createMemoryLog = (now: () => number): MemoryLog => {
  const events: RecordedEvent[] = []
  const streams = new Map<StreamName, Stream>()
  const watchers = new Set<() => void>()

  const conflict = ({ stream }: StreamAppend): AppendOutcome => {
    const head = (streams.get(stream)?.events.length ?? 0) - 1
    return { type: 'Conflict', actual: head < 0 ? null : revisionOf(head) }
  }

  const append = (request: StreamAppend): AppendOutcome => {
    const stream = streams.get(request.stream) ?? { events: [], truncatedBefore: 0 }
    const head = stream.events.length - 1
    const expected = expectedHead(request, head)
    if (expected !== head) return repeated(stream, expected, request.events) ?? conflict(request)
    streams.set(request.stream, stream)
    for (const event of request.events) {
      const recorded: RecordedEvent = {
        ...copyOf(event),
        stream: request.stream,
        revision: revisionOf(stream.events.length),
        position: placeOf(events.length + 1),
        recordedAtMs: now(),
      }
      stream.events.push(recorded)
      events.push(recorded)
    }
    for (const wake of [...watchers]) wake()
    const last = stream.events.at(-1)
    assert(last !== undefined)
    return appendedAt(last)
  }

  const visible = (event: RecordedEvent): boolean =>
    event.revision >= (streams.get(event.stream)?.truncatedBefore ?? 0)

  return {
    append,
    conflict,
    readStream: (name, { direction, from, limit }) => {
      const stream = streams.get(name)
      if (stream === undefined) return []
      // A revision is the place in the stream.
      const { events: all, truncatedBefore } = stream
      if (direction === 'forwards') {
        const first = Math.max(from ?? 0, truncatedBefore)
        return all.slice(first, first + limit)
      }
      const last = Math.min(from ?? Infinity, all.length - 1)
      return all.slice(Math.max(truncatedBefore, last - limit + 1), last + 1).reverse()
    },
    readAll: ({ after, prefixes, limit }) => {
      const asked = (e: RecordedEvent): boolean =>
        visible(e) && (prefixes.length === 0 || prefixes.some((p) => e.stream.startsWith(p)))
      const page: RecordedEvent[] = []
      let looked = after === null ? 0 : Number(after)
      for (; looked < events.length; looked += 1) {
        const event = events[looked]
        if (event === undefined || !asked(event)) continue
        if (page.length === limit) break
        page.push(event)
      }
      const through = looked === 0 ? null : placeOf(looked)
      return { events: page, through, atHead: looked >= events.length }
    },
    truncate: (name, before) => {
      const stream = streams.get(name)
      if (stream === undefined) return
      stream.truncatedBefore = Math.max(stream.truncatedBefore, before)
      stream.truncatedBefore = Math.min(stream.truncatedBefore, stream.events.length)
    },
    head: () => (events.length === 0 ? null : placeOf(events.length)),
    everything: () => [...events],
    grown: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          watchers.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        watchers.add(wake)
        signal.addEventListener('abort', wake)
        if (signal.aborted) wake()
      }),
  }
}

export const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a > b ? 1 : 0)

const expectedHead = ({ expected }: StreamAppend, head: number): number => {
  if (expected === 'any') return head
  return expected === 'none' ? -1 : expected
}

/** The original outcome when exactly these ids already follow the expected head. */
const repeated = (
  stream: Stream,
  expected: number,
  events: readonly NewEvent[],
): AppendOutcome | null => {
  const original = stream.events.slice(expected + 1, expected + 1 + events.length)
  const last = original.at(-1)
  const remembered = expected + 1 >= stream.truncatedBefore
  const same = events.every((event, n) => event.id === original[n]?.id)
  return remembered && same && last !== undefined ? appendedAt(last) : null
}

const appendedAt = ({ revision, position }: RecordedEvent): AppendOutcome => ({
  type: 'Appended',
  revision,
  position,
})

/** Through JSON, as every other store does it: what is no JSON value shows here already. */
const copyOf = ({ id, type, data, metadata }: NewEvent): NewEvent => ({
  id,
  type,
  data: throughJson(data),
  metadata: throughJson(metadata),
})

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const placeOf = (n: number): Position => positionOf(String(n).padStart(19, '0'))
