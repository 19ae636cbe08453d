// The commands of a task's owner: add, pause, resume, delete, run now. Every transition settles each
// planned instant up to its own instant in the same append, so that nothing is left to be decided
// under a schedule that no longer holds.
import * as E from 'fp-ts/lib/Either.js'
import type { Consulted } from '../calendar/snapshot.ts'
import { instantAt, type Instant } from '../instant.ts'
import type { Schedule, TriggerState } from '../schedule/schedule.ts'
import { initialTrigger, settleDue, settleResume } from '../schedule/settle.ts'
import { compileTimetable, type Span, type Timetable } from '../schedule/timetable.ts'
import type {
  AddTask,
  DeleteTask,
  PauseTask,
  RerunTask,
  ResumeTask,
  TriggerTask,
} from './commands.ts'
import type { SkipVerdict, TaskEvent } from './events.ts'
import { completionIfExhausted, fireAll } from './occurrences.ts'
import type { TaskRejection } from './rejections.ts'
import type { Active, Paused, TaskState } from './state.ts'

type Decision = E.Either<TaskRejection, readonly TaskEvent[]>

export const addTask = (command: AddTask, state: TaskState): Decision => {
  const { taskId, definition, issuedAt } = command
  const timetable = compileTimetable(definition.schedule)
  if (E.isLeft(timetable))
    return E.left({ type: 'ScheduleInvalid', taskId, problem: timetable.left })
  switch (state.status) {
    case 'Active':
    case 'Paused': {
      if (!command.replace) return E.left({ type: 'TaskAlreadyExists', taskId })
      const settledThrough = later(state.trigger.decidedThrough, issuedAt)
      const trigger = triggerAgain(definition.schedule, issuedAt, settledThrough)
      if (neverFires(definition.schedule, timetable.right, trigger, issuedAt))
        return E.left({ type: 'ScheduleNeverFires', taskId, asOf: issuedAt })
      const settled = settleAway(state, state.status === 'Paused' ? 'paused' : 'replaced', issuedAt)
      if (E.isLeft(settled)) return settled
      const replaced = { type: 'TaskReplaced', replacedAt: issuedAt, definition, trigger } as const
      return E.right([...settled.right, replaced])
    }
    case 'Absent':
    case 'Completed':
    case 'Deleted': {
      const trigger =
        state.status === 'Absent'
          ? initialTrigger(definition.schedule, issuedAt)
          : triggerAgain(definition.schedule, issuedAt, state.trigger.decidedThrough)
      if (neverFires(definition.schedule, timetable.right, trigger, issuedAt))
        return E.left({ type: 'ScheduleNeverFires', taskId, asOf: issuedAt })
      return state.status === 'Completed'
        ? E.right([{ type: 'TaskReplaced', replacedAt: issuedAt, definition, trigger }])
        : E.right([{ type: 'TaskAdded', addedAt: issuedAt, definition, trigger }])
    }
  }
}

/**
 * The trigger of a task whose stream already holds decisions up to `decidedThrough`. No instant gets
 * a second verdict: an endless grid goes on after it, a counted one that would reach back is moved
 * to begin now, with its full count.
 */
const triggerAgain = (schedule: Schedule, now: Instant, decidedThrough: Instant): TriggerState => {
  const fresh = initialTrigger(schedule, now)
  if (fresh.decidedThrough >= decidedThrough) return fresh
  const counted = schedule.type === 'simple' && schedule.repeatCount >= 0
  return counted
    ? { ...fresh, startAt: instantAt(Math.max(now, decidedThrough) + 1), decidedThrough }
    : { ...fresh, decidedThrough }
}

const neverFires = (
  schedule: Schedule,
  timetable: Timetable,
  trigger: TriggerState,
  now: Instant,
): boolean => {
  const outlook = settleDue({ schedule, timetable, trigger, now, exclusions: null })
  return outlook.next === null && !outlook.verdicts.some((verdict) => verdict.type === 'fire')
}

/** Skips whatever is still undecided at a transition that ends the current schedule. */
const settleAway = (
  state: Active | Paused,
  verdict: SkipVerdict,
  now: Instant,
): E.Either<never, readonly TaskEvent[]> => {
  const { definition, trigger } = state
  const timetable = compileTimetable(definition.schedule)
  // A schedule that this runtime no longer understands plans nothing that could be skipped.
  const span = E.isLeft(timetable)
    ? null
    : timetable.right.span(trigger, trigger.decidedThrough, now)
  if (span === null) return E.right([])
  const settled = { ...trigger, decidedThrough: later(trigger.decidedThrough, now) }
  return E.right([skipped(verdict, span, now, settled)])
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

const skipped = (
  verdict: SkipVerdict,
  span: Span,
  decidedAt: Instant,
  trigger: TriggerState,
  calendars: Consulted['revisions'] = {},
): TaskEvent => ({
  type: 'OccurrencesSkipped',
  verdict,
  first: span.first,
  last: span.last,
  count: span.count,
  countExact: span.countExact,
  decidedAt,
  blockedBy: null,
  trigger,
  calendars,
})

export const pauseTask = (command: PauseTask, state: TaskState): Decision => {
  const { taskId, issuedAt, until } = command
  switch (state.status) {
    case 'Absent':
    case 'Deleted':
      return E.left({ type: 'TaskNotFound', taskId })
    case 'Completed':
      return E.left({ type: 'TaskAlreadyCompleted', taskId })
    case 'Paused':
      if (state.until === until) return E.right([]) // already so: nothing to record
      return E.right([{ type: 'TaskPaused', pausedAt: issuedAt, until, trigger: state.trigger }])
    case 'Active': {
      const settled = settleAway(state, 'paused', issuedAt)
      if (E.isLeft(settled)) return settled
      const trigger = {
        ...state.trigger,
        decidedThrough: later(state.trigger.decidedThrough, issuedAt),
      }
      return E.right([...settled.right, { type: 'TaskPaused', pausedAt: issuedAt, until, trigger }])
    }
  }
}

export const resumeTask = (command: ResumeTask, state: TaskState): Decision => {
  const { taskId, issuedAt, context } = command
  switch (state.status) {
    case 'Absent':
    case 'Deleted':
      return E.left({ type: 'TaskNotFound', taskId })
    case 'Completed':
      return E.left({ type: 'TaskAlreadyCompleted', taskId })
    case 'Active':
      return E.right([]) // already so
    case 'Paused': {
      if (command.onlyIfOver && (state.until === null || state.until > issuedAt)) return E.right([])
      const { schedule } = state.definition
      const { exclusions, revisions } = context.calendars.consult(taskId.tenant, schedule.calendars)
      const timetable = compileTimetable(schedule)
      if (E.isLeft(timetable))
        return E.left({ type: 'ScheduleInvalid', taskId, problem: timetable.left })
      const settled = settleResume({
        schedule,
        timetable: timetable.right,
        trigger: state.trigger,
        now: issuedAt,
        exclusions,
      })
      const { span, skips, fires, trigger, next } = settled
      return E.right([
        ...(span === null ? [] : [skipped('paused', span, issuedAt, trigger)]),
        ...skips.map((skip) => skipped(skip.verdict, skip, issuedAt, trigger, revisions)),
        { type: 'TaskResumed', resumedAt: issuedAt, trigger },
        ...fireAll(command, state, { fires, between: skips, trigger, revisions }),
        ...completionIfExhausted(next, issuedAt),
      ])
    }
  }
}

export const deleteTask = (command: DeleteTask, state: TaskState): Decision => {
  const { taskId, issuedAt } = command
  switch (state.status) {
    case 'Absent':
    case 'Deleted':
      return E.left({ type: 'TaskNotFound', taskId })
    case 'Active':
    case 'Paused':
    case 'Completed': {
      const settled =
        state.status === 'Completed'
          ? E.right([])
          : settleAway(state, state.status === 'Paused' ? 'paused' : 'deleted', issuedAt)
      if (E.isLeft(settled)) return settled
      const cancelled = [...state.runs.values()]
        .filter((run) => run.phase === 'waiting')
        .map(({ runId }): TaskEvent => ({
          type: 'RunCancelled',
          runId,
          cancelledAt: issuedAt,
          because: 'deleted',
        }))
      const deleted: TaskEvent = { type: 'TaskDeleted', deletedAt: issuedAt }
      return E.right([...settled.right, ...cancelled, deleted])
    }
  }
}

export const triggerTask = (command: TriggerTask, state: TaskState): Decision =>
  runOnce(command, state, 'manual')

export const rerunTask = (command: RerunTask, state: TaskState): Decision =>
  runOnce(command, state, 'rerun')

/** A person's own run: it consumes no planned instant, and so names none. */
const runOnce = (
  command: TriggerTask | RerunTask,
  state: TaskState,
  cause: 'manual' | 'rerun',
): Decision => {
  const { taskId, runId, issuedAt, context } = command
  switch (state.status) {
    case 'Absent':
    case 'Deleted':
      return E.left({ type: 'TaskNotFound', taskId })
    case 'Active':
    case 'Paused':
    case 'Completed':
      return E.right([
        {
          type: 'TaskTriggered',
          runId,
          cause,
          scheduledFor: null,
          decidedAt: issuedAt,
          waitsFor: null,
          trigger: state.trigger,
          calendars: {},
          tzVersion: context.tzVersion,
        },
      ])
  }
}
