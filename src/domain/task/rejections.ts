// Every way in which a task says no. Each names the refused fact; the words for people and the HTTP
// meaning are given elsewhere, once.
import type { Instant } from '../instant.ts'
import type { ScheduleProblem } from '../schedule/timetable.ts'
import type { RunId, TaskId } from './ids.ts'

export type TaskRejection =
  | { readonly type: 'TaskNotFound'; readonly taskId: TaskId }
  | { readonly type: 'TaskAlreadyExists'; readonly taskId: TaskId }
  | { readonly type: 'TaskAlreadyCompleted'; readonly taskId: TaskId }
  | { readonly type: 'ScheduleInvalid'; readonly taskId: TaskId; readonly problem: ScheduleProblem }
  | { readonly type: 'ScheduleNeverFires'; readonly taskId: TaskId; readonly asOf: Instant }
  | { readonly type: 'RunNotFound'; readonly taskId: TaskId; readonly runId: RunId }
  | { readonly type: 'RunAlreadyEnded'; readonly taskId: TaskId; readonly runId: RunId }
