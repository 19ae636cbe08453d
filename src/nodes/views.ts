// All processes as they are asked about: what the log says of each, and what its heartbeat adds.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { NodeDirectory } from '../commands/nodes.ts'
import type { Instant } from '../domain/instant.ts'
import type { NodeId } from '../domain/node/ids.ts'
import type { NodeState } from '../domain/node/state.ts'
import type { PresenceStore, PresenceUnavailable, Seen } from './presence-store.ts'

export interface NodeView {
  readonly id: NodeId
  readonly roles: readonly string[]
  /** `suspect`: it runs, but was not heard of lately, or its clock is not trusted. */
  readonly state: 'running' | 'suspect' | 'stopped' | 'lost'
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly startedAt: Instant
  /** Its newest heartbeat; null: none is known. */
  readonly lastSeenAt: Instant | null
  /** When it stopped or was given up. */
  readonly endedAt: Instant | null
  /** Who gave it up. */
  readonly lostBy: string | null
  readonly clock: {
    readonly offsetMs: number | null
    readonly trusted: boolean
    readonly because: 'off' | 'unknown' | null
  }
  /** Tasks it looks after; null: it does not schedule. */
  readonly owns: number | null
  /** Shares of the tasks it looks after; null: it does not schedule. */
  readonly shares: number | null
}

/** A living process is heard of every other second. */
const silentMaxMs = 6_000

export const listNodes =
  (deps: {
    readonly directory: Pick<NodeDirectory, 'nodes'>
    readonly presence: Pick<PresenceStore, 'seen'>
  }): TE.TaskEither<PresenceUnavailable, readonly NodeView[]> =>
  async () => {
    const heard = await deps.presence.seen()()
    if (E.isLeft(heard)) return heard
    const seen = new Map(heard.right.map((row) => [row.nodeId, row]))
    const views = [...deps.directory.nodes()].map(([id, state]) =>
      viewOf(id, state, seen.get(id) ?? null),
    )
    return E.right(views.filter((view) => view !== null).sort(runningThenNewest))
  }

const viewOf = (id: NodeId, state: NodeState, seen: Seen | null): NodeView | null => {
  if (state.status === 'Absent') return null
  const { roles, host, pid, version, startedAt } = state.start
  const running = state.status === 'Running'
  const because = state.suspicion?.because ?? null
  return {
    id,
    roles,
    state: stateOf(state, seen),
    host,
    pid,
    version,
    startedAt,
    lastSeenAt: seen?.lastSeenAt ?? lastWordOf(state),
    endedAt: running ? null : state.endedAt,
    lostBy: state.status === 'Lost' ? state.by : null,
    clock: {
      offsetMs: seen?.offsetMs ?? state.suspicion?.offsetMs ?? null,
      trusted: because === null,
      because,
    },
    owns: running ? (seen?.owns?.tasks ?? null) : null,
    shares: running ? (seen?.owns?.shares ?? null) : null,
  }
}

const stateOf = (
  state: Exclude<NodeState, { status: 'Absent' }>,
  seen: Seen | null,
): NodeView['state'] => {
  switch (state.status) {
    case 'Running': {
      const quiet = seen === null || seen.silentMs > silentMaxMs
      return quiet || state.suspicion !== null ? 'suspect' : 'running'
    }
    case 'Stopped':
      return 'stopped'
    case 'Lost':
      return 'lost'
  }
}

const lastWordOf = (state: NodeState): Instant | null => {
  switch (state.status) {
    case 'Absent':
    case 'Running':
      return null
    case 'Stopped':
      return state.endedAt
    case 'Lost':
      return state.lastSeenAt
  }
}

const runningThenNewest = (a: NodeView, b: NodeView): number =>
  Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.startedAt - a.startedAt
