// A decided span as a row of the ledger: pure.
import type { TaskEventOf } from '../../domain/task/events.ts'
import type { KnownTask } from '../tasks/table.ts'
import type { Skip } from './table.ts'

export const skipRow = (
  event: TaskEventOf<'OccurrencesSkipped'>,
  { taskNo, groupNo }: KnownTask,
  place: { readonly seq: number; readonly revision: number },
): Skip => {
  const { verdict, decidedAt, first, last, count, countExact, blockedBy } = event
  const span = { first, last, count, countExact }
  return { ...place, taskNo, groupNo, verdict, decidedAt, ...span, blockedBy }
}
