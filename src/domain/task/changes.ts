// Which events change a task, and which only tell what became of it. A change is what a caller makes
// and another caller must not overwrite unseen: the task is added, replaced, paused, resumed, deleted.
// Fires, verdicts, calls and their outcomes, also of runs that a person asked for, change nothing.
import type { TaskEvent, TaskEventType } from './events.ts'

const changes = {
  TaskAdded: true,
  TaskReplaced: true,
  TaskPaused: true,
  TaskResumed: true,
  TaskDeleted: true,
  TaskCompleted: false,
  TaskTriggered: false,
  OccurrencesSkipped: false,
  RecallSucceeded: false,
  RecallFailed: false,
  RecallAccepted: false,
  RecallTimedOut: false,
  RecallTakenOver: false,
  RecallReportedLate: false,
  RunCancelled: false,
  TaskCarriedForward: false,
} as const satisfies Record<TaskEventType, boolean>

export const changeTypes: readonly string[] = Object.entries(changes)
  .filter(([, isChange]) => isChange)
  .map(([type]) => type)

/**
 * How many events lie behind the newest change once this one has come. Books of earlier versions do
 * not say how long ago that was: nothing before them can be told to be unchanged.
 */
export const sinceChangeAfter = (before: number, event: TaskEvent): number => {
  if (event.type === 'TaskCarriedForward') return event.sinceChange ?? 0
  return changes[event.type] ? 0 : before + 1
}
