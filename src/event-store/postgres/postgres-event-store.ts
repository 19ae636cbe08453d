// The event store on Postgres: the default one, embedded or given. Here its parts are wired together
// and the driver's errors become the port's. How an append and a reader keep out of each other's way
// is told in the first migration.
import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { assertWellFormed } from '../checked.ts'
import type { AppendOutcome, EventStore, StoreUnavailable } from '../event-store.ts'
import { encodeAppend, runAppend, type EncodedAppend } from './append-statement.ts'
import { openDatabase, type Database, type Log, type Statement } from './connections.ts'
import { closedStore, isDisconnect, lostARace, storeUnavailable } from './faults.ts'
import { createGroupCommit } from './group-commit.ts'
import { createKnownHeads, type KnownHeads } from './known-heads.ts'
import { createListener } from './listener.ts'
import { createLogReader } from './log-reader.ts'
import { migrate, SchemaTooNew } from './migrate.ts'
import { comparePositions } from './position.ts'
import { createStreamNumbers, type StreamNumbers } from './stream-numbers.ts'
import { createStreamReader } from './stream-reader.ts'
import { subscribeTo } from './subscription.ts'
import { createTail } from './tail.ts'
import { createWake, type Wake } from './wake.ts'

export interface PostgresEventStoreOptions {
  readonly url: string
  /** Statements that append at the same time, each on a connection of its own. */
  readonly appendConnections?: number
  readonly readConnections?: number
  readonly log?: Log
}

export interface PostgresEventStore {
  readonly store: EventStore
}

/** Brings the schema up to date, then opens the store. */
export const createPostgresEventStore =
  (options: PostgresEventStoreOptions): TaskEither<StoreUnavailable, PostgresEventStore> =>
  async () => {
    try {
      await migrate(options.url)
    } catch (error) {
      return E.left({
        ...storeUnavailable(error),
        ...(error instanceof SchemaTooNew ? { retryable: false } : {}),
      })
    }
    return E.right({ store: open(options) })
  }

const open = ({
  url,
  appendConnections = 2,
  readConnections = 4,
  log = () => {},
}: PostgresEventStoreOptions): EventStore => {
  const writer = randomUUID()
  const closing = new AbortController()
  const wake = createWake()
  const numbers = createStreamNumbers()
  const appending = openDatabase(url, appendConnections, log)
  const reading = openDatabase(url, readConnections, log)
  const listener = createListener(url, writer, wake, log)
  const reader = createLogReader(reading, numbers)
  const readStream = createStreamReader(reading, numbers)
  const onError = async (error: unknown): Promise<void> => {
    log('a subscription cannot read the log', { reason: storeUnavailable(error).reason })
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
  const tail = createTail(reader, wake, onError)
  const memory = { numbers, heads: createKnownHeads() }
  const commit = createGroupCommit(writeTo(appending, memory, writer, wake), appendConnections)

  const attempt =
    <A>(action: () => Promise<A>): TaskEither<StoreUnavailable, A> =>
    async () => {
      if (closing.signal.aborted) return E.left(closedStore)
      try {
        return E.right(await action())
      } catch (error) {
        return E.left(storeUnavailable(error))
      }
    }

  const close = async (): Promise<void> => {
    closing.abort()
    await commit.drained()
    await Promise.all([appending.close(), reading.close(), listener.stop()])
  }
  let closed: Promise<void> | null = null

  return {
    append: (appends) => () => {
      assertWellFormed(appends)
      if (closing.signal.aborted) return Promise.resolve(E.left(closedStore))
      return commit.append(appends.map(encodeAppend))
    },
    readStream: (stream, options) => attempt(() => readStream(stream, options)),
    readAll: (options) => attempt(() => reader.readAll(options)),
    subscribe: ({ signal, ...options }) => {
      listener.start()
      return subscribeTo(
        { reader, tail, onError },
        { ...options, signal: AbortSignal.any([signal, closing.signal]) },
      )
    },
    truncate: (stream, before) =>
      attempt(async () => {
        await reading.run(truncateStatement, [stream, Math.min(before, lastRevision)])
      }),
    head: () => attempt(reader.head),
    comparePositions,
    close: () => (closed ??= close()),
  }
}

const retryMs = 100
const lastRevision = 2 ** 31 - 1

const truncateStatement: Statement = {
  name: 'truncate',
  text: 'SELECT carillon_log.truncate($1, $2)',
}

const racesMost = 5

/** One statement for a batch, repeated when it lost a race, rung in when it may have landed. */
const writeTo =
  (
    appending: Database,
    memory: { readonly numbers: StreamNumbers; readonly heads: KnownHeads },
    writer: string,
    wake: Wake,
  ) =>
  async (
    batch: readonly EncodedAppend[],
  ): Promise<E.Either<StoreUnavailable, readonly AppendOutcome[]>> => {
    for (let races = 1; ; races += 1) {
      try {
        return E.right(await runAppend(appending, memory, writer, batch))
      } catch (error) {
        if (isDisconnect(error)) {
          memory.numbers.forget()
          memory.heads.forget()
        }
        if (!lostARace(error) || races === racesMost) return E.left(storeUnavailable(error))
      } finally {
        wake.ring()
      }
    }
  }
