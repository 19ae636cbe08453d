// The verdicts. Every fire is a run, and stands among the runs; what was decided not to fire stands
// here, a row for each decided span. A fire costs nothing more for it: the ledger is read from both.
import type { Instant } from '../../domain/instant.ts'
import type { SkipVerdict } from '../../domain/task/events.ts'
import type { RunId } from '../../domain/task/ids.ts'
import { boolean, int4, int8, text, timestamptz, uuid, type Column } from '../columns.ts'

/** Occurrences that one decision kept from firing. */
export interface Skip {
  /** Number of its event among all events applied. */
  readonly seq: number
  readonly revision: number
  readonly taskNo: number
  readonly groupNo: number
  readonly verdict: SkipVerdict
  readonly decidedAt: Instant
  readonly first: Instant
  readonly last: Instant
  readonly count: number
  readonly countExact: boolean
  readonly blockedBy: RunId | null
}

export const skipColumns: readonly Column<Skip>[] = [
  int8('seq', (skip) => skip.seq),
  int8('revision', (skip) => skip.revision),
  timestamptz('decided_at', (skip) => skip.decidedAt),
  timestamptz('first_at', (skip) => skip.first),
  timestamptz('last_at', (skip) => skip.last),
  int4('task_no', (skip) => skip.taskNo),
  int4('group_no', (skip) => skip.groupNo),
  int4('count', (skip) => skip.count),
  boolean('count_exact', (skip) => skip.countExact),
  text('verdict', (skip) => skip.verdict),
  uuid('blocked_by', (skip) => skip.blockedBy),
]
