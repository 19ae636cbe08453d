// The folded state of one process: whether it runs, how it ended, and whether its clock is trusted.
import type { Instant } from '../instant.ts'
import type { NodeEventOf } from './events.ts'

type Start = Omit<NodeEventOf<'NodeStarted'>, 'type'>

/** Why its clock is suspect, since when; null: it is trusted. */
export type Suspicion = Omit<NodeEventOf<'ClockSuspected'>, 'type'> | null

interface Known {
  readonly start: Start
  readonly suspicion: Suspicion
}

export type NodeState =
  | { readonly status: 'Absent' }
  | (Known & { readonly status: 'Running' })
  | (Known & { readonly status: 'Stopped'; readonly endedAt: Instant })
  | (Known & {
      readonly status: 'Lost'
      readonly endedAt: Instant
      readonly lastSeenAt: Instant | null
      readonly by: string
    })
