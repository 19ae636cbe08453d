// The rules of a process's own story. Saying twice what is known adds nothing, and nobody is refused:
// what a process has to say about itself is never an error.
import * as E from 'fp-ts/lib/Either.js'
import type { Decider } from '../decider.ts'
import type { Instant } from '../instant.ts'
import type { NodeEvent, NodeEventOf } from './events.ts'
import type { NodeId } from './ids.ts'
import type { NodeState } from './state.ts'

interface OfNode {
  readonly nodeId: NodeId
  readonly issuedAt: Instant
}

export type NodeCommand =
  | (OfNode & { readonly type: 'StartNode' } & Omit<
        NodeEventOf<'NodeStarted'>,
        'type' | 'startedAt'
      >)
  | (OfNode & { readonly type: 'StopNode' })
  | (OfNode & {
      readonly type: 'GiveUpNode'
      readonly lastSeenAt: Instant | null
      readonly by: string
    })
  | (OfNode & { readonly type: 'ReturnNode' })
  | (OfNode & { readonly type: 'NoteSuspension'; readonly forMs: number })
  | (OfNode & {
      readonly type: 'NoteClockStep'
      readonly clock: NodeEventOf<'ClockStepped'>['clock']
      readonly byMs: number
    })
  | (OfNode & {
      readonly type: 'SuspectClock'
      readonly because: NodeEventOf<'ClockSuspected'>['because']
      readonly offsetMs: number | null
    })
  | (OfNode & { readonly type: 'TrustClock'; readonly offsetMs: number })

const decide = (command: NodeCommand, state: NodeState): E.Either<never, readonly NodeEvent[]> =>
  E.right(eventsOf(command, state))

const eventsOf = (command: NodeCommand, state: NodeState): readonly NodeEvent[] => {
  const { issuedAt } = command
  const running = state.status === 'Running'
  switch (command.type) {
    case 'StartNode': {
      const { roles, version, tzVersion, host, pid } = command
      const started = { roles, version, tzVersion, host, pid }
      return state.status === 'Absent'
        ? [{ type: 'NodeStarted', startedAt: issuedAt, ...started }]
        : []
    }
    case 'StopNode':
      return running || state.status === 'Lost'
        ? [{ type: 'NodeStopped', stoppedAt: issuedAt }]
        : []
    case 'GiveUpNode': {
      const { lastSeenAt, by } = command
      return running ? [{ type: 'NodeLost', lostAt: issuedAt, lastSeenAt, by }] : []
    }
    case 'ReturnNode':
      return state.status === 'Lost' ? [{ type: 'NodeReturned', returnedAt: issuedAt }] : []
    case 'NoteSuspension':
      return [{ type: 'NodeSuspended', noticedAt: issuedAt, forMs: command.forMs }]
    case 'NoteClockStep': {
      const { clock, byMs } = command
      return [{ type: 'ClockStepped', noticedAt: issuedAt, clock, byMs }]
    }
    case 'SuspectClock': {
      const { because, offsetMs } = command
      const told = state.status === 'Absent' || state.suspicion?.because === because
      return told ? [] : [{ type: 'ClockSuspected', suspectedAt: issuedAt, because, offsetMs }]
    }
    case 'TrustClock': {
      const { offsetMs } = command
      const told = state.status === 'Absent' || state.suspicion === null
      return told ? [] : [{ type: 'ClockTrusted', trustedAt: issuedAt, offsetMs }]
    }
  }
}

const evolve = (state: NodeState, event: NodeEvent): NodeState => {
  if (event.type === 'NodeStarted') {
    const { startedAt, roles, version, tzVersion, host, pid } = event
    const start = { startedAt, roles, version, tzVersion, host, pid }
    return { status: 'Running', start, suspicion: null }
  }
  if (state.status === 'Absent') return state
  const { start, suspicion } = state
  switch (event.type) {
    case 'NodeStopped':
      return { status: 'Stopped', start, suspicion, endedAt: event.stoppedAt }
    case 'NodeLost': {
      const { lostAt: endedAt, lastSeenAt, by } = event
      return { status: 'Lost', start, suspicion, endedAt, lastSeenAt, by }
    }
    case 'NodeReturned':
      return { status: 'Running', start, suspicion }
    case 'NodeSuspended':
    case 'ClockStepped':
      return state
    case 'ClockSuspected': {
      const { suspectedAt, because, offsetMs } = event
      return { ...state, suspicion: { suspectedAt, because, offsetMs } }
    }
    case 'ClockTrusted':
      return { ...state, suspicion: null }
  }
}

export const nodeDecider: Decider<NodeCommand, NodeState, NodeEvent, never> = {
  initialState: { status: 'Absent' },
  decide,
  evolve,
  // A life has few events.
  carryForward: () => null,
  sinceChange: () => 0,
  carriesState: () => false,
}
