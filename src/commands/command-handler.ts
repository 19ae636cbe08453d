// The one path of a command: load, fold, decide, append, and decide again when somebody else was
// quicker. Generic over the aggregate; a use case only wires it.
//
// A caller who names a revision it has seen is refused when something changed since; what merely
// happened since (a task fired) does not count, and the decider says which is which.
//
// Invariants: a decision is appended at exactly the revision it was taken at; an append whose
// outcome is unknown is repeated as it was until it is answered, never decided anew; commands of one
// stream pass one after the other in this process, so that it never conflicts with itself.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Decider } from '../domain/decider.ts'
import type { EventMetadata } from '../event-store/envelope.ts'
import type {
  AppendOutcome,
  EventStore,
  NewEvent,
  Position,
  Revision,
  StreamAppend,
  StreamName,
} from '../event-store/event-store.ts'
import type { Fault } from './faults.ts'
import { loadStream, type EventCodec } from './load.ts'
import { findWritten, type Once } from './once.ts'
import { createStreamQueue } from './stream-queue.ts'
import type { Folded, StateCache } from './state-cache.ts'

/** What came of an accepted command. No events: it was already satisfied. */
export interface Handled<State, Event> {
  readonly state: State
  readonly revision: Revision | null
  /** Position of the last event written; null when nothing was. */
  readonly position: Position | null
  readonly events: readonly Event[]
}

/** Metadata of the events a command causes; the node is the handler's own. */
export type CommandContext = Omit<EventMetadata, 'node'>

export interface CommandHandler<Command, State, Event, Rejection> {
  readonly handle: (
    stream: StreamName,
    command: Command,
    context: CommandContext,
    /** Decide only if nothing has changed since this revision. */
    expected?: Revision,
    /** The command may have been given before, under the same correlation id. */
    once?: Once,
  ) => TE.TaskEither<Rejection | Fault, Handled<State, Event>>
  /** The newest state this process can know of a stream: cached, or read. */
  readonly load: (stream: StreamName) => TE.TaskEither<Fault, Folded<State>>
}

interface CommandHandlerDeps<Command, State, Event, Rejection> {
  readonly store: EventStore
  readonly decider: Decider<Command, State, Event, Rejection>
  readonly codec: EventCodec<Event>
  readonly cache: StateCache<State>
  readonly node: string
  readonly newEventId: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** How long an append of unknown outcome is repeated before the caller is told so. */
  readonly giveUpAfterMs: number
}

const conflictsMax = 50
/** Books that were too large for the store are tried again so many events later. */
const booksAgainAfter = 200
const booksRememberedMax = 10_000

export const createCommandHandler = <Command, State, Event, Rejection>(
  deps: CommandHandlerDeps<Command, State, Event, Rejection>,
): CommandHandler<Command, State, Event, Rejection> => {
  const { store, decider, codec, cache } = deps
  const inTurn = createStreamQueue()
  /** The revisions from which on books of these streams may be small enough. */
  const booksAgainFrom = new Map<StreamName, number>()

  const load = async (stream: StreamName): Promise<E.Either<Fault, Folded<State>>> => {
    const cached = cache.get(stream)
    if (cached !== undefined) return E.right(cached)
    const loaded = await loadStream(store, decider, codec, stream)
    if (E.isRight(loaded)) cache.set(stream, loaded.right)
    return loaded
  }

  const run = async (
    stream: StreamName,
    command: Command,
    context: CommandContext,
    expected: Revision | undefined,
    once: Once | undefined,
  ): Promise<E.Either<Rejection | Fault, Handled<State, Event>>> => {
    for (let conflicts = 0; conflicts < conflictsMax; conflicts++) {
      const looked = once === undefined ? null : await look(stream, context, once)
      if (looked !== null && E.isLeft(looked)) return looked
      if (looked !== null && looked.right.handled !== null) return E.right(looked.right.handled)
      const fromCache = cache.get(stream) !== undefined
      const before = await load(stream)
      if (E.isLeft(before)) return before
      const { revision: actual } = before.right
      // What was looked at and what is decided upon have to be the same.
      if (looked !== null && looked.right.head !== actual) {
        cache.delete(stream)
        continue
      }
      const changed = expected === undefined ? null : changedSince(before.right, expected)
      if (changed !== null) {
        if (!fromCache) return E.left(changed)
        cache.delete(stream)
        continue
      }
      const decision = decider.decide(command, before.right.state)
      const nothing = E.isLeft(decision) || decision.right.length === 0
      if (nothing && fromCache) {
        // A refusal must rest on the stream as it is, not as this process last saw it.
        cache.delete(stream)
        continue
      }
      if (E.isLeft(decision)) return decision
      const { state, revision } = before.right
      if (decision.right.length === 0)
        return E.right({ state, revision, position: null, events: [] })
      const isCarrying = (revision ?? 0) >= (booksAgainFrom.get(stream) ?? 0)
      const after = carried(decision.right, state, isCarrying)
      const outcome = await appendUntilAnswered(toAppend(stream, revision, after.events, context))
      if (E.isLeft(outcome)) {
        cache.delete(stream)
        return outcome
      }
      if (outcome.right.type === 'Appended') {
        const written = outcome.right
        cache.set(stream, { state: after.state, revision: written.revision })
        return E.right({ ...after, revision: written.revision, position: written.position })
      }
      if (outcome.right.type === 'TooLarge') {
        // What has to be said goes on without books, which only make reading cheaper.
        if (after.events.length === decision.right.length)
          return E.left({ type: 'AppendTooLarge', stream, retryable: false })
        if (booksAgainFrom.size >= booksRememberedMax) booksAgainFrom.clear()
        booksAgainFrom.set(stream, (revision ?? 0) + booksAgainAfter)
      }
      cache.delete(stream)
    }
    return E.left({ type: 'RevisionConflict', stream, retryable: true })
  }

  /** The stream's newest revision, and what the command wrote if it was given before. */
  const look = async (stream: StreamName, { correlationId }: CommandContext, { after }: Once) => {
    const written = await findWritten(store, codec, stream, { correlationId, after })
    if (E.isLeft(written)) return written
    const { head, last, events } = written.right
    if (last === null) return E.right({ head, handled: null })
    const { revision, position } = last
    const folded = await loadStream(store, decider, codec, stream, revision)
    if (E.isLeft(folded)) return folded
    const { state } = folded.right
    return E.right({ head, handled: { state, revision, position, events } })
  }

  /** Null: there was no change since. */
  const changedSince = (
    { state, revision: actual }: Folded<State>,
    expected: Revision,
  ): Fault | null => {
    const changedAt = actual === null ? null : actual - decider.sinceChange(state)
    return actual !== null && changedAt !== null && changedAt <= expected && expected <= actual
      ? null
      : { type: 'RevisionUnexpected', expected, actual, changedAt, retryable: false }
  }

  const carried = (events: readonly Event[], before: State, isCarrying: boolean) => {
    const state = events.reduce(decider.evolve, before)
    const books = isCarrying ? decider.carryForward(state, deps.now()) : null
    return books === null
      ? { events, state }
      : { events: [...events, books], state: decider.evolve(state, books) }
  }

  const toAppend = (
    stream: StreamName,
    revision: Revision | null,
    events: readonly Event[],
    context: CommandContext,
  ): StreamAppend => {
    const metadata: EventMetadata = { ...context, node: deps.node }
    const toNewEvent = (event: Event): NewEvent => {
      const { type, data } = codec.encode(event)
      return { id: deps.newEventId(), type, data, metadata }
    }
    return { stream, expected: revision ?? 'none', events: events.map(toNewEvent) }
  }

  const appendUntilAnswered = async (
    append: StreamAppend,
  ): Promise<E.Either<Fault, AppendOutcome>> => {
    const startedAt = deps.now()
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 1_000)) {
      const answered = await store.append([append])()
      if (E.isRight(answered)) {
        const outcome = answered.right[0]
        if (outcome === undefined) throw new Error('an append was answered without an outcome')
        return E.right(outcome)
      }
      const { retryable } = answered.left
      if (!retryable || deps.now() - startedAt + waitMs > deps.giveUpAfterMs)
        return E.left({ ...answered.left, outcome: 'unknown' })
      await deps.sleep(waitMs)
    }
  }

  return {
    handle: (stream, command, context, expected, once) => () =>
      inTurn(stream, () => run(stream, command, context, expected, once)),
    load: (stream) => () => load(stream),
  }
}
