// One row for each change of what a task plans: its definition, its status, or the grid a misfire
// moved. Fires leave no row. A definition stands only in the row that brought it; later rows name
// that row, and so do they the one that gave the task its status.
import type { Instant } from '../../domain/instant.ts'
import { Schedule } from '../../domain/schedule/schedule.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskEventType } from '../../domain/task/events.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { int4, int8, json, text, timestamptz, type Column } from '../columns.ts'
import type { Envelope } from '../entry.ts'
import type { KnownPlan } from './known.ts'

export interface PlanRow extends Envelope {
  readonly seq: number
  readonly taskNo: number
  readonly taskId: TaskId
  readonly revision: number
  /** When the event was recorded, epoch milliseconds. */
  readonly atMs: number
  readonly position: string
  readonly type: TaskEventType
  readonly since: Instant
  readonly plan: KnownPlan
  readonly definition: TaskDefinition | null
  readonly searchText: string | null
}

export const planColumns: readonly Column<PlanRow>[] = [
  int8('seq', ({ seq }) => seq),
  int4('task_no', ({ taskNo }) => taskNo),
  int8('revision', ({ revision }) => revision),
  timestamptz('at', ({ atMs }) => atMs),
  text('position', ({ position }) => position),
  text('type', ({ type }) => type, 'event_type'),
  text('actor', ({ actor }) => actor),
  text('reason', ({ reason }) => reason),
  text('source', ({ source }) => source, 'event_source'),
  text('status', ({ plan }) => plan.status, 'task_status'),
  timestamptz('since', ({ since }) => since),
  timestamptz('paused_until', ({ plan }) => plan.pausedUntil),
  int8('status_seq', ({ plan }) => plan.statusSeq),
  int8('defined_seq', ({ plan }) => plan.definedSeq),
  int8('added_seq', ({ plan }) => plan.addedSeq),
  json('definition', ({ definition }) =>
    definition === null ? null : JSON.stringify(TaskDefinition.encode(definition)),
  ),
  text('schedule', ({ definition }) =>
    definition === null ? null : JSON.stringify(Schedule.encode(definition.schedule)),
  ),
  text('search_text', ({ searchText }) => searchText),
  int8('start_at', ({ plan }) => plan.startAt),
  int8('repeat_count', ({ plan }) => plan.repeatCount),
]
