// The parts of the service's answers that the command line reads. Fields it does not name may come
// and go; with --json they are passed on as they are.
import * as t from 'io-ts'

const textOrNull = t.union([t.string, t.null])
const numberOrNull = t.union([t.number, t.null])

export const TaskSummary = t.type({
  group: t.string,
  job: t.string,
  status: t.string,
  statusSince: t.string,
  statusBy: textOrNull,
  statusReason: textOrNull,
  pausedUntil: textOrNull,
  name: textOrNull,
  description: textOrNull,
  priority: t.number,
  scheduleKind: t.string,
  scheduleRule: t.string,
  ruleWords: t.union([t.type({ en: t.string, zh: t.string }), t.null, t.undefined]),
  zone: t.string,
  target: t.string,
  nextFireAt: textOrNull,
  addedAt: t.string,
  addedBy: textOrNull,
  changedAt: t.string,
  changedBy: textOrNull,
  revision: t.number,
  changeRevision: t.number,
  counts: t.type({
    fired: t.number,
    succeeded: t.number,
    failed: t.number,
    timedOut: t.number,
    cancelled: t.number,
    skipped: t.number,
    running: t.number,
  }),
  lastRun: t.union([
    t.null,
    t.type({ runId: t.string, outcome: t.string, triggeredAt: t.string, finishedAt: textOrNull }),
  ]),
})
export type TaskSummary = t.TypeOf<typeof TaskSummary>

export const TaskPage = t.type({ tasks: t.readonlyArray(TaskSummary), next: textOrNull })

/** A definition as it is stored; its fields are passed through, not interpreted. */
export const Definition = t.UnknownRecord

export const TaskView = t.intersection([TaskSummary, t.type({ definition: Definition })])
export type TaskView = t.TypeOf<typeof TaskView>

export const TaskChanged = t.type({
  group: t.string,
  job: t.string,
  status: t.string,
  created: t.boolean,
  runId: textOrNull,
  revision: t.number,
  position: textOrNull,
})
export type TaskChanged = t.TypeOf<typeof TaskChanged>

export const Run = t.type({
  runId: t.string,
  group: t.string,
  job: t.string,
  cause: t.string,
  scheduledFor: textOrNull,
  triggeredAt: t.string,
  startedAt: textOrNull,
  finishedAt: textOrNull,
  outcome: t.string,
  attempts: t.number,
  latenessMs: numberOrNull,
  durationMs: numberOrNull,
  reason: textOrNull,
  resultValue: textOrNull,
  statusCode: numberOrNull,
  target: t.string,
  retryAt: textOrNull,
  deadlineAt: textOrNull,
  revision: t.number,
})
export type Run = t.TypeOf<typeof Run>

export const RunPage = t.type({ runs: t.readonlyArray(Run), next: textOrNull })

export const RunChanged = t.type({ runId: textOrNull })

const StoredEvent = t.type({
  type: t.string,
  revision: t.number,
  recordedAt: t.string,
  data: t.unknown,
})
export type StoredEvent = t.TypeOf<typeof StoredEvent>

export const EventPage = t.type({ events: t.readonlyArray(StoredEvent), next: textOrNull })
export type EventPage = t.TypeOf<typeof EventPage>

export const WhyAnswer = t.type({
  at: t.string,
  verdict: t.string,
  sentence: t.string,
  zone: t.string,
  nearest: t.union([t.null, t.type({ before: textOrNull, after: textOrNull })]),
  events: t.readonlyArray(t.type({ type: t.string, revision: t.number })),
})
export type WhyAnswer = t.TypeOf<typeof WhyAnswer>

const Instead = t.type({ at: t.string, instead: textOrNull })
export const Simulation = t.type({
  from: t.string,
  through: t.string,
  added: t.readonlyArray(Instead),
  removed: t.readonlyArray(Instead),
  moved: t.readonlyArray(t.type({ from: t.string, to: t.string })),
  counts: t.type({ added: t.number, removed: t.number, moved: t.number, kept: t.number }),
  complete: t.boolean,
})
export type Simulation = t.TypeOf<typeof Simulation>

export const Calendar = t.type({
  name: t.string,
  revision: t.number,
  zone: t.string,
  rules: t.UnknownArray,
  exemptDates: t.UnknownArray,
})
export type Calendar = t.TypeOf<typeof Calendar>

export const Calendars = t.type({ calendars: t.readonlyArray(Calendar) })
