// Opens the store for the service: what is wrong with the connection string, the certificates or the
// user is told at the start, in one line, instead of by every request.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventStore, StoreUnavailable } from '../event-store.ts'
import { UnusableConnectionString } from './connection-string.ts'
import {
  createEventStoreDbEventStore,
  type EventStoreDbOptions,
} from './eventstoredb-event-store.ts'
import { unavailable } from './faults.ts'

/** Answers once a node has shown the end of its log to the user that the connection string names. */
export const openEventStoreDbEventStore =
  (options: EventStoreDbOptions): TaskEither<StoreUnavailable, { readonly store: EventStore }> =>
  async () => {
    const probe = storeFor({ ...options, patienceMs: 0 })
    if (E.isLeft(probe)) return probe
    const seen = await probe.right.head()()
    await probe.right.close()
    return E.isLeft(seen) ? seen : E.map((store: EventStore) => ({ store }))(storeFor(options))
  }

const storeFor = (options: EventStoreDbOptions): E.Either<StoreUnavailable, EventStore> => {
  try {
    return E.right(createEventStoreDbEventStore(options))
  } catch (error) {
    if (error instanceof UnusableConnectionString) return E.left(unavailable(error.message, false))
    throw error
  }
}
