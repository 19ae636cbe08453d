// Folds one stream: reads backwards to the newest event that carries the whole state, then forwards
// through what came after it. The cost depends on how long ago books were carried forward, not on
// the stream's age.
import * as E from 'fp-ts/lib/Either.js'
import type { Decider } from '../domain/decider.ts'
import {
  revisionBefore,
  type EventStore,
  type RecordedEvent,
  type StreamName,
} from '../event-store/event-store.ts'
import type { Fault } from './faults.ts'
import type { Folded } from './state-cache.ts'

/** One event type's way in and out of the log. */
export interface EventCodec<Event> {
  readonly encode: (event: Event) => { readonly type: string; readonly data: unknown }
  readonly decode: (stored: {
    readonly type: string
    readonly data: unknown
  }) => E.Either<readonly string[], Event>
}

const pageSize = 250

export const loadStream = async <Command, State, Event, Rejection>(
  store: EventStore,
  decider: Decider<Command, State, Event, Rejection>,
  codec: EventCodec<Event>,
  stream: StreamName,
  /** The newest event that is folded; null: the stream's newest. */
  through: RecordedEvent['revision'] | null = null,
): Promise<E.Either<Fault, Folded<State>>> => {
  const newestFirst: Event[] = []
  let head: RecordedEvent['revision'] | null = null
  let from = through
  for (;;) {
    const page = await store.readStream(stream, {
      direction: 'backwards',
      limit: pageSize,
      ...(from === null ? {} : { from }),
    })()
    if (E.isLeft(page)) return E.left({ ...page.left, outcome: 'nothing-written' })
    for (const recorded of page.right) {
      head ??= recorded.revision
      const event = codec.decode(recorded)
      if (E.isLeft(event)) return E.left(undecodable(recorded, event.left))
      newestFirst.push(event.right)
      if (decider.carriesState(event.right)) return E.right(folded(decider, newestFirst, head))
    }
    const oldest = page.right.at(-1)
    from = oldest === undefined ? null : revisionBefore(oldest.revision)
    if (from === null || page.right.length < pageSize)
      return E.right(folded(decider, newestFirst, head))
  }
}

const folded = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
  newestFirst: readonly Event[],
  revision: RecordedEvent['revision'] | null,
): Folded<State> => ({
  state: newestFirst.reduceRight(decider.evolve, decider.initialState),
  revision,
})

export const undecodable = (recorded: RecordedEvent, problems: readonly string[]): Fault => ({
  type: 'UndecodableEvent',
  stream: recorded.stream,
  revision: recorded.revision,
  problems,
  retryable: false,
})
