// When a task next needs the scheduler. Pure: a folded state in, an instant out. Two answers are
// kept apart: when this process has to look at the task again, and what the agenda's table says so
// that the next process finds runs that were left behind.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../../domain/instant.ts'
import { nextPlanned } from '../../domain/schedule/settle.ts'
import { compileTimetable } from '../../domain/schedule/timetable.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import { spreadOf } from '../../domain/task/occurrences.ts'
import type { OpenRun, TaskState } from '../../domain/task/state.ts'

/**
 * Next planned instant (spread included), end of a timed pause, retry, or report deadline. Runs in
 * hand wake nobody: whoever holds them speaks up when they are released.
 */
export const wakeAt = (
  taskId: TaskId,
  state: TaskState,
  inHand: (runId: RunId) => boolean,
): Instant | null =>
  earliestOf(
    transitionAt(taskId, state),
    state,
    (run) => run.phase !== 'calling' && !inHand(run.runId),
  )

/** What the agenda's table says: an attempt under way is due since it began, so that whoever starts next continues it. */
export const agendaDueAt = (taskId: TaskId, state: TaskState): Instant | null =>
  earliestOf(transitionAt(taskId, state), state, () => true)

const earliestOf = (
  transition: Instant | null,
  state: TaskState,
  counts: (run: OpenRun) => boolean,
): Instant | null => {
  let earliest = transition
  for (const run of state.runs.values())
    if (counts(run) && (earliest === null || run.phaseAt < earliest)) earliest = run.phaseAt
  return earliest
}

/** When the task's schedule or a timed pause asks for a decision; null: never by itself. */
export const transitionAt = (taskId: TaskId, state: TaskState): Instant | null => {
  if (state !== newest.state) newest = { state, at: computedTransition(taskId, state) }
  return newest.at
}

// Whoever attends to a task asks several times over; a state never changes, so it has one answer.
let newest: { readonly state: TaskState | null; readonly at: Instant | null } = {
  state: null,
  at: null,
}

const computedTransition = (taskId: TaskId, state: TaskState): Instant | null => {
  switch (state.status) {
    case 'Active': {
      const timetable = compileTimetable(state.definition.schedule)
      // A schedule this runtime cannot read is never due; adding one is refused.
      const next = E.isLeft(timetable) ? null : nextPlanned(timetable.right, state.trigger)
      return next === null
        ? null
        : instantAt(next + spreadOf(taskId, state.definition.schedule.jitterMs))
    }
    case 'Paused':
      return state.until
    case 'Absent':
    case 'Completed':
    case 'Deleted':
      return null
  }
}
