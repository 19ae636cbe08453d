// What is known of the log's retention between two pieces of its work, whichever process does them: how
// far the walk has come, and from when on the log is whole. It is no truth: lost, the walk begins
// again and finds nothing to do.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Instant } from '../domain/instant.ts'
import type { Position } from '../event-store/event-store.ts'

export interface LogHorizon {
  /** Everything up to here has been walked over; null: nothing yet. */
  readonly position: Position | null
  /** Of what was recorded before this, some is gone; null: nothing is. */
  readonly wholeFrom: Instant | null
}

export interface RetentionUnavailable {
  readonly type: 'RetentionUnavailable'
  readonly reason: string
}

export interface RetentionRecords {
  readonly horizon: () => TE.TaskEither<RetentionUnavailable, LogHorizon>
  readonly moveHorizon: (horizon: LogHorizon) => TE.TaskEither<RetentionUnavailable, void>
  /** Where those who follow the log will go on; null among them: one has not begun. */
  readonly consumers: () => TE.TaskEither<RetentionUnavailable, readonly (Position | null)[]>
  /** Does the work unless another process is at it: then null. */
  readonly alone: <A>(work: () => Promise<A>) => TE.TaskEither<RetentionUnavailable, A | null>
}
