// What the projector remembers of a task's plan between two changes of it.
import type { Instant } from '../../domain/instant.ts'
import type { TaskState } from '../../domain/task/state.ts'

/** What has to be known of a task's newest row to make its next one. */
export interface KnownPlan {
  readonly status: Exclude<TaskState['status'], 'Absent'>
  readonly pausedUntil: Instant | null
  readonly statusSeq: number
  readonly definedSeq: number
  readonly addedSeq: number
  readonly startAt: number | null
  readonly repeatCount: number
}
