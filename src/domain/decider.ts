// The shape every aggregate's rules have: a pure decision, a pure fold, and a way to carry books
// forward so that loading a long stream stays cheap.
import type * as E from 'fp-ts/lib/Either.js'

export interface Decider<Command, State, Event, Rejection> {
  readonly initialState: State
  /** What happens, or why not. No events: the command was already satisfied. */
  readonly decide: (command: Command, state: State) => E.Either<Rejection, readonly Event[]>
  /** Total: copies what the event says, recomputes nothing. */
  readonly evolve: (state: State, event: Event) => State
  /**
   * An event that holds the whole folded state, once enough events have passed since the last one;
   * null while they have not.
   */
  readonly carryForward: (state: State, carriedAt: number) => Event | null
  /** How many events have come since the newest one that changed what callers edit. */
  readonly sinceChange: (state: State) => number
  /** Whether a backwards reader of the stream may stop at this event. */
  readonly carriesState: (event: Event) => boolean
}
