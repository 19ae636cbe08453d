// What the processes share beside the log, in memory and by the rules of the real tables: the lease,
// the agenda it protects, and the heartbeats with the time. Time here is the world's.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { instantAt } from '../../src/domain/instant.ts'
import type { NodeId } from '../../src/domain/node/ids.ts'
import type { Heartbeat, PresenceStore } from '../../src/nodes/presence-store.ts'
import { createMemoryAgendaStore } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { AgendaStore } from '../../src/scheduler/agenda/agenda-store.ts'
import type { LeaseHeld, LeaseStore } from '../../src/scheduler/lease/lease.ts'

export interface SharedStores {
  readonly lease: LeaseStore
  /** As one process sees it: only the lease's holder may write. */
  readonly agendaOf: (node: string) => AgendaStore
  readonly presence: PresenceStore
}

export const createSharedStores = (now: () => number): SharedStores => {
  let held: (LeaseHeld & { readonly endsAt: number }) | null = null
  const agenda = createMemoryAgendaStore()
  const heartbeats = new Map<NodeId, Heartbeat & { readonly seenAt: number }>()

  const lease: LeaseStore = {
    look: () => TE.fromIO(() => held),
    hold: (candidate, leaseMs, instead) =>
      TE.fromIO(() => {
        const { node } = candidate
        const free = held === null || held.endsAt <= now() || held.holder.node === instead
        if (held !== null && held.holder.node !== node && !free) return held
        const before = held?.holder.node === node ? held.before : (held?.holder.node ?? null)
        held = { holder: candidate, before, endsAt: now() + leaseMs }
        return held
      }),
    release: ({ node }) =>
      TE.fromIO(() => {
        if (held?.holder.node === node) held = { ...held, endsAt: now() }
      }),
  }

  return {
    lease,
    agendaOf: (node) => ({
      ...agenda,
      write: (rows, checkpoint) => () =>
        held?.holder.node === node && held.endsAt > now()
          ? agenda.write(rows, checkpoint)()
          : TE.left({
              type: 'AgendaUnavailable' as const,
              reason: 'the agenda is kept by another process',
            })(),
    }),
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
