// For commands that may be given more than once: by a caller who repeats a request whose answer was
// lost, by a process that continues what another one began. What a command wrote stands in its stream
// under its correlation id; whoever decides it again looks there first, and at that very revision, so
// that of any number of twins, at once or one after the other, one writes and the others find it.
import * as E from 'fp-ts/lib/Either.js'
import {
  revisionBefore,
  type EventStore,
  type Position,
  type RecordedEvent,
  type Revision,
  type StreamName,
} from '../event-store/event-store.ts'
import type { Fault } from './faults.ts'
import { undecodable, type EventCodec } from './load.ts'

export interface Once {
  /** Nothing was written for the command up to here. */
  readonly after: Position
}

export interface Written<Event> {
  /** The stream's newest revision when it was looked at; null: it has no event. */
  readonly head: Revision | null
  /** Oldest first; empty: nothing yet. */
  readonly events: readonly Event[]
  /** The newest of them. */
  readonly last: RecordedEvent | null
}

const pageSize = 50

export const findWritten = async <Event>(
  store: EventStore,
  codec: EventCodec<Event>,
  stream: StreamName,
  { correlationId, after }: Once & { readonly correlationId: string },
): Promise<E.Either<Fault, Written<Event>>> => {
  const newestFirst: Event[] = []
  let last: RecordedEvent | null = null
  let head: Revision | null = null
  let from: Revision | null = null
  for (;;) {
    const page = await store.readStream(stream, {
      direction: 'backwards',
      limit: pageSize,
      ...(from === null ? {} : { from }),
    })()
    if (E.isLeft(page)) return E.left({ ...page.left, outcome: 'nothing-written' })
    for (const recorded of page.right) {
      head ??= recorded.revision
      const isOurs = correlationOf(recorded) === correlationId
      // One command's events are one append: whatever stands before them is somebody else's.
      const isBefore = store.comparePositions(recorded.position, after) <= 0
      if (isBefore || (last !== null && !isOurs)) return found(head, last, newestFirst)
      if (!isOurs) continue
      const event = codec.decode(recorded)
      if (E.isLeft(event)) return E.left(undecodable(recorded, event.left))
      last ??= recorded
      newestFirst.push(event.right)
    }
    const oldest = page.right.at(-1)
    from = oldest === undefined ? null : revisionBefore(oldest.revision)
    if (from === null || page.right.length < pageSize) return found(head, last, newestFirst)
  }
}

const found = <Event>(
  head: Revision | null,
  last: RecordedEvent | null,
  newestFirst: readonly Event[],
): E.Either<never, Written<Event>> => E.right({ head, last, events: newestFirst.toReversed() })

const correlationOf = ({ metadata }: RecordedEvent): unknown =>
  typeof metadata === 'object' && metadata !== null
    ? (Reflect.get(metadata, 'correlationId') as unknown)
    : undefined
