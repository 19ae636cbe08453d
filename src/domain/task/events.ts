// THE NAMES AND SHAPES IN THIS FILE ARE THE STORAGE FORMAT. They never change meaning: an old shape
// becomes a frozen codec with an upcaster, a new fact becomes a new event.
//
// Events carry what was decided, so that `evolve` copies and never recomputes. The task they belong
// to is named by their stream.
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { nullable, record, recordWith } from '../record.ts'
import { TriggerState } from '../schedule/schedule.ts'
import { TaskDefinition } from './definition.ts'
import { RunId } from './ids.ts'

export const Cause = t.keyof({
  schedule: null,
  manual: null,
  'catch-up': null,
  backfill: null,
  rerun: null,
})
export type Cause = t.TypeOf<typeof Cause>

/** Why a span of occurrences did not fire. */
export const SkipVerdict = t.keyof({
  paused: null,
  replaced: null,
  deleted: null,
  misfired: null,
  overlapping: null,
  calendar: null,
  'catch-up-limit': null,
  expired: null,
})
export type SkipVerdict = t.TypeOf<typeof SkipVerdict>

const event = record

export const TaskAdded = event({
  type: t.literal('TaskAdded'),
  addedAt: Instant,
  definition: TaskDefinition,
  trigger: TriggerState,
})
export const TaskReplaced = event({
  type: t.literal('TaskReplaced'),
  replacedAt: Instant,
  definition: TaskDefinition,
  trigger: TriggerState,
})
export const TaskPaused = event({
  type: t.literal('TaskPaused'),
  pausedAt: Instant,
  /** The scheduler resumes the task then; null: until someone does. */
  until: nullable(Instant),
  trigger: TriggerState,
})
export const TaskResumed = event({
  type: t.literal('TaskResumed'),
  resumedAt: Instant,
  trigger: TriggerState,
})
export const TaskDeleted = event({ type: t.literal('TaskDeleted'), deletedAt: Instant })
export const TaskCompleted = event({ type: t.literal('TaskCompleted'), completedAt: Instant })

export const TaskTriggered = recordWith(
  {
    type: t.literal('TaskTriggered'),
    runId: RunId,
    cause: Cause,
    /** The planned instant; null for a manual run. */
    scheduledFor: nullable(Instant),
    decidedAt: Instant,
    /** The open run this one has to wait for (overlap policy `queueOne`). */
    waitsFor: nullable(RunId),
    /** The trigger after this decision. */
    trigger: TriggerState,
    /** Revisions of the exclusion calendars that were consulted, by name. */
    calendars: t.readonly(t.record(t.string, t.number)),
    /** Version of the time-zone database the planned instant was computed with. */
    tzVersion: t.string,
  },
  {
    /** Its first attempt begins no earlier than this (backfill); left out: at once. */
    startAt: Instant,
    /** What it runs with, where that is not the task's definition of now (backfill). */
    definition: TaskDefinition,
  },
)
export const OccurrencesSkipped = event({
  type: t.literal('OccurrencesSkipped'),
  verdict: SkipVerdict,
  first: Instant,
  last: Instant,
  /** Counting stops at 10,000; `countExact` is false then. */
  count: t.number,
  countExact: t.boolean,
  decidedAt: Instant,
  /** The open run that stood in the way of an overlapping occurrence. */
  blockedBy: nullable(RunId),
  trigger: TriggerState,
  calendars: t.readonly(t.record(t.string, t.number)),
})

/** What one attempt saw. Durations in milliseconds, sizes in bytes; null: not known or not reached. */
export const AttemptReport = record({
  startedAt: Instant,
  durationMs: t.number,
  /** Offsets from `startedAt`, milliseconds. */
  phases: record({
    queuedMs: nullable(t.number),
    dnsMs: nullable(t.number),
    connectMs: nullable(t.number),
    tlsMs: nullable(t.number),
    firstByteMs: nullable(t.number),
  }),
  statusCode: nullable(t.number),
  /** The reply's beginning, up to the configured limit. */
  reply: nullable(t.string),
  replyBytes: nullable(t.number),
  /** SHA-256 of the whole reply, hex; null when it was kept whole. */
  replySha256: nullable(t.string),
})
export type AttemptReport = t.TypeOf<typeof AttemptReport>

export const RecallSucceeded = event({
  type: t.literal('RecallSucceeded'),
  runId: RunId,
  attempt: t.number,
  finishedAt: Instant,
  resultValue: nullable(t.string),
  /** Null when the callee reported by callback. */
  report: nullable(AttemptReport),
})
export const RecallFailed = event({
  type: t.literal('RecallFailed'),
  runId: RunId,
  attempt: t.number,
  finishedAt: Instant,
  reason: t.string,
  /** When the run is tried again (a superseded attempt: when its successor began); null: never. */
  retryAt: nullable(Instant),
  terminal: t.boolean,
  resultValue: nullable(t.string),
  report: nullable(AttemptReport),
})
export const RecallAccepted = event({
  type: t.literal('RecallAccepted'),
  runId: RunId,
  attempt: t.number,
  acceptedAt: Instant,
  /** The callee has to report before this. */
  deadlineAt: Instant,
  resultValue: nullable(t.string),
  report: nullable(AttemptReport),
})
export const RecallTimedOut = event({
  type: t.literal('RecallTimedOut'),
  runId: RunId,
  attempt: t.number,
  timedOutAt: Instant,
})
export const RecallTakenOver = event({
  type: t.literal('RecallTakenOver'),
  runId: RunId,
  /** The attempt that begins now; lower ones are superseded. */
  attempt: t.number,
  takenOverAt: Instant,
  /** Node that had the run before, where it is known. */
  from: nullable(t.string),
})
export const RecallReportedLate = event({
  type: t.literal('RecallReportedLate'),
  runId: RunId,
  attempt: nullable(t.number),
  reportedAt: Instant,
  success: t.boolean,
  reason: nullable(t.string),
  resultValue: nullable(t.string),
})
export const RunCancelled = event({
  type: t.literal('RunCancelled'),
  runId: RunId,
  cancelledAt: Instant,
  because: t.keyof({ paused: null, replaced: null, deleted: null, person: null }),
})

/** An open run inside carried-forward books; `definition` is an index into `definitions`. */
const CarriedRun = record({
  runId: RunId,
  cause: Cause,
  scheduledFor: nullable(Instant),
  triggeredAt: Instant,
  definition: t.number,
  attempt: t.number,
  retriesUsed: t.number,
  waitsFor: nullable(RunId),
  phase: t.keyof({ calling: null, waiting: null, accepted: null }),
  /** When the phase began (calling) or ends (waiting, accepted). */
  phaseAt: Instant,
  withdraw: nullable(t.keyof({ paused: null, replaced: null, deleted: null })),
})
export const TaskCarriedForward = recordWith(
  {
    type: t.literal('TaskCarriedForward'),
    carriedAt: Instant,
    status: t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null }),
    definitions: t.readonlyArray(TaskDefinition),
    /** Index of the current definition. */
    definition: t.number,
    trigger: TriggerState,
    addedAt: Instant,
    /** When the status began. */
    since: Instant,
    pausedUntil: nullable(Instant),
    runs: t.readonlyArray(CarriedRun),
  },
  {
    /** Events since the newest one that changed the task, this one included. Earlier versions did not say. */
    sinceChange: t.number,
  },
)

/** One codec per event, by type name. */
export const taskEventCodecs = {
  TaskAdded,
  TaskReplaced,
  TaskPaused,
  TaskResumed,
  TaskDeleted,
  TaskCompleted,
  TaskTriggered,
  OccurrencesSkipped,
  RecallSucceeded,
  RecallFailed,
  RecallAccepted,
  RecallTimedOut,
  RecallTakenOver,
  RecallReportedLate,
  RunCancelled,
  TaskCarriedForward,
} as const

export type TaskEventType = keyof typeof taskEventCodecs
export type TaskEvent = {
  [K in TaskEventType]: t.TypeOf<(typeof taskEventCodecs)[K]>
}[TaskEventType]
export type TaskEventOf<K extends TaskEventType> = t.TypeOf<(typeof taskEventCodecs)[K]>
