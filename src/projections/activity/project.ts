// What a person is told about an event: pure. The full event stays in the log; here is what makes
// its sentence.
import { isoOf, type Instant } from '../../domain/instant.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { RecordedEvent } from '../../event-store/event-store.ts'
import { runIdOf } from '../runs/project.ts'
import type { KnownTask } from '../tasks/table.ts'
import { ruleOf, targetOf } from '../tasks/table.ts'
import type { Envelope } from '../entry.ts'
import type { ActivityRow } from './table.ts'

export const activityRow = (
  event: TaskEvent,
  recorded: RecordedEvent,
  envelope: Envelope,
  task: KnownTask,
  seq: number,
): ActivityRow => ({
  atMs: Math.floor(recorded.recordedAtMs),
  seq,
  revision: recorded.revision,
  taskNo: task.taskNo,
  groupNo: task.groupNo,
  type: event.type,
  source: envelope.source,
  runId: runIdOf(event),
  position: recorded.position,
  actor: envelope.actor,
  reason: envelope.reason,
  detail: detailOf(event),
})

const iso = (instant: Instant | null): string | null => (instant === null ? null : isoOf(instant))

const reasonLengthMax = 200

const detailOf = (event: TaskEvent): string | null => {
  const detail = factsOf(event)
  return detail === null ? null : JSON.stringify(detail)
}

/** What the sentence about an event needs; null: no more than its type. */
export const factsOf = (event: TaskEvent): Readonly<Record<string, unknown>> | null => {
  switch (event.type) {
    case 'TaskAdded':
    case 'TaskReplaced': {
      const { definition } = event
      const { zone, endAt } = definition.schedule
      const rule = { rule: ruleOf(definition), zone, endAt: iso(endAt) }
      return { ...rule, target: targetOf(definition), name: definition.name }
    }
    case 'TaskPaused':
      return event.until === null ? null : { until: iso(event.until) }
    case 'TaskTriggered':
      return { cause: event.cause, scheduledFor: iso(event.scheduledFor) }
    case 'OccurrencesSkipped': {
      const { verdict, count, countExact, blockedBy } = event
      const span = { first: iso(event.first), last: iso(event.last) }
      return { verdict, ...span, count, countExact, blockedBy }
    }
    case 'RecallSucceeded': {
      const { attempt, report } = event
      return report === null
        ? { attempt }
        : { attempt, durationMs: report.durationMs, statusCode: report.statusCode }
    }
    case 'RecallFailed': {
      const { attempt, terminal, report } = event
      const reason = event.reason.slice(0, reasonLengthMax)
      const retryAt = iso(event.retryAt)
      return { attempt, reason, retryAt, terminal, statusCode: report?.statusCode ?? null }
    }
    case 'RecallAccepted':
      return { attempt: event.attempt, deadlineAt: iso(event.deadlineAt) }
    case 'RecallTimedOut':
      return { attempt: event.attempt }
    case 'RecallTakenOver':
      return { attempt: event.attempt, from: event.from }
    case 'RecallReportedLate':
      return { attempt: event.attempt, success: event.success }
    case 'RunCancelled':
      return { because: event.because }
    case 'TaskCarriedForward':
      return { status: event.status, openRuns: event.runs.length }
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
      return null
  }
}
