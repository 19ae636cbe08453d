// The ways in which the world, not the domain, says no to a command. Each tells whether trying the
// same command again can help.
export type Fault =
  | {
      /** Somebody else kept winning the race for this stream. */
      readonly type: 'RevisionConflict'
      readonly stream: string
      readonly retryable: true
    }
  | {
      /** The caller named a revision it has seen, and there was a change since. Nothing was written. */
      readonly type: 'RevisionUnexpected'
      readonly expected: number
      /** The newest revision; null: the stream has no event. */
      readonly actual: number | null
      /** Of the newest change. */
      readonly changedAt: number | null
      readonly retryable: false
    }
  | {
      /** Whether the command took effect is not known when `outcome` is `unknown`. */
      readonly type: 'StoreUnavailable'
      readonly reason: string
      readonly outcome: 'unknown' | 'nothing-written'
      readonly retryable: boolean
    }
  | {
      /** The event store takes no append of that size. Nothing was written. */
      readonly type: 'AppendTooLarge'
      readonly stream: string
      readonly retryable: false
    }
  | {
      /** The log holds something this version cannot read. */
      readonly type: 'UndecodableEvent'
      readonly stream: string
      readonly revision: number
      readonly problems: readonly string[]
      readonly retryable: false
    }
