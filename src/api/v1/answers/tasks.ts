// Answers about tasks: lists, one task, its versions, and what a change did.
import * as t from 'io-ts'
import { Instant } from '../../../domain/instant.ts'
import { TaskDefinition } from '../../../domain/task/definition.ts'
import { Cause } from '../../../domain/task/events.ts'
import { KeyPart, RunId } from '../../../domain/task/ids.ts'
import { described, nullable } from '../../described.ts'
import {
  asOf,
  FinalOutcome,
  InstantOrNull,
  next,
  RunIdOrNull,
  taskKey,
  TaskStatus,
  TextOrNull,
  Whole,
  Words,
  written,
} from './shared.ts'

const TaskCounts = described(
  t.type({
    fired: Whole,
    succeeded: Whole,
    failed: Whole,
    timedOut: Whole,
    cancelled: Whole,
    skipped: Whole,
    running: Whole,
  }),
  {
    name: 'TaskCounts',
    about: 'Since the first event of the task, earlier lives included.',
    fields: { skipped: 'Occurrences decided not to fire.', running: 'Runs that are open now.' },
  },
)

const LastRun = described(
  t.type({ runId: RunId, outcome: FinalOutcome, triggeredAt: Instant, finishedAt: Instant }),
  { name: 'LastRun', about: 'The run that ended last.' },
)

export const TaskSummary = described(
  t.intersection([
    t.type({
      ...taskKey,
      status: TaskStatus,
      statusSince: Instant,
      statusBy: TextOrNull,
      statusReason: TextOrNull,
      pausedUntil: InstantOrNull,
      name: TextOrNull,
      description: TextOrNull,
      priority: t.number,
      scheduleKind: t.keyof({ cron: null, simple: null }),
      scheduleRule: t.string,
      ruleWords: Words,
      zone: t.string,
      target: t.string,
      nextFireAt: InstantOrNull,
      addedAt: Instant,
      addedBy: TextOrNull,
      addedReason: TextOrNull,
      changedAt: Instant,
      changedBy: TextOrNull,
      changedReason: TextOrNull,
      revision: Whole,
      changeRevision: Whole,
      counts: nullable(TaskCounts),
      lastRun: nullable(LastRun),
    }),
    t.partial({
      failedInARow: Whole,
      failingSince: InstantOrNull,
      recent: t.readonlyArray(t.string),
    }),
  ]),
  {
    name: 'TaskSummary',
    fields: {
      pausedUntil: 'When the scheduler resumes it; null: never by itself.',
      scheduleRule:
        'The cron expression, or an ISO-8601 repeating interval: `R5/PT30S`, for ever `R/PT30S`.',
      target: 'The URL, or `host:port`.',
      nextFireAt: 'Its spread included; null when nothing is planned.',
      changedAt: 'When the definition last changed.',
      revision: 'Of its newest event.',
      changeRevision:
        'Of the newest event that changed it, which no fire does: its `ETag`, for `If-Match`.',
      counts: 'Null where a past moment was asked about.',
      lastRun: 'Null where a past moment was asked about.',
      failedInARow: 'Runs that failed or timed out since one succeeded.',
    },
  },
)

const OpenRun = t.type({
  runId: RunId,
  cause: Cause,
  scheduledFor: InstantOrNull,
  triggeredAt: InstantOrNull,
  attempt: Whole,
  phase: t.keyof({ calling: null, waiting: null, accepted: null }),
})

export const Task = described(
  t.intersection([
    TaskSummary,
    t.type({ definition: TaskDefinition, ...asOf }),
    t.partial({ openRuns: t.readonlyArray(OpenRun) }),
  ]),
  { name: 'Task', fields: { openRuns: 'Only where a past moment was asked about.' } },
)

export const TaskPage = described(t.type({ tasks: t.readonlyArray(TaskSummary), next, ...asOf }), {
  name: 'TaskPage',
})

const Group = described(
  t.type({
    group: KeyPart,
    tasks: Whole,
    active: Whole,
    paused: Whole,
    completed: Whole,
    failing: Whole,
    running: Whole,
  }),
  { name: 'Group', fields: { failing: 'Active tasks of which the last run failed or timed out.' } },
)
export const Groups = described(t.type({ groups: t.readonlyArray(Group), ...asOf }), {
  name: 'Groups',
})

const changedFields = {
  group: KeyPart,
  job: KeyPart,
  status: t.keyof({ Absent: null, ...TaskStatus.keys }),
  created: t.boolean,
  runId: RunIdOrNull,
  changeRevision: nullable(Whole),
  ...written,
}
export const TaskChanged = described(t.type(changedFields), {
  name: 'TaskChanged',
  fields: {
    created: 'The task was added, not replaced.',
    runId: 'Of the run that was started; null when none was.',
    changeRevision:
      'Of the newest event that changed the task: its `ETag`; null when nothing was ever written.',
  },
})

export const BackfillStarted = described(
  t.type({ ...changedFields, count: Whole, runIds: t.readonlyArray(RunId) }),
  { name: 'BackfillStarted' },
)
export const BackfillCalledOff = described(t.type({ ...changedFields, cancelled: Whole }), {
  name: 'BackfillCalledOff',
})
const BackfillRun = t.type({
  runId: RunId,
  scheduledFor: InstantOrNull,
  startAt: InstantOrNull,
  attempt: Whole,
})
export const Backfill = described(
  t.type({ open: Whole, toCome: Whole, runs: t.readonlyArray(BackfillRun) }),
  { name: 'Backfill', fields: { toCome: 'Of the open ones, those whose turn has not come.' } },
)
