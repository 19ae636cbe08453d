// The port to the event store and every promise an adapter has to keep. Nothing here knows a task:
// events are a type name and two JSON documents. One contract suite (test/contracts) runs against
// all adapters; what it does not check is not promised.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'

interface RevisionBrand {
  readonly Revision: unique symbol
}
interface PositionBrand {
  readonly Position: unique symbol
}
interface StreamNameBrand {
  readonly StreamName: unique symbol
}

/** Place of an event in its stream. The first event of every stream has revision 0. */
export const Revision = t.brand(
  t.number,
  (n): n is t.Branded<number, RevisionBrand> => Number.isSafeInteger(n) && n >= 0,
  'Revision',
)
export type Revision = t.TypeOf<typeof Revision>

/** The revision before this one; null before the first. */
export const revisionBefore = (revision: Revision): Revision | null => {
  const before = Revision.decode(revision - 1)
  return before._tag === 'Right' ? before.right : null
}

/**
 * Place of an event in the whole log: an opaque string of fixed width within one adapter.
 * Compared only by {@link EventStore.comparePositions}.
 */
export const Position = t.brand(
  t.string,
  (s): s is t.Branded<string, PositionBrand> => /^[0-9a-zA-Z-]{1,64}$/.test(s),
  'Position',
)
export type Position = t.TypeOf<typeof Position>

/** `<category>-<name>`, e.g. `task-default/billing/nightly`. At most 6,000 characters. */
export const StreamName = t.brand(
  t.string,
  (s): s is t.Branded<string, StreamNameBrand> => s.length > 0 && s.length <= 6000,
  'StreamName',
)
export type StreamName = t.TypeOf<typeof StreamName>

/**
 * What the writer believes of the stream: `none` (it has never had an event), the revision of its
 * newest event, or `any` (append whatever is there).
 */
export type ExpectedRevision = 'none' | 'any' | Revision

export interface NewEvent {
  /** UUID, lower case. Makes an exact repeat of an append recognisable. */
  readonly id: string
  readonly type: string
  /** JSON values. Stored and given back unchanged (object key order aside). */
  readonly data: unknown
  readonly metadata: unknown
}

export interface StreamAppend {
  readonly stream: StreamName
  readonly expected: ExpectedRevision
  /** At least one. They land whole or not at all. */
  readonly events: readonly NewEvent[]
}

export type AppendOutcome =
  /** `revision` and `position` are those of the last event of this append. */
  | { readonly type: 'Appended'; readonly revision: Revision; readonly position: Position }
  /** Nothing was written. `actual` is the stream's newest revision, null when it never had one. */
  | { readonly type: 'Conflict'; readonly actual: Revision | null }
  /** Nothing was written, and never will be: the store takes no append of that size. */
  | { readonly type: 'TooLarge' }

export interface RecordedEvent extends NewEvent {
  readonly stream: StreamName
  readonly revision: Revision
  readonly position: Position
  /** Epoch milliseconds by the store's clock. */
  readonly recordedAtMs: number
}

export interface LogPage {
  /** In position order; only streams with one of the asked prefixes. */
  readonly events: readonly RecordedEvent[]
  /**
   * Everything up to and including this position has been looked at, events of other prefixes
   * included: the `after` of the next read, and what a consumer stores as its checkpoint. Null only
   * while the log is empty and no `after` was given.
   */
  readonly through: Position | null
  /** True when nothing beyond `through` was readable at the time of the read. */
  readonly atHead: boolean
}

/** The store could not answer. Whether an append among it took effect is unknown. */
export interface StoreUnavailable {
  readonly type: 'StoreUnavailable'
  readonly reason: string
  /** False for what no repetition cures (wrong credentials, a schema too new). */
  readonly retryable: boolean
}

export interface EventStore {
  /**
   * Appends to many streams at once and answers one outcome for each, in order. Streams are
   * independent: one may conflict while its neighbour lands. A stream stands at most once in a call.
   *
   * - A numeric expectation must be exactly the head, `none` means no event ever (truncated ones
   *   count as having been); everything else conflicts, numbers beyond the head included.
   * - The same ids in the same order on the same stream with the same numeric or `none`
   *   expectation, appended again, is `Appended` with the original revision and position, and writes
   *   nothing — also when the stream has grown since. Nothing is promised for `any`.
   * - After `StoreUnavailable` the outcome is unknown: repeat the exact append until it is answered.
   */
  append(
    appends: readonly StreamAppend[],
  ): TE.TaskEither<StoreUnavailable, readonly AppendOutcome[]>

  /**
   * One stream's events, oldest first (`forwards`, from revision 0 or `from`, inclusive) or newest
   * first (`backwards`, from the head or `from`, inclusive). A stream nobody wrote to, or whose
   * remaining part is truncated, is an empty list.
   */
  readStream(
    stream: StreamName,
    options: {
      readonly direction: 'forwards' | 'backwards'
      readonly from?: Revision
      readonly limit: number
    },
  ): TE.TaskEither<StoreUnavailable, readonly RecordedEvent[]>

  /**
   * The log strictly after a position, in position order, streams starting with one of `prefixes`
   * (empty: all). Never shows a position at which an earlier event can still appear.
   */
  readAll(options: {
    readonly after: Position | null
    readonly prefixes: readonly string[]
    readonly limit: number
  }): TE.TaskEither<StoreUnavailable, LogPage>

  /**
   * As {@link readAll}, for ever: catches up, then stays live. Yields a page when there are events,
   * when it first reaches the head, and now and then while only other prefixes' events pass by, so
   * that checkpoints move. The next page is fetched no earlier than the consumer asks for it, except
   * that one page may be read ahead. Ends when `signal` aborts; throws nothing: a broken connection
   * is retried with back-off until then, from where the consumer stands.
   */
  subscribe(options: {
    readonly after: Position | null
    readonly prefixes: readonly string[]
    readonly limit: number
    readonly signal: AbortSignal
  }): AsyncIterable<LogPage>

  /** Forgets the events of a stream before a revision. The head and its revision stay. */
  truncate(stream: StreamName, before: Revision): TE.TaskEither<StoreUnavailable, void>

  /** The newest readable position, null for an empty log. */
  head(): TE.TaskEither<StoreUnavailable, Position | null>

  /** Negative, zero or positive, as for sort functions. */
  comparePositions(a: Position, b: Position): number

  /** Waits for appends in flight, then lets go of connections. */
  close(): Promise<void>
}
