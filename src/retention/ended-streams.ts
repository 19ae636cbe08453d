// Streams that come to an end, or never need what is past: processes, bulk commands, answers under an
// Idempotency-Key, reports nobody knew. What has ended and is old enough is forgotten whole; calendars
// stay, because they hold at all times.
import * as E from 'fp-ts/lib/Either.js'
import { revisionOf } from '../event-store/checked.ts'
import type { EventStore, RecordedEvent, Revision, StreamName } from '../event-store/event-store.ts'
import type { Trouble } from './trouble.ts'

/** By category: what may be forgotten behind the newest of some old events, itself included. */
type Ending = 'each event' | 'after its end' | 'never'

const endings: Readonly<Record<string, Ending>> = {
  node: 'after its end',
  bulk: 'after its end',
  bulktargets: 'after its end',
  idempotency: 'after its end',
  bulklist: 'each event',
  reports: 'each event',
}

const lastWords = new Set(['NodeStopped', 'NodeLost', 'BulkEnded'])
/** Nothing is appended to these later than a day after their beginning. */
const shortLived = new Set(['bulktargets', 'idempotency'])

export const forgetEnded = async (
  store: Pick<EventStore, 'readStream' | 'truncate'>,
  events: readonly RecordedEvent[],
): Promise<{ readonly streams: number; readonly books: 0 } | Trouble> => {
  const nothing = { streams: 0, books: 0 } as const
  const newest = events.at(-1)
  if (newest === undefined) return nothing
  const { stream, revision } = newest
  const category = stream.slice(0, stream.indexOf('-'))
  switch (endings[category] ?? 'never') {
    case 'never':
      return nothing
    case 'each event':
      break
    case 'after its end': {
      const head = await headOf(store, stream)
      if (E.isLeft(head)) return { reason: head.left }
      const isLast = head.right === null || head.right === revision
      if (!isLast || !(shortLived.has(category) || lastWords.has(newest.type))) return nothing
      break
    }
  }
  const truncated = await store.truncate(stream, revisionOf(revision + 1))()
  return E.isLeft(truncated) ? { reason: truncated.left.reason } : { streams: 1, books: 0 }
}

const headOf = async (
  store: Pick<EventStore, 'readStream'>,
  stream: StreamName,
): Promise<E.Either<string, Revision | null>> => {
  const read = await store.readStream(stream, { direction: 'backwards', limit: 1 })()
  return E.isLeft(read) ? E.left(read.left.reason) : E.right(read.right[0]?.revision ?? null)
}
