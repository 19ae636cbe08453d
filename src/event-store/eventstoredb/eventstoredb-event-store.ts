// The event store for those who outgrow one machine: EventStoreDB (KurrentDB) 23.10 or newer, one of
// its nodes or a cluster. Here the parts meet; each keeps one promise of the port (see there).
// Nothing outside this folder knows the server's protocol.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { assertWellFormed } from '../checked.ts'
import type { AppendOutcome, EventStore, StoreUnavailable } from '../event-store.ts'
import { createAppendPipeline } from './append-pipeline.ts'
import { createAppend } from './appends.ts'
import { createConnection } from './connection.ts'
import { unavailable } from './faults.ts'
import { askUntilAnswered, isFault } from './patience.ts'
import { comparePositions } from './positions.ts'
import { createReads } from './reads.ts'
import { createSubscribe } from './subscription.ts'
import { createTruncate } from './truncation.ts'

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113?tls=true…`, as the server's documentation has it. */
  readonly url: string
  /** How long one request may wait for its answer. The server itself gives up a write after 2 s. */
  readonly answerTimeoutMs?: number
  /** How long requests are repeated before the caller is told that the store is unavailable. */
  readonly patienceMs?: number
  /** Appends under way at once; the others wait their turn. */
  readonly inFlightMax?: number
  /** A live subscription that is quiet for so long is looked after. */
  readonly quietMs?: number
  /** Told why a subscription has to try again. */
  readonly onTrouble?: (trouble: string) => void
}

export const createEventStoreDbEventStore = (options: EventStoreDbOptions): EventStore => {
  const { answerTimeoutMs = 5_000, patienceMs = 15_000, inFlightMax = 1_000 } = options
  const { quietMs = 1_000, onTrouble = () => undefined } = options
  const connection = createConnection(options.url)
  const reads = createReads(connection, { answerTimeoutMs })
  const pipeline = createAppendPipeline(connection, { answerTimeoutMs })
  const append = createAppend({ pipeline, reads, inFlightMax, patienceMs })
  const truncate = createTruncate(append, reads)
  const subscribe = createSubscribe({ connection, reads, quietMs, onTrouble })
  const closing = new AbortController()
  const inFlight = new Set<Promise<unknown>>()

  // What was begun before the store closes is finished; nothing begins afterwards.
  const asked =
    <T extends object, A>(
      ask: () => Promise<T | StoreUnavailable>,
      answer: (found: T) => A,
    ): TE.TaskEither<StoreUnavailable, A> =>
    async () => {
      if (closing.signal.aborted) return E.left(unavailable('the event store is closed', false))
      const asking = ask()
      inFlight.add(asking)
      try {
        const found = await asking
        return isFault(found) ? E.left(found) : E.right(answer(found))
      } finally {
        inFlight.delete(asking)
      }
    }
  const read = <T extends object>(ask: () => Promise<T | StoreUnavailable>) =>
    askUntilAnswered(ask, patienceMs)

  return {
    append: (appends) =>
      asked(
        async () => {
          assertWellFormed(appends)
          return together(await Promise.all(appends.map(append)))
        },
        (outcomes) => outcomes,
      ),
    readStream: (stream, question) =>
      asked(
        () => read(() => reads.readStream(stream, question)),
        (events) => events,
      ),
    readAll: (question) =>
      asked(
        () => read(() => reads.readPage(question)),
        (page) => page,
      ),
    subscribe: ({ signal, ...question }) =>
      subscribe({ ...question, signal: AbortSignal.any([signal, closing.signal]) }),
    truncate: (stream, before) =>
      asked(
        () => truncate(stream, before),
        () => undefined,
      ),
    head: () =>
      asked(
        () => read(() => reads.head()),
        ({ head }) => head,
      ),
    comparePositions,
    close: async () => {
      closing.abort()
      await Promise.allSettled(inFlight)
      pipeline.close()
      connection.close()
    },
  }
}

// One stream's unknown outcome makes the whole call's unknown; repeating all of it is safe.
const together = (
  outcomes: readonly (AppendOutcome | StoreUnavailable)[],
): readonly AppendOutcome[] | StoreUnavailable => {
  const answered: AppendOutcome[] = []
  for (const outcome of outcomes) {
    if (outcome.type === 'StoreUnavailable') return outcome
    answered.push(outcome)
  }
  return answered
}
