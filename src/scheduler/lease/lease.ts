// Who schedules. One scheduler process acts at a time, so that no call is made twice for want of
// knowing; the others stand by. This saves work and keeps the agenda's table in one hand. It decides
// nothing: that an occurrence gets one verdict is the event store's doing, whoever asks.
import type * as TE from 'fp-ts/lib/TaskEither.js'

/** A process that would schedule. */
export interface Candidate {
  /** Its name, different at every start. */
  readonly node: string
  /** Where its process id means something: host name and process namespace. */
  readonly place: string
  readonly pid: number
}

export interface LeaseUnavailable {
  readonly type: 'LeaseUnavailable'
  readonly reason: string
}

export interface LeaseHeld {
  readonly holder: Candidate
  /** Who held it before the holder did; null: nobody, or not known. */
  readonly before: string | null
}

export interface LeaseStore {
  /** Who holds the lease now or held it last; null: nobody ever did. */
  look(): TE.TaskEither<LeaseUnavailable, LeaseHeld | null>
  /**
   * Takes the lease where it is free, or holds on to it, for `leaseMs` from now by the store's clock.
   * `instead`: a holder known to be dead, whose lease is taken before it ends. Answers who holds it.
   */
  hold(
    candidate: Candidate,
    leaseMs: number,
    instead: string | null,
  ): TE.TaskEither<LeaseUnavailable, LeaseHeld>
  /** Ends a lease early, if it is this candidate's. */
  release(candidate: Candidate): TE.TaskEither<LeaseUnavailable, void>
}
