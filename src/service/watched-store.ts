// The event store as the service uses it, watched: reading may go well while nothing can be written,
// as on a full disk. What is wrong is logged when it begins, changes and ends, and can be asked.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore } from '../event-store/event-store.ts'
import type { LogLines } from '../runtime/log.ts'

export interface WatchedStore {
  readonly store: EventStore
  /** Why the newest appends failed; null: they did not, or nothing was tried for a while. */
  readonly problem: () => string | null
}

/** A command repeats its append until it is answered, so that what failed is soon tried again. */
const recentMs = 10_000

export const watchAppends = (
  store: EventStore,
  {
    log,
    now,
  }: {
    readonly log: Pick<LogLines, 'info' | 'warn'>
    readonly now: () => number
  },
): WatchedStore => {
  let reason: string | null = null
  let failedAt = 0

  const note = (failure: string | null): void => {
    if (failure !== null && failure !== reason)
      log.warn({ reason: failure }, 'events cannot be written; trying again')
    if (failure === null && reason !== null) log.info({}, 'events can be written again')
    reason = failure
    if (failure !== null) failedAt = now()
  }

  return {
    store: {
      ...store,
      append: (appends) => {
        const append = store.append(appends)
        return async () => {
          const outcome = await append()
          note(E.isLeft(outcome) ? outcome.left.reason : null)
          return outcome
        }
      },
    },
    problem: () => (reason !== null && now() - failedAt < recentMs ? reason : null),
  }
}
