// Planned instants that the log has passed without a verdict: a row for each span of them. There are
// none where everything is as it should be, so that rows of a task are simply written anew.
import type { KnownTask } from '../tasks/table.ts'
import { boolean, int4, timestamptz, type Column } from '../columns.ts'
import type { Owed } from './owed.ts'

export interface GapRow {
  readonly task: KnownTask
  readonly owed: Owed
}

export const gapColumns: readonly Column<GapRow>[] = [
  int4('task_no', ({ task }) => task.taskNo),
  int4('group_no', ({ task }) => task.groupNo),
  timestamptz('first_at', ({ owed }) => owed.first),
  timestamptz('last_at', ({ owed }) => owed.last),
  int4('count', ({ owed }) => owed.count),
  boolean('count_exact', ({ owed }) => owed.countExact),
  timestamptz('since', ({ owed }) => owed.since),
  timestamptz('start_at', ({ owed }) => owed.startAt),
  int4('repeat_count', ({ owed }) => owed.repeatCount),
]
