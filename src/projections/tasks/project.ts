// What an event says about its task, one event after the other. Events carry the resulting trigger,
// so the next fire is computed from the newest one alone: once a batch, but for fires, where it is what
// shows that a fire on time is the only verdict that was due.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { TriggerState } from '../../domain/schedule/schedule.ts'
import { nextPlanned } from '../../domain/schedule/settle.ts'
import { compileTimetable } from '../../domain/schedule/timetable.ts'
import { sinceChangeAfter } from '../../domain/task/changes.ts'
import type { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskEvent, TaskEventOf } from '../../domain/task/events.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { spreadOf } from '../../domain/task/occurrences.ts'
import { nothingOwed, type Owed } from '../gaps/owed.ts'
import { owedAfter } from '../gaps/project.ts'
import type { EndedRun } from '../runs/table.ts'
import type { Envelope } from '../entry.ts'
import type { Stood } from './group-counts.ts'
import { targetOf, type Deed, type KnownTask, type Progress, type Registration } from './table.ts'

/** A task while a batch is applied. */
export interface TaskInBatch {
  task: KnownTask
  /** Whether it has no row yet. */
  readonly isNew: boolean
  /** What has changed of its registration in this batch, null: nothing. */
  registration: Registration | null
  /** Whether the next fire has to be computed anew. */
  moved: boolean
  /** What the task owed before the batch. */
  readonly owedBefore: readonly Owed[]
  readonly stoodBefore: Stood
  /** Of the newest event. */
  revision: number
}

const noProgress = (): Progress => ({
  revision: 0,
  changeRevision: 0,
  nextFireAt: null,
  fired: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  lastRun: null,
  failedInARow: 0,
  failingSince: null,
  trigger: null,
  owed: nothingOwed,
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
  plan: null,
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
  if (event.type === 'TaskTriggered' && fireOnTime(into, event)) return
  progress.changeRevision = changeRevisionAfter(progress.changeRevision, into.revision, event)
  progress.owed = owedAfter(into.task, event)
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
      moveTo(into, event.trigger)
      return become(into, 'Paused', { at: event.pausedAt, by, reason }, event.until)
    case 'TaskResumed':
      moveTo(into, event.trigger)
      return become(into, 'Active', { at: event.resumedAt, by, reason })
    case 'TaskDeleted':
      return become(into, 'Deleted', { at: event.deletedAt, by, reason })
    case 'TaskCompleted':
      return become(into, 'Completed', { at: event.completedAt, by, reason })
    case 'TaskTriggered':
      moveTo(into, event.trigger)
      progress.fired += 1
      return
    case 'OccurrencesSkipped':
      moveTo(into, event.trigger)
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

const changeRevisionAfter = (before: number, revision: number, event: TaskEvent): number =>
  revision - sinceChangeAfter(revision - 1 - before, event)

/**
 * The common case: the task fires for the instant that was planned next, and no other was passed.
 * False: it is another case, and nothing was done.
 */
const fireOnTime = (into: TaskInBatch, event: TaskEventOf<'TaskTriggered'>): boolean => {
  const { task } = into
  // Once, so that what moved a task makes one fire dear, and not all until the end of the batch.
  if (into.moved) task.progress.nextFireAt = nextFireOf(task, true)
  into.moved = false
  const { progress, timetable, spreadMs, status } = task
  const { trigger, nextFireAt } = progress
  const { cause, scheduledFor } = event
  if (status !== 'Active' || timetable === null || trigger === null) return false
  if (nextFireAt === null || scheduledFor !== nextFireAt - spreadMs) return false
  if (cause !== 'schedule' || !sameGrid(trigger, event.trigger)) return false
  const next = timetable.next(event.trigger, scheduledFor)
  if (next !== null && next <= event.trigger.decidedThrough) return false
  progress.trigger = event.trigger
  progress.nextFireAt = next === null ? null : instantAt(next + spreadMs)
  progress.fired += 1
  return true
}

const sameGrid = (a: TriggerState, b: TriggerState): boolean =>
  a.startAt === b.startAt && a.repeatCount === b.repeatCount

const moveTo = (into: TaskInBatch, trigger: TriggerState): void => {
  into.task.progress.trigger = trigger
  into.moved = true
}

const define = (
  into: TaskInBatch,
  { definition, trigger }: { definition: TaskDefinition; trigger: TriggerState },
  deed: Deed,
  anew: boolean,
): void => {
  const { task } = into
  moveTo(into, trigger)
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
  const { outcome, finishedAt } = ended
  const { runId, triggeredAt } = ended.run
  // No more than is told of it: a run is kept alive by nobody else.
  progress.lastRun = { run: { runId, triggeredAt }, outcome, finishedAt }
  countFailures(progress, ended)
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

/** A cancelled run says nothing about whether the task works. */
const countFailures = (progress: Progress, { outcome, finishedAt }: EndedRun): void => {
  if (outcome === 'cancelled') return
  const failed = outcome !== 'succeeded'
  progress.failedInARow = failed ? progress.failedInARow + 1 : 0
  progress.failingSince = failed ? (progress.failingSince ?? finishedAt) : null
}

/** Brings the progress up to date at the end of a batch: its newest revision, the next fire. */
export const finishBatch = ({ task, moved, revision }: TaskInBatch): void => {
  task.progress.revision = revision
  task.progress.nextFireAt = nextFireOf(task, moved)
}

const nextFireOf = (task: KnownTask, moved: boolean): Instant | null => {
  const { trigger } = task.progress
  if (task.status !== 'Active' || task.timetable === null || trigger === null) return null
  if (!moved) return task.progress.nextFireAt
  const planned = nextPlanned(task.timetable, trigger)
  return planned === null ? null : instantAt(planned + task.spreadMs)
}
