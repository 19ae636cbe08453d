// Holds a task's expected timeline against its verdicts, from schedule and log alone. Every decision
// moves the trigger forward; the instants that its old schedule planned in between are owed a verdict
// each, and the events of the decision pay them off. What stays owed is a gap in the ledger. Pure.
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { Span, Timetable } from '../../domain/schedule/timetable.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { KnownTask } from '../tasks/table.ts'
import { nothingOwed, type Grid, type Owed } from './owed.ts'

interface Movement {
  /** The old schedule is decided up to here. */
  readonly through: Instant
  readonly at: Instant
  /** The instants this event itself gives their verdict. */
  readonly paid: Pick<Span, 'first' | 'last'> | null
}

/** Null: the event decides nothing. */
const movementOf = (event: TaskEvent): Movement | null => {
  switch (event.type) {
    case 'TaskTriggered': {
      const { cause, scheduledFor, decidedAt: at } = event
      const takesSlot = cause === 'schedule' || cause === 'catch-up'
      const paid =
        takesSlot && scheduledFor !== null ? { first: scheduledFor, last: scheduledFor } : null
      return { through: event.trigger.decidedThrough, at, paid }
    }
    case 'OccurrencesSkipped': {
      const { first, last, decidedAt: at } = event
      return { through: event.trigger.decidedThrough, at, paid: { first, last } }
    }
    case 'TaskPaused':
      return { through: event.trigger.decidedThrough, at: event.pausedAt, paid: null }
    case 'TaskResumed':
      return { through: event.trigger.decidedThrough, at: event.resumedAt, paid: null }
    case 'TaskReplaced':
      return { through: event.replacedAt, at: event.replacedAt, paid: null }
    case 'TaskDeleted':
      return { through: event.deletedAt, at: event.deletedAt, paid: null }
    case 'TaskCompleted':
      return { through: event.completedAt, at: event.completedAt, paid: null }
    case 'TaskAdded':
    case 'RecallSucceeded':
    case 'RecallFailed':
    case 'RecallAccepted':
    case 'RecallTimedOut':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'RunCancelled':
    case 'TaskCarriedForward':
      return null
  }
}

/** What is owed after the event; the task as it stood before it. */
export const owedAfter = (task: KnownTask, event: TaskEvent): readonly Owed[] => {
  const { status, timetable, progress } = task
  const { trigger, owed } = progress
  const movement = movementOf(event)
  if (movement === null || timetable === null || trigger === null) return owed
  const planned =
    status === 'Active' || status === 'Paused'
      ? timetable.span(trigger, trigger.decidedThrough, movement.through)
      : null
  const all =
    planned === null ? owed : [...owed, { ...planned, ...gridOf(trigger), since: movement.at }]
  const { paid } = movement
  if (paid === null || !all.some((one) => overlap(one, paid))) return all
  const left = all.flatMap((one) => without(timetable, one, paid))
  return left.length === 0 ? nothingOwed : left
}

const gridOf = ({ startAt, repeatCount }: Grid): Grid => ({ startAt, repeatCount })

const overlap = (a: Pick<Span, 'first' | 'last'>, b: Pick<Span, 'first' | 'last'>): boolean =>
  a.first <= b.last && b.first <= a.last

const without = (
  timetable: Timetable,
  owed: Owed,
  paid: Pick<Span, 'first' | 'last'>,
): readonly Owed[] => {
  if (!overlap(owed, paid)) return [owed]
  const within = (after: number, through: number): readonly Owed[] => {
    const trigger = { ...gridOf(owed), decidedThrough: owed.first, timesTriggered: 0 }
    const span = timetable.span(trigger, instantAt(after), instantAt(through))
    return span === null ? [] : [{ ...owed, ...span }]
  }
  return [
    ...within(owed.first - 1, Math.min(paid.first - 1, owed.last)),
    ...within(Math.max(paid.last, owed.first - 1), owed.last),
  ]
}
