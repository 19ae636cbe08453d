// The agenda's long run in memory, for tests and the simulation.
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Position } from '../../event-store/event-store.ts'
import { shareOf } from '../ownership/shares.ts'
import type { AgendaRow, AgendaStore } from './agenda-store.ts'

const inOrder = (a: AgendaRow, b: AgendaRow): number =>
  a.dueAt - b.dueAt || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0)

export interface MemoryAgenda {
  /** As one process sees it; `holds`: whether a share is in its hands. */
  readonly seenBy: (holds: (share: number) => boolean) => AgendaStore
  readonly checkpointOf: (share: number) => Position | null
}

export const createMemoryAgenda = (): MemoryAgenda => {
  const rows = new Map<string, number>()
  const checkpoints = new Map<number, Position>()
  const seenBy = (holds: (share: number) => boolean): AgendaStore => ({
    write: (changes, shares, checkpoint) => () => {
      if (!shares.every(holds))
        return TE.left({
          type: 'AgendaUnavailable' as const,
          reason: 'the agenda is kept by another process',
        })()
      for (const { stream, dueAt } of changes)
        if (dueAt === null) rows.delete(stream)
        else rows.set(stream, dueAt)
      if (checkpoint !== null) for (const share of shares) checkpoints.set(share, checkpoint)
      return TE.right(undefined)()
    },
    dueThrough: (shares, throughMs, after, limit) =>
      TE.fromIO(() =>
        [...rows]
          .map(([stream, dueAt]) => ({ stream, dueAt }))
          .filter(
            (row) =>
              row.dueAt <= throughMs &&
              (after === null || inOrder(row, after) > 0) &&
              shares.includes(shareOf(row.stream)),
          )
          .sort(inOrder)
          .slice(0, limit),
      ),
  })
  return { seenBy, checkpointOf: (share) => checkpoints.get(share) ?? null }
}
