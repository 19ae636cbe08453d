// Who schedules what, as all processes see it: one row for each process that schedules, with a lease
// that it renews before the eyes of the others, and one for each share of the tasks with its holder.
// This saves work and keeps each share of the agenda in one hand. It decides nothing: that an occurrence
// gets one verdict is the event store's doing, whoever asks.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunId } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { Sign } from '../../runtime/vigil.ts'

/** A process that schedules. */
export interface Member {
  /** Its name, different at every start. */
  readonly node: string
  /** Where its process id means something: host name and process namespace. */
  readonly place: string
  readonly pid: number
}

/** Its mark is another one each time the lease is renewed; lapsed by the store's clock. */
export interface MemberSeen extends Member, Sign {
  /** Whether it wants shares: false while it starts, stops, or cannot tell the time. */
  readonly willing: boolean
}

export interface ShareSeen {
  readonly share: number
  /** Who looks after it. A holder that is no member does so no more. */
  readonly holder: string | null
  /** The position its part of the agenda is as of; null: nothing was ever written. */
  readonly checkpoint: Position | null
}

/** A call that a process which gave the run's share up is still making. */
export interface CallSeen {
  readonly runId: RunId
  readonly stream: string
  readonly node: string
}

export interface Seen {
  readonly members: readonly MemberSeen[]
  /** One for each share. */
  readonly shares: readonly ShareSeen[]
  readonly calls: readonly CallSeen[]
}

export interface Taken {
  readonly share: number
  /** Who held it before; null: nobody, or not known. */
  readonly before: string | null
  readonly checkpoint: Position | null
}

export interface OwnershipUnavailable {
  readonly type: 'OwnershipUnavailable'
  readonly reason: string
}

export interface OwnershipStore {
  /**
   * Ends what a version of the service that knew no shares has left behind, so that this one goes on
   * from there. Answers its process that still schedules, in which case nothing was done.
   */
  readonly succeed: (
    hasEnded: (process: Member) => boolean,
  ) => TE.TaskEither<OwnershipUnavailable, Member | null>
  /** Renews a process's lease, for `leaseMs` from now by the store's clock. */
  readonly beat: (
    member: Member,
    willing: boolean,
    leaseMs: number,
  ) => TE.TaskEither<OwnershipUnavailable, void>
  /** How things are; of the members and calls, those of others. */
  readonly look: (member: Member) => TE.TaskEither<OwnershipUnavailable, Seen>
  /** Takes those of the shares that no other member holds. */
  readonly take: (
    member: Member,
    shares: readonly number[],
  ) => TE.TaskEither<OwnershipUnavailable, readonly Taken[]>
  /** Gives shares up, and says which calls are still being made in them. */
  readonly release: (
    member: Member,
    shares: readonly number[],
    calls: readonly Omit<CallSeen, 'node'>[],
  ) => TE.TaskEither<OwnershipUnavailable, void>
  /** Calls announced on releasing have ended. */
  readonly callsEnded: (
    member: Member,
    runIds: readonly RunId[],
  ) => TE.TaskEither<OwnershipUnavailable, void>
  /** Removes members that are taken for dead, those excepted that have renewed their lease since. */
  readonly forget: (
    members: readonly Pick<MemberSeen, 'node' | 'mark'>[],
  ) => TE.TaskEither<OwnershipUnavailable, void>
  /** Removes the process itself. */
  readonly leave: (member: Member) => TE.TaskEither<OwnershipUnavailable, void>
}
