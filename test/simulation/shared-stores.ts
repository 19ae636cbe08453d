// What the processes share beside the log, in memory and by the rules of the real tables: who
// schedules what, the agenda that this protects, and the heartbeats with the time. Time here is the world's.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { instantAt } from '../../src/domain/instant.ts'
import type { NodeId } from '../../src/domain/node/ids.ts'
import type { Heartbeat, PresenceStore } from '../../src/nodes/presence-store.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { AgendaStore } from '../../src/scheduler/agenda/agenda-store.ts'
import { createMemoryOwnership } from '../../src/scheduler/ownership/memory-ownership-store.ts'
import type { OwnershipStore } from '../../src/scheduler/ownership/ownership-store.ts'

export interface SharedStores {
  readonly ownership: OwnershipStore
  /** As one process sees it: only a share's holder may write it. */
  readonly agendaOf: (node: string) => AgendaStore
  readonly presence: PresenceStore
}

export const createSharedStores = (now: () => number): SharedStores => {
  const agenda = createMemoryAgenda()
  const { checkpointOf } = agenda
  const { store: ownership, holderOf } = createMemoryOwnership({ now, checkpointOf })
  const heartbeats = new Map<NodeId, Heartbeat & { readonly seenAt: number }>()

  return {
    ownership,
    agendaOf: (node) => agenda.seenBy((share) => holderOf(share) === node),
    presence: {
      time: () => TE.fromIO(now),
      beat: (heartbeat) =>
        TE.fromIO(() => void heartbeats.set(heartbeat.nodeId, { ...heartbeat, seenAt: now() })),
      seen: () =>
        TE.fromIO(() =>
          [...heartbeats.values()].map(({ seenAt, ...heartbeat }) => ({
            ...heartbeat,
            lastSeenAt: instantAt(seenAt),
            silentMs: now() - seenAt,
          })),
        ),
      forget: (ids) => TE.fromIO(() => ids.forEach((id) => heartbeats.delete(id))),
      close: () => Promise.resolve(),
    },
  }
}
