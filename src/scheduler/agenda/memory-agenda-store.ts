// The agenda's long run in memory, for tests and the simulation.
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Position } from '../../event-store/event-store.ts'
import type { AgendaRow, AgendaStore } from './agenda-store.ts'

const inOrder = (a: AgendaRow, b: AgendaRow): number =>
  a.dueAt - b.dueAt || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0)

export const createMemoryAgendaStore = (): AgendaStore => {
  const rows = new Map<string, number>()
  let position: Position | null = null
  return {
    checkpoint: () => TE.right(position),
    write: (changes, checkpoint) => {
      for (const { stream, dueAt } of changes)
        if (dueAt === null) rows.delete(stream)
        else rows.set(stream, dueAt)
      position = checkpoint ?? position
      return TE.right(undefined)
    },
    dueThrough: (throughMs, after, limit) =>
      TE.right(
        [...rows]
          .map(([stream, dueAt]) => ({ stream, dueAt }))
          .filter((row) => row.dueAt <= throughMs && (after === null || inOrder(row, after) > 0))
          .sort(inOrder)
          .slice(0, limit),
      ),
  }
}
