// One row per event, as people read it. Written at least twice per fire, so it is narrow: the task by
// its number, names of a closed list as enumerations, and of the event's data only what a sentence
// about it needs.
import type { TaskEventType } from '../../domain/task/events.ts'
import type { RunId } from '../../domain/task/ids.ts'
import type { EventSource } from '../../event-store/envelope.ts'
import { int4, int8, json, text, timestamptz, uuid, type Column } from '../columns.ts'

export interface ActivityRow {
  readonly atMs: number
  /** Number of the event among all that were applied. */
  readonly seq: number
  readonly revision: number
  readonly taskNo: number
  readonly groupNo: number
  readonly type: TaskEventType
  readonly source: EventSource | null
  readonly runId: RunId | null
  readonly position: string
  readonly actor: string | null
  readonly reason: string | null
  /** JSON text of an object; null: there is nothing more to say. */
  readonly detail: string | null
}

export const activityColumns: readonly Column<ActivityRow>[] = [
  timestamptz('at', (row) => row.atMs),
  int8('seq', (row) => row.seq),
  int8('revision', (row) => row.revision),
  int4('task_no', (row) => row.taskNo),
  int4('group_no', (row) => row.groupNo),
  text('type', (row) => row.type, 'event_type'),
  text('source', (row) => row.source, 'event_source'),
  uuid('run_id', (row) => row.runId),
  text('position', (row) => row.position),
  text('actor', (row) => row.actor),
  text('reason', (row) => row.reason),
  json('detail', (row) => row.detail),
]

/** What somebody did to a task: kept when the history of its runs is dropped. */
export const isKept = (type: TaskEventType): boolean => kept.has(type)

const kept: ReadonlySet<TaskEventType> = new Set([
  'TaskAdded',
  'TaskReplaced',
  'TaskPaused',
  'TaskResumed',
  'TaskDeleted',
  'TaskCompleted',
])
