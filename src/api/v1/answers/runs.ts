// Answers about runs: the list, one run, the ledger of verdicts, what everybody did, and numbers.
import * as t from 'io-ts'
import { Instant } from '../../../domain/instant.ts'
import { Cause, SkipVerdict } from '../../../domain/task/events.ts'
import { KeyPart, RunId } from '../../../domain/task/ids.ts'
import { EventSource } from '../../../event-store/envelope.ts'
import { Position } from '../../../event-store/event-store.ts'
import { described, nullable } from '../../described.ts'
import {
  asOf,
  FinalOutcome,
  InstantOrNull,
  next,
  Outcome,
  retainedFrom,
  RunIdOrNull,
  taskKey,
  TextOrNull,
  Whole,
  written,
} from './shared.ts'

const NumberOrNull = nullable(t.number)

const Run = described(
  t.type({
    ...taskKey,
    runId: RunId,
    cause: Cause,
    scheduledFor: InstantOrNull,
    triggeredAt: Instant,
    startedAt: InstantOrNull,
    finishedAt: InstantOrNull,
    outcome: Outcome,
    attempts: Whole,
    latenessMs: NumberOrNull,
    durationMs: NumberOrNull,
    reason: TextOrNull,
    resultValue: TextOrNull,
    statusCode: nullable(Whole),
    target: t.string,
    revision: Whole,
    retryAt: InstantOrNull,
    deadlineAt: InstantOrNull,
  }),
  {
    name: 'Run',
    fields: {
      scheduledFor: 'The planned instant; null for a manual run.',
      startedAt: 'Begin of the first attempt, known from its end on.',
      attempts: 'Number of the newest attempt known to have begun.',
      latenessMs: 'From the planned instant to the begin of the first attempt.',
      durationMs: 'From the begin of the first attempt to the end of the run.',
      revision: "Of its first event, in the task's stream.",
      retryAt: 'When a retrying run is tried again.',
      deadlineAt: 'When an accepted run has to be reported.',
    },
  },
)
export const RunPage = described(
  t.type({ runs: t.readonlyArray(Run), next, retainedFrom, ...asOf }),
  {
    name: 'RunPage',
  },
)
export const OneRun = described(t.intersection([Run, t.type(asOf)]), { name: 'OneRun' })
export const RunChanged = described(t.type({ runId: RunIdOrNull, ...written }), {
  name: 'RunChanged',
  fields: { runId: 'The run that was cancelled, or the new one.' },
})

const ActivityEntry = described(
  t.type({
    tenant: KeyPart,
    group: nullable(KeyPart),
    job: nullable(KeyPart),
    at: Instant,
    position: Position,
    revision: Whole,
    type: t.string,
    runId: RunIdOrNull,
    actor: TextOrNull,
    reason: TextOrNull,
    source: nullable(EventSource),
    detail: t.readonly(t.record(t.string, t.unknown)),
  }),
  {
    name: 'ActivityEntry',
    about: 'One event as people read it.',
    fields: { group: 'Null: a call that was tried (`RecallTested`) belongs to no task.' },
  },
)
export const ActivityPage = described(
  t.type({ activity: t.readonlyArray(ActivityEntry), next, retainedFrom, ...asOf }),
  { name: 'ActivityPage' },
)

const Verdict = described(
  t.type({
    ...taskKey,
    verdict: t.keyof({ fired: null, ...SkipVerdict.keys }),
    decidedAt: Instant,
    first: InstantOrNull,
    last: InstantOrNull,
    count: Whole,
    countExact: t.boolean,
    runId: RunIdOrNull,
    cause: nullable(Cause),
    outcome: nullable(Outcome),
    blockedBy: RunIdOrNull,
    revision: Whole,
  }),
  { name: 'Verdict', fields: { countExact: 'False where counting stopped at 10,000.' } },
)
export const LedgerPage = described(
  t.type({ verdicts: t.readonlyArray(Verdict), next, retainedFrom, ...asOf }),
  {
    name: 'LedgerPage',
  },
)

const Gap = described(
  t.type({
    ...taskKey,
    state: t.keyof({ undecided: null, passed: null }),
    scheduledFor: InstantOrNull,
    first: InstantOrNull,
    last: InstantOrNull,
    count: Whole,
    countExact: t.boolean,
    since: InstantOrNull,
  }),
  { name: 'Gap', about: 'Planned instants without a verdict, though their time is over.' },
)
export const GapPage = described(t.type({ gaps: t.readonlyArray(Gap), next, ...asOf }), {
  name: 'GapPage',
})

const Percentiles = described(
  t.type({ p50: t.number, p95: t.number, p99: t.number, max: t.number }),
  { name: 'Percentiles', about: 'Milliseconds.' },
)
const StatsBucket = described(
  t.type({
    from: InstantOrNull,
    fired: Whole,
    succeeded: Whole,
    failed: Whole,
    timedOut: Whole,
    cancelled: Whole,
    running: Whole,
    skipped: t.readonly(t.record(t.string, Whole)),
    lateness: nullable(Percentiles),
    duration: nullable(Percentiles),
  }),
  {
    name: 'StatsBucket',
    about: 'Runs triggered in a stretch of time, and what has become of them.',
    fields: { skipped: 'Occurrences decided not to fire, by verdict.' },
  },
)
export const Stats = described(
  t.type({
    step: t.keyof({ minute: null, hour: null, day: null }),
    buckets: t.readonlyArray(StatsBucket),
    countedFrom: InstantOrNull,
    retainedFrom,
    ...asOf,
  }),
  { name: 'Stats', fields: { countedFrom: 'Earlier runs are not counted; null: all are.' } },
)

const some = <C extends t.Mixed>(item: C) => t.type({ count: Whole, items: t.readonlyArray(item) })
const LateRun = t.type({
  ...taskKey,
  runId: RunId,
  scheduledFor: InstantOrNull,
  startedAt: InstantOrNull,
  latenessMs: t.number,
})
const StuckRun = t.type({
  ...taskKey,
  runId: RunId,
  cause: Cause,
  outcome: Outcome,
  triggeredAt: InstantOrNull,
  expectedAt: InstantOrNull,
})
const FailingTask = t.type({
  ...taskKey,
  since: InstantOrNull,
  failedInARow: Whole,
  lastRunId: RunId,
  lastOutcome: FinalOutcome,
  lastFinishedAt: InstantOrNull,
  reason: TextOrNull,
})
const PausedTask = t.type({
  ...taskKey,
  by: TextOrNull,
  at: InstantOrNull,
  reason: TextOrNull,
  until: InstantOrNull,
})
export const Summary = described(
  t.type({
    missing: some(Gap),
    late: some(LateRun),
    stuck: some(StuckRun),
    failing: some(FailingTask),
    paused: some(PausedTask),
    pulse: t.type({
      lastMinute: StatsBucket,
      thisMinute: StatsBucket,
      running: Whole,
      dueNextMinute: Whole,
    }),
    ...asOf,
  }),
  { name: 'Summary', about: 'The pulse of the service, and what needs a look.' },
)
