// One thing that happened, as the API tells it: to a task, or a call that was tried. Kinds this page does not know yet are shown by name.
import * as t from 'io-ts'
import { AsOf, nullable } from './types.ts'

export const Entry = t.type({
  position: t.string,
  revision: t.number,
  at: t.string,
  group: nullable(t.string),
  job: nullable(t.string),
  type: t.string,
  runId: nullable(t.string),
  actor: nullable(t.string),
  reason: nullable(t.string),
  source: nullable(t.string),
  detail: t.UnknownRecord,
})
export type Entry = t.TypeOf<typeof Entry>
export const Activity = t.intersection([
  t.type({ activity: t.array(Entry), next: nullable(t.string) }),
  AsOf,
])

/** Kinds by what somebody looks for; each set is one value of the filter. */
export const kinds = {
  changes: [
    'TaskAdded',
    'TaskReplaced',
    'TaskPaused',
    'TaskResumed',
    'TaskDeleted',
    'TaskCompleted',
  ],
  decisions: ['TaskTriggered', 'OccurrencesSkipped', 'RunCancelled'],
  trouble: [
    'RecallFailed',
    'RecallTimedOut',
    'RecallTakenOver',
    'RecallReportedLate',
    'OccurrencesSkipped',
  ],
} as const

export const eventTypes = [
  ...kinds.changes,
  'TaskTriggered',
  'OccurrencesSkipped',
  'RecallSucceeded',
  'RecallFailed',
  'RecallAccepted',
  'RecallTimedOut',
  'RecallTakenOver',
  'RecallReportedLate',
  'RunCancelled',
  'RecallTested',
] as const
