// When nobody decided: the stretches of time without a single process that schedules and can tell the
// time, from what processes wrote into their streams, or others about them. A process that was lost is
// taken to have stood still since its last heartbeat. Before the first start nothing is claimed: the log
// may be older than the streams of processes.
import { instantAt, type Instant } from '../instant.ts'
import type { NodeEvent } from '../node/events.ts'
import type { NodeId } from '../node/ids.ts'
import type { EventRef } from './entry.ts'

export interface NodeEntry {
  readonly nodeId: NodeId
  readonly event: NodeEvent
  readonly ref: EventRef
}

/** Why the last one was gone: it stopped, was lost, stood still, or could not tell the time. */
export type OutageCause = 'stopped' | 'lost' | 'suspended' | 'clock'

export interface Outage {
  readonly from: Instant
  /** Null: it lasts. */
  readonly to: Instant | null
  readonly because: OutageCause
  /** The process that was the last to go. */
  readonly node: NodeId
  /** What began it, and what ended it. */
  readonly events: readonly EventRef[]
}

interface Edge {
  readonly at: Instant
  readonly up: boolean
  readonly because: OutageCause
  readonly nodeId: NodeId
  readonly ref: EventRef
}

/** `entries` in the log's order; oldest outage first. */
export const outagesOf = (entries: readonly NodeEntry[]): readonly Outage[] => {
  const byNode = new Map<NodeId, NodeEntry[]>()
  for (const entry of entries) {
    const known = byNode.get(entry.nodeId)
    if (known === undefined) byNode.set(entry.nodeId, [entry])
    else known.push(entry)
  }
  const edges = [...byNode.values()].flatMap(edgesOf)
  // Where one goes at the very instant another comes, somebody was there all the time.
  edges.sort((a, b) => a.at - b.at || Number(b.up) - Number(a.up))
  const outages: Outage[] = []
  let running = 0
  let last: Edge | null = null
  for (const edge of edges) {
    if (edge.up && running === 0 && last !== null && last.at < edge.at)
      outages.push(outage(last, edge))
    running += edge.up ? 1 : -1
    last = running === 0 ? edge : null
  }
  return last === null ? outages : [...outages, outage(last, null)]
}

const outage = (gone: Edge, back: Edge | null): Outage => ({
  from: gone.at,
  to: back?.at ?? null,
  because: gone.because,
  node: gone.nodeId,
  events: back === null ? [gone.ref] : [gone.ref, back.ref],
})

/** Comings and goings of one process in turn, beginning with a coming. */
const edgesOf = (entries: readonly NodeEntry[]): readonly Edge[] => {
  const first = entries[0]?.event
  if (first?.type !== 'NodeStarted' || !first.roles.includes('scheduler')) return []
  const edges: Edge[] = []
  const isUp = (): boolean => edges.at(-1)?.up === true
  for (const { nodeId, event, ref } of entries) {
    const comes = (at: Instant): void => {
      if (!isUp()) edges.push({ at, up: true, because: 'stopped', nodeId, ref })
    }
    const goes = (at: Instant, because: OutageCause): void => {
      const since = edges.at(-1)
      if (since?.up === true)
        edges.push({ at: instantAt(Math.max(at, since.at)), up: false, because, nodeId, ref })
    }
    switch (event.type) {
      case 'NodeStarted':
        comes(event.startedAt)
        break
      case 'NodeStopped':
        goes(event.stoppedAt, 'stopped')
        break
      case 'NodeLost':
        goes(event.lastSeenAt ?? event.lostAt, 'lost')
        break
      case 'NodeReturned':
        comes(event.returnedAt)
        break
      case 'NodeSuspended':
        if (!isUp()) break
        goes(instantAt(event.noticedAt - event.forMs), 'suspended')
        comes(event.noticedAt)
        break
      case 'ClockSuspected':
        goes(event.suspectedAt, 'clock')
        break
      case 'ClockTrusted':
        comes(event.trustedAt)
        break
      case 'ClockStepped':
        break
    }
  }
  return edges
}

/** The first outage that touches a stretch of time, both ends included. */
export const outageWithin = (
  outages: readonly Outage[],
  from: Instant,
  through: Instant,
): Outage | null =>
  outages.find((one) => one.from <= through && (one.to === null || one.to >= from)) ?? null
