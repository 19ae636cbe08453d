// What an event says about its task, one event after the other. Events carry the resulting trigger,
// so the next fire is computed from the newest one alone, once a batch.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { TriggerState } from '../../domain/schedule/schedule.ts'
import { nextPlanned } from '../../domain/schedule/settle.ts'
import { compileTimetable } from '../../domain/schedule/timetable.ts'
import type { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { spreadOf } from '../../domain/task/occurrences.ts'
import type { EndedRun } from '../runs/table.ts'
import type { Envelope } from '../entry.ts'
import { targetOf, type Deed, type KnownTask, type Progress, type Registration } from './table.ts'

/** A task while a batch is applied. */
export interface TaskInBatch {
  task: KnownTask
  /** What has changed of its registration in this batch, null: nothing. */
  registration: Registration | null
  /** The newest trigger of this batch; null when no event carried one. */
  trigger: TriggerState | null
  /** Of the newest event. */
  revision: number
}

const noProgress = (): Progress => ({
  revision: 0,
  nextFireAt: null,
  fired: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  lastRun: null,
})

/** A task of which no event has been applied yet. */
export const unseenTask = (
  numbers: Pick<KnownTask, 'taskNo' | 'groupNo' | 'tenantNo'>,
  taskId: TaskId,
): KnownTask => ({
  ...numbers,
  taskId,
  status: 'Absent',
  target: '',
  timetable: null,
  spreadMs: 0,
  progress: noProgress(),
})

/** What of a definition the projection needs at every fire. */
export const readied = (taskId: TaskId, definition: TaskDefinition) => {
  const timetable = compileTimetable(definition.schedule)
  return {
    target: targetOf(definition),
    timetable: E.isRight(timetable) ? timetable.right : null,
    spreadMs: spreadOf(taskId, definition.schedule.jitterMs),
  }
}

export const projectTask = (
  into: TaskInBatch,
  event: TaskEvent,
  { actor: by, reason }: Envelope,
  ended: EndedRun | null,
): void => {
  const { progress } = into.task
  if (ended !== null) countEnd(progress, ended)
  switch (event.type) {
    case 'TaskAdded':
      return define(into, event, { at: event.addedAt, by, reason }, true)
    case 'TaskReplaced':
      return define(
        into,
        event,
        { at: event.replacedAt, by, reason },
        into.task.status === 'Absent',
      )
    case 'TaskPaused':
      return become(into, 'Paused', { at: event.pausedAt, by, reason }, event.until)
    case 'TaskResumed':
      into.trigger = event.trigger
      return become(into, 'Active', { at: event.resumedAt, by, reason })
    case 'TaskDeleted':
      return become(into, 'Deleted', { at: event.deletedAt, by, reason })
    case 'TaskCompleted':
      return become(into, 'Completed', { at: event.completedAt, by, reason })
    case 'TaskTriggered':
      into.trigger = event.trigger
      progress.fired += 1
      return
    case 'OccurrencesSkipped':
      into.trigger = event.trigger
      progress.skipped += event.count
      return
    case 'TaskCarriedForward': {
      // News only where the log before it is gone.
      const definition = event.definitions[event.definition]
      if (into.task.status !== 'Absent' || definition === undefined) return
      const nobody = { by: null, reason: null }
      const carried = { definition, trigger: event.trigger }
      define(into, carried, { at: event.addedAt, ...nobody }, true)
      return become(into, event.status, { at: event.since, ...nobody }, event.pausedUntil)
    }
    case 'RecallSucceeded':
    case 'RecallFailed':
    case 'RecallAccepted':
    case 'RecallTimedOut':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'RunCancelled':
      return
  }
}

const define = (
  into: TaskInBatch,
  { definition, trigger }: { definition: TaskDefinition; trigger: TriggerState },
  deed: Deed,
  anew: boolean,
): void => {
  const { task } = into
  into.trigger = trigger
  into.task = { ...task, ...readied(task.taskId, definition), status: 'Active' }
  into.registration = {
    added: anew ? deed : (into.registration?.added ?? null),
    changed: { ...deed, definition },
    status: { ...deed, pausedUntil: null },
  }
}

const become = (
  into: TaskInBatch,
  status: Exclude<KnownTask['status'], 'Absent'>,
  deed: Deed,
  pausedUntil: Instant | null = null,
): void => {
  if (into.task.status === 'Absent') return
  into.task = { ...into.task, status }
  into.registration = {
    added: into.registration?.added ?? null,
    changed: into.registration?.changed ?? null,
    status: { ...deed, pausedUntil },
  }
}

const countEnd = (progress: Progress, ended: EndedRun): void => {
  progress.lastRun = ended
  switch (ended.outcome) {
    case 'succeeded':
      progress.succeeded += 1
      return
    case 'failed':
      progress.failed += 1
      return
    case 'timed-out':
      progress.timedOut += 1
      return
    case 'cancelled':
      progress.cancelled += 1
      return
  }
}

/** Brings the progress up to date at the end of a batch: its newest revision, the next fire. */
export const finishBatch = ({ task, trigger, revision }: TaskInBatch): void => {
  task.progress.revision = revision
  task.progress.nextFireAt = nextFireOf(task, trigger)
}

const nextFireOf = (task: KnownTask, trigger: TriggerState | null): Instant | null => {
  if (task.status !== 'Active' || task.timetable === null) return null
  // No event moved the trigger, so it is where it was.
  if (trigger === null) return task.progress.nextFireAt
  const planned = nextPlanned(task.timetable, trigger)
  return planned === null ? null : instantAt(planned + task.spreadMs)
}
