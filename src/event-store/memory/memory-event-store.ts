// The event store of tests and of the simulation: one array. It keeps every promise of the port, and
// breaks them to order (see faults.ts) in the ways a real store may. It owns no clock, no timer and
// no chance: the same calls and the same faults give the same log, step by step.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assertWellFormed } from '../checked.ts'
import type {
  AppendOutcome,
  EventStore,
  RecordedEvent,
  StoreUnavailable,
  StreamAppend,
} from '../event-store.ts'
import { noFaults, type AppendFault, type MemoryFaults } from './faults.ts'
import { comparePositions, createMemoryLog, type MemoryLog } from './log.ts'
import { subscribeTo } from './subscription.ts'

export interface MemoryEventStore {
  readonly store: EventStore
  /** Every event ever appended, truncated ones included, in position order. For checkers. */
  readonly log: () => readonly RecordedEvent[]
}

export const createMemoryEventStore = (options: {
  readonly now: () => number
  readonly faults?: MemoryFaults
}): MemoryEventStore => {
  const log = createMemoryLog(options.now)
  return { store: storeOver(log, { ...noFaults, ...options.faults }), log: log.everything }
}

const storeOver = (log: MemoryLog, faults: Required<MemoryFaults>): EventStore => {
  const closing = new AbortController()
  const inFlight = new Set<Promise<unknown>>()

  const reading =
    <A>(read: () => A): TaskEither<StoreUnavailable, A> =>
    async () => {
      await faults.pause('read')
      if (closing.signal.aborted) return closed
      return faults.read() === 'unavailable' ? unavailable('a read was lost') : E.right(read())
    }

  return {
    append: (appends) => () => {
      assertWellFormed(appends)
      if (closing.signal.aborted) return Promise.resolve(closed)
      const appending = appendUnderFaults(log, faults, appends)
      inFlight.add(appending)
      return appending.finally(() => inFlight.delete(appending))
    },
    readStream: (stream, options) => reading(() => log.readStream(stream, options)),
    readAll: (options) => reading(() => log.readAll(options)),
    subscribe: ({ signal, ...options }) =>
      subscribeTo(log, faults, {
        ...options,
        signal: AbortSignal.any([signal, closing.signal]),
      }),
    truncate: (stream, before) => reading(() => log.truncate(stream, before)),
    head: () => reading(log.head),
    comparePositions,
    close: async () => {
      closing.abort()
      await Promise.allSettled(inFlight)
    },
  }
}

const appendUnderFaults = async (
  log: MemoryLog,
  faults: Required<MemoryFaults>,
  appends: readonly StreamAppend[],
): Promise<E.Either<StoreUnavailable, readonly AppendOutcome[]>> => {
  await faults.pause('append')
  const fault = faults.append(appends)
  const outcomes = takeEffect(log, fault, appends)
  await faults.pause('answer')
  switch (fault) {
    case 'none':
    case 'conflict':
      return E.right(outcomes)
    case 'lost-reply':
    case 'torn':
    case 'unavailable':
      return unavailable('the answer to an append was lost')
  }
}

const takeEffect = (
  log: MemoryLog,
  fault: AppendFault,
  appends: readonly StreamAppend[],
): readonly AppendOutcome[] => {
  switch (fault) {
    case 'none':
    case 'lost-reply':
      return appends.map(log.append)
    case 'conflict':
      return appends.map(log.conflict)
    case 'torn':
      return appends.slice(0, Math.ceil(appends.length / 2)).map(log.append)
    case 'unavailable':
      return []
  }
}

const unavailable = (reason: string): E.Either<StoreUnavailable, never> =>
  E.left({ type: 'StoreUnavailable', reason, retryable: true })

const closed: E.Either<StoreUnavailable, never> = E.left({
  type: 'StoreUnavailable',
  reason: 'the store is closed',
  retryable: false,
})
