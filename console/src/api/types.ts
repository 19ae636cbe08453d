// What the REST API answers, as far as the console shows it; decoded at the border.
import * as t from 'io-ts'

export const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])
const text = nullable(t.string)
const number = nullable(t.number)

/** How far an answer reaches. */
export const AsOf = t.type({ asOf: t.partial({ ageMs: number, at: t.string }) })
const Words = t.type({ en: t.string, zh: t.string })

const statuses = { Active: null, Paused: null, Completed: null, Deleted: null }
const outcomes = {
  running: null,
  retrying: null,
  accepted: null,
  succeeded: null,
  failed: null,
  'timed-out': null,
  cancelled: null,
}
const causes = { schedule: null, manual: null, 'catch-up': null, backfill: null, rerun: null }
const Status = t.keyof(statuses)
const Outcome = t.keyof(outcomes)
const Cause = t.keyof(causes)
export type Status = t.TypeOf<typeof Status>
export type Outcome = t.TypeOf<typeof Outcome>
export const statusNames = Object.keys(statuses).filter(Status.is)
export const outcomeNames = Object.keys(outcomes).filter(Outcome.is)
export const causeNames = Object.keys(causes).filter(Cause.is)

const Counts = t.type({
  fired: t.number,
  succeeded: t.number,
  failed: t.number,
  timedOut: t.number,
  skipped: t.number,
  running: t.number,
})
const Summary = t.intersection([
  /** The newest verdicts as single words: an outcome for what fired, why not for what did not. */
  t.partial({ recent: t.array(t.string) }),
  t.type({
    group: t.string,
    job: t.string,
    name: text,
    status: Status,
    statusSince: t.string,
    statusBy: text,
    statusReason: text,
    /** When a paused task is resumed by itself. */
    pausedUntil: text,
    scheduleRule: t.string,
    ruleWords: Words,
    zone: t.string,
    target: t.string,
    priority: t.number,
    nextFireAt: text,
    addedAt: t.string,
    /** Null in answers about the past. */
    counts: nullable(Counts),
    lastRun: nullable(t.type({ runId: t.string, outcome: Outcome, finishedAt: t.string })),
  }),
])
export type Summary = t.TypeOf<typeof Summary>
export const Tasks = t.intersection([t.type({ tasks: t.array(Summary), next: text }), AsOf])

const scheduleCommon = {
  misfire: t.string,
  zone: t.string,
  endAt: text,
  misfireThresholdMs: t.number,
  catchUpMax: t.number,
  catchUpWindowMs: number,
  jitterMs: t.number,
  calendars: t.array(t.string),
}
const CronSchedule = t.type({
  type: t.literal('cron'),
  expression: t.string,
  dialect: t.string,
  startAt: text,
  gap: t.string,
  overlap: t.string,
  ...scheduleCommon,
})
const SimpleSchedule = t.type({
  type: t.literal('simple'),
  startAt: t.string,
  intervalMs: t.number,
  repeatCount: t.number,
  ...scheduleCommon,
})
const Recall = t.union([
  t.type({ type: t.literal('http'), url: t.string }),
  t.type({ type: t.literal('socket'), host: t.string, port: t.number }),
])
const Policy = t.type({
  timeoutMs: t.number,
  retries: t.intersection([
    t.type({
      max: t.number,
      backoffMs: t.number,
      factor: t.number,
      backoffMaxMs: t.number,
      jitter: t.number,
    }),
    t.partial({ on: t.array(t.string) }),
  ]),
  overlap: t.string,
  reportDeadlineMs: t.number,
  concurrencyMax: number,
  ratePerSecond: number,
  followRedirects: t.boolean,
})
export const Definition = t.intersection([
  t.type({
    schedule: t.union([CronSchedule, SimpleSchedule]),
    recall: Recall,
    dataJson: t.string,
    priority: t.number,
    name: text,
    description: text,
    policy: Policy,
    extraJson: text,
  }),
  t.partial({ retentionDays: t.number }),
])
export type Definition = t.TypeOf<typeof Definition>

/** What a task gets that does not say. */
export const Defaults = t.type({
  zone: t.string,
  misfireThresholdMs: t.number,
  catchUpMax: t.number,
  policy: Policy,
})
export type Defaults = t.TypeOf<typeof Defaults>

export const Task = t.intersection([
  Summary,
  AsOf,
  t.type({
    definition: Definition,
    description: text,
    revision: t.number,
    changeRevision: t.number,
    changedAt: t.string,
    changedBy: text,
    changedReason: text,
  }),
])
export type Task = t.TypeOf<typeof Task>

export const Calendars = t.type({ calendars: t.array(t.type({ name: t.string })) })
export const Groups = t.type({
  groups: t.array(
    t.type({
      group: t.string,
      tasks: t.number,
      active: t.number,
      paused: t.number,
      completed: t.number,
      running: t.number,
    }),
  ),
})

export const Run = t.type({
  runId: t.string,
  group: t.string,
  job: t.string,
  cause: Cause,
  outcome: Outcome,
  scheduledFor: text,
  triggeredAt: t.string,
  startedAt: text,
  finishedAt: text,
  latenessMs: number,
  durationMs: number,
  attempts: t.number,
  statusCode: number,
  target: t.string,
  reason: text,
  resultValue: text,
  revision: t.number,
})
export type Run = t.TypeOf<typeof Run>
export const Runs = t.intersection([t.type({ runs: t.array(Run), next: text }), AsOf])

const Event = t.type({
  type: t.string,
  revision: t.number,
  recordedAt: t.string,
  data: t.UnknownRecord,
  metadata: t.UnknownRecord,
})
export type Event = t.TypeOf<typeof Event>
export const Events = t.type({ events: t.array(Event), next: text })

export const Report = t.type({
  durationMs: t.number,
  phases: t.type({
    queuedMs: number,
    dnsMs: number,
    connectMs: number,
    tlsMs: number,
    firstByteMs: number,
  }),
  statusCode: number,
  reply: text,
})
export type Report = t.TypeOf<typeof Report>

/** What one call made to try a recall saw. */
export const Tried = t.type({
  outcome: t.keyof({ succeeded: null, accepted: null, failed: null }),
  reason: text,
  resultValue: text,
  report: Report,
})
export type Tried = t.TypeOf<typeof Tried>

const ClockMark = t.keyof({ 'first-pass': null, 'second-pass': null, 'after-gap': null })
export const Preview = t.type({
  words: Words,
  canonical: text,
  fires: t.array(
    t.type({
      at: t.string,
      /** In the task's zone, with its offset. */
      local: t.string,
      /** Sunday is 0. */
      weekday: t.number,
      mark: nullable(ClockMark),
      excludedBy: t.array(t.string),
    }),
  ),
  more: t.boolean,
  changes: t.array(t.type({ at: t.string, words: Words })),
  missingCalendars: t.array(t.string),
})
export type Preview = t.TypeOf<typeof Preview>

const FieldProblem = t.type({
  field: t.string,
  /** Index of the character that is wrong, where one is. */
  position: number,
  message: t.string,
  messageZh: t.string,
})
export type FieldProblem = t.TypeOf<typeof FieldProblem>
export const Problem = t.intersection([
  t.type({ detail: t.string, detailZh: t.string }),
  t.partial({ problems: t.array(FieldProblem) }),
])
/** What a command on a run answers. */
export const Started = t.type({ runId: text })
/** What a change answers. */
export const Changed = t.type({ status: t.string, revision: t.number, position: t.string })
/** What a command on a task answers; running it once also tells the run. */
export const Commanded = t.intersection([Changed, t.partial({ runId: text })])
