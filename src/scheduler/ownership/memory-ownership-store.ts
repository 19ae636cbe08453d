// Ownership in memory, by the rules of the real tables, for tests and the simulation.
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunId } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { CallSeen, Member, OwnershipStore } from './ownership-store.ts'
import { allShares } from './shares.ts'

interface MemberRow extends Member {
  readonly willing: boolean
  readonly endsAt: number
  readonly mark: string
}

interface ShareRow {
  readonly holder: string | null
  readonly before: string | null
}

export interface MemoryOwnership {
  readonly store: OwnershipStore
  readonly holderOf: (share: number) => string | null
}

export const createMemoryOwnership = (deps: {
  readonly now: () => number
  readonly checkpointOf: (share: number) => Position | null
}): MemoryOwnership => {
  const { now, checkpointOf } = deps
  const members = new Map<string, MemberRow>()
  const rows = new Map<number, ShareRow>(
    allShares.map((share) => [share, { holder: null, before: null }]),
  )
  const calls = new Map<RunId, CallSeen>()

  let beats = 0
  const remove = (node: string): void => {
    members.delete(node)
    for (const [runId, call] of calls) if (call.node === node) calls.delete(runId)
  }
  const others = <A extends { readonly node: string }>(all: Iterable<A>, node: string): A[] =>
    [...all].filter((one) => one.node !== node)

  const store: OwnershipStore = {
    succeed: () => TE.right(null),
    beat: (member, willing, leaseMs) =>
      TE.fromIO(() => {
        beats += 1
        const endsAt = now() + leaseMs
        members.set(member.node, { ...member, willing, endsAt, mark: String(beats) })
      }),
    look: ({ node }) =>
      TE.fromIO(() => ({
        members: others(members.values(), node).map(({ endsAt, ...member }) => ({
          ...member,
          lapsed: endsAt <= now(),
        })),
        shares: [...rows].map(([share, { holder }]) => ({
          share,
          holder,
          checkpoint: checkpointOf(share),
        })),
        calls: others(calls.values(), node).filter((call) => members.has(call.node)),
      })),
    take: ({ node }, shares) =>
      TE.fromIO(() =>
        shares.flatMap((share) => {
          const row = rows.get(share)
          if (row === undefined) return []
          const { holder } = row
          if (holder !== null && holder !== node && members.has(holder)) return []
          const before = holder === node ? row.before : (holder ?? row.before)
          rows.set(share, { holder: node, before })
          return [{ share, before, checkpoint: checkpointOf(share) }]
        }),
      ),
    release: ({ node }, shares, underWay) =>
      TE.fromIO(() => {
        for (const call of underWay) calls.set(call.runId, { ...call, node })
        for (const share of shares)
          if (rows.get(share)?.holder === node) rows.set(share, { holder: null, before: node })
      }),
    callsEnded: ({ node }, runIds) =>
      TE.fromIO(() => {
        for (const runId of runIds) if (calls.get(runId)?.node === node) calls.delete(runId)
      }),
    forget: (dead) =>
      TE.fromIO(() => {
        for (const { node, mark } of dead) if (members.get(node)?.mark === mark) remove(node)
      }),
    leave: ({ node }) => TE.fromIO(() => remove(node)),
  }
  return { store, holderOf: (share) => rows.get(share)?.holder ?? null }
}
