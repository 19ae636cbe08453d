// Who was heard of last, and what time it is: one small table that every process writes its heartbeat
// to. It is no truth: that a process started, stopped or was lost stands in the log. The store's
// clock is the one that all processes share.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Instant } from '../domain/instant.ts'
import type { NodeId } from '../domain/node/ids.ts'

/** What a process looks after. */
export interface Owned {
  /** Those that are due at some time. */
  readonly tasks: number
  /** Of the fixed number of shares that all tasks fall into. */
  readonly shares: number
}

export interface Heartbeat {
  readonly nodeId: NodeId
  /** Where its process id means something. */
  readonly place: string
  readonly pid: number
  /** The machine's clock minus the shared one; null: not known. */
  readonly offsetMs: number | null
  /** Null: it does not schedule. */
  readonly owns: Owned | null
}

export interface Seen extends Heartbeat {
  /** By the store's clock. */
  readonly lastSeenAt: Instant
  readonly silentMs: number
}

export interface PresenceUnavailable {
  readonly type: 'PresenceUnavailable'
  readonly reason: string
}

export interface PresenceStore {
  /** The store's clock, epoch milliseconds with fractions. */
  readonly time: () => TE.TaskEither<PresenceUnavailable, number>
  readonly beat: (heartbeat: Heartbeat) => TE.TaskEither<PresenceUnavailable, void>
  readonly seen: () => TE.TaskEither<PresenceUnavailable, readonly Seen[]>
  readonly forget: (nodeIds: readonly NodeId[]) => TE.TaskEither<PresenceUnavailable, void>
  readonly close: () => Promise<void>
}
