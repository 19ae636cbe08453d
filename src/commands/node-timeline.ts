// The lives of processes as far as they tell when nobody decided, kept beside the directory of
// processes. Bounded: the oldest lives that have ended are forgotten first, and of one life with
// uncommonly much to tell, what came right after its start.
import { outagesOf, type NodeEntry, type Outage } from '../domain/history/outages.ts'
import type { NodeEvent } from '../domain/node/events.ts'
import type { NodeId } from '../domain/node/ids.ts'
import type { RecordedEvent } from '../event-store/event-store.ts'

export interface NodeTimeline {
  readonly note: (nodeId: NodeId, event: NodeEvent, recorded: RecordedEvent) => void
  /** Oldest first. */
  readonly outages: () => readonly Outage[]
}

const endedLivesMax = 2_000
const entriesOfLifeMax = 1_000

export const createNodeTimeline = (): NodeTimeline => {
  /** In the order of their starts. */
  const lives = new Map<NodeId, NodeEntry[]>()
  let known: readonly Outage[] | null = null

  const forget = (): void => {
    if (lives.size <= endedLivesMax) return
    for (const [nodeId, entries] of lives) {
      const last = entries.at(-1)?.event.type
      if (last !== 'NodeStopped' && last !== 'NodeLost') continue
      lives.delete(nodeId)
      return
    }
  }

  return {
    note: (nodeId, event, { stream, revision, position, type }) => {
      const entry = { nodeId, event, ref: { stream, revision, position, type } }
      const entries = lives.get(nodeId) ?? []
      entries.push(entry)
      if (entries.length > entriesOfLifeMax) entries.splice(1, 1)
      lives.set(nodeId, entries)
      known = null
      forget()
    },
    outages: () => (known ??= outagesOf([...lives.values()].flat())),
  }
}
