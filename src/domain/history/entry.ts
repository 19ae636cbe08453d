// One event of a task's stream with what stands beside it in the log: where it is, who caused it and
// why. All that questions about the past rest on; the log itself is read elsewhere.
import type { TaskEvent } from '../task/events.ts'

/** Where an event stands, so that whoever doubts an answer can read it. */
export interface EventRef {
  readonly stream: string
  readonly revision: number
  readonly position: string
  readonly type: string
}

export interface HistoryEntry<Event extends TaskEvent = TaskEvent> {
  readonly event: Event
  readonly ref: EventRef
  readonly actor: string | null
  readonly reason: string | null
  readonly source: string | null
}
