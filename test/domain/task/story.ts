// The cast of the task stories: one task, its definitions, and short ways to write its past.
import { instantAt, type Instant } from '../../../src/domain/instant.ts'
import { noCalendars } from '../../../src/domain/calendar/snapshot.ts'
import type { TriggerState } from '../../../src/domain/schedule/schedule.ts'
import { initialTrigger } from '../../../src/domain/schedule/settle.ts'
import type { TaskCommand, PlanningContext } from '../../../src/domain/task/commands.ts'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import { defaultPolicy, type RecallPolicy } from '../../../src/domain/task/definition.ts'
import type { TaskEvent, TaskEventOf } from '../../../src/domain/task/events.ts'
import type { RunId } from '../../../src/domain/task/ids.ts'
import { specificationOf } from '../../support/decider-spec.ts'
import { definitionOf, every, runId, taskId } from '../../support/definitions.ts'

export const { given } = specificationOf(taskDecider)

export const task = taskId('nightly', 'billing')
export const context: PlanningContext = { calendars: noCalendars, tzVersion: '2025c' }

/** `at(7)`: seven seconds after the story begins. */
export const at = (seconds: number): Instant =>
  instantAt(Date.UTC(2026, 10, 23, 8) + Math.round(seconds * 1000))

export const policyWith = (change: Partial<RecallPolicy>): RecallPolicy => ({
  ...defaultPolicy,
  ...change,
})
/** Every ten seconds from second 10 on. */
export const tenSeconds = definitionOf(every(10_000, { startAt: at(10) }))
export const withPolicy = (change: Partial<RecallPolicy>) =>
  definitionOf(every(10_000, { startAt: at(10) }), { policy: policyWith(change) })

export const added = (definition = tenSeconds, addedAt = at(0)): TaskEvent => ({
  type: 'TaskAdded',
  addedAt,
  definition,
  trigger: initialTrigger(definition.schedule, addedAt),
})
export const decided = (
  through: Instant,
  timesTriggered = 0,
  change: Partial<TriggerState> = {},
): TriggerState => ({
  decidedThrough: through,
  startAt: at(10),
  repeatCount: -1,
  timesTriggered,
  ...change,
})
export const triggered = (
  id: RunId,
  scheduledFor: Instant,
  change: Partial<TaskEventOf<'TaskTriggered'>> = {},
): TaskEvent => ({
  type: 'TaskTriggered',
  runId: id,
  cause: 'schedule',
  scheduledFor,
  decidedAt: scheduledFor,
  waitsFor: null,
  trigger: decided(scheduledFor, 1),
  calendars: {},
  tzVersion: '2025c',
  ...change,
})
export const skipped = (
  verdict: TaskEventOf<'OccurrencesSkipped'>['verdict'],
  first: Instant,
  last: Instant,
  count: number,
  change: Partial<TaskEventOf<'OccurrencesSkipped'>> = {},
): TaskEvent => ({
  type: 'OccurrencesSkipped',
  verdict,
  first,
  last,
  count,
  countExact: true,
  decidedAt: last,
  blockedBy: null,
  trigger: decided(last),
  calendars: {},
  ...change,
})
export const paused = (pausedAt: Instant, timesTriggered = 0): TaskEvent => ({
  type: 'TaskPaused',
  pausedAt,
  until: null,
  trigger: decided(pausedAt, timesTriggered),
})
export const deleted = (deletedAt: Instant): TaskEvent => ({ type: 'TaskDeleted', deletedAt })

export const decide = (issuedAt: Instant, id = runId(1)): TaskCommand => ({
  type: 'DecideOccurrences',
  taskId: task,
  issuedAt,
  runId: id,
  context,
})
export const pause = (issuedAt: Instant): TaskCommand => ({
  type: 'PauseTask',
  taskId: task,
  issuedAt,
  until: null,
})
export const resume = (issuedAt: Instant, id = runId(9)): TaskCommand => ({
  type: 'ResumeTask',
  taskId: task,
  issuedAt,
  runId: id,
  context,
})
export const remove = (issuedAt: Instant): TaskCommand => ({
  type: 'DeleteTask',
  taskId: task,
  issuedAt,
})
export const runNow = (issuedAt: Instant, id = runId(7)): TaskCommand => ({
  type: 'TriggerTask',
  taskId: task,
  issuedAt,
  runId: id,
  context,
})
export const add = (issuedAt: Instant, definition = tenSeconds, replace = false): TaskCommand => ({
  type: 'AddTask',
  taskId: task,
  issuedAt,
  definition,
  replace,
})
export const succeeded = (id: RunId, issuedAt: Instant, attempt = 1): TaskCommand => ({
  type: 'RecordAttempt',
  taskId: task,
  runId: id,
  attempt,
  issuedAt,
  report: null,
  chance: 0,
  result: { type: 'succeeded', resultValue: 'ok' },
})
export const failed = (id: RunId, issuedAt: Instant, attempt = 1): TaskCommand => ({
  type: 'RecordAttempt',
  taskId: task,
  runId: id,
  attempt,
  issuedAt,
  report: null,
  chance: 0,
  result: { type: 'failed', reason: 'refused', resultValue: null, retryable: true },
})
export const cancel = (id: RunId, issuedAt: Instant): TaskCommand => ({
  type: 'CancelRun',
  taskId: task,
  runId: id,
  issuedAt,
})
export const rerun = (issuedAt: Instant, id = runId(8)): TaskCommand => ({
  type: 'RerunTask',
  taskId: task,
  issuedAt,
  runId: id,
  context,
})
