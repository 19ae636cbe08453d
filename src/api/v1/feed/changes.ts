// One event of a task as listeners get it: the entry of the list of activity, what it means for its
// run, and its frame as server-sent events are written. Made once, whoever listens; the event itself,
// with its payload, is not kept.
import type { TaskEvent, TaskEventType } from '../../../domain/task/events.ts'
import type { Position } from '../../../event-store/event-store.ts'
import { activityView } from '../../../projections/activity/view.ts'
import type { Entry } from '../../../projections/entry.ts'
import type { Outcome, TaskActivityView } from '../../../projections/views.ts'
import { activityJson } from '../json.ts'

/** What an event is about; also the name of its frame. `books`: nothing happened, a state was noted. */
export const kinds = ['task', 'run', 'occurrence', 'books'] as const
export type Kind = (typeof kinds)[number]

export interface Change extends Pick<
  TaskActivityView,
  'taskId' | 'position' | 'type' | 'runId' | 'actor' | 'source'
> {
  readonly kind: Kind
  /** What the event makes of its run. */
  readonly outcome: Outcome | null
  readonly frame: string
}

export const changeOf = (entry: Entry): Change => {
  const view = activityView(entry)
  const { taskId, position, type, runId, actor, source } = view
  const kind = kindOf(type)
  const outcome = outcomeOf(entry.event)
  const frame = frameOf(kind, position, { kind, outcome, ...activityJson(view) })
  return { taskId, position, type, runId, actor, source, kind, outcome, frame }
}

/** JSON holds no line break, so one `data` line is always enough. */
export const frameOf = (event: string, id: Position | null, data: object): string =>
  `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const kindOf = (type: TaskEventType): Kind => {
  switch (type) {
    case 'TaskAdded':
    case 'TaskReplaced':
    case 'TaskPaused':
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
      return 'task'
    case 'OccurrencesSkipped':
      return 'occurrence'
    case 'TaskTriggered':
    case 'RecallSucceeded':
    case 'RecallFailed':
    case 'RecallAccepted':
    case 'RecallTimedOut':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'RunCancelled':
      return 'run'
    case 'TaskCarriedForward':
      return 'books'
  }
}

/** In the words of the run log. A late report changes no run. */
const outcomeOf = (event: TaskEvent): Outcome | null => {
  switch (event.type) {
    case 'TaskTriggered':
      return event.startAt === undefined ? 'running' : 'retrying'
    case 'RecallTakenOver':
      return 'running'
    case 'RecallSucceeded':
      return 'succeeded'
    case 'RecallFailed':
      return event.terminal ? 'failed' : 'retrying'
    case 'RecallAccepted':
      return 'accepted'
    case 'RecallTimedOut':
      return 'timed-out'
    case 'RunCancelled':
      return 'cancelled'
    case 'RecallReportedLate':
    case 'TaskAdded':
    case 'TaskReplaced':
    case 'TaskPaused':
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
    case 'OccurrencesSkipped':
    case 'TaskCarriedForward':
      return null
  }
}
