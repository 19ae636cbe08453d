// Calls that were tried stand in the activity beside what happened to tasks, in a table of their own: they
// belong to a tenant and to no task. A row is the same however often it is written.
import type { TestEntry } from '../entry.ts'
import { int8, json, text, timestamptz, type Column } from '../columns.ts'
import { targetOf } from '../tasks/table.ts'

export const testColumns: readonly Column<TestEntry>[] = [
  text('tenant', ({ tenant }) => tenant),
  int8('revision', ({ recorded }) => recorded.revision),
  timestamptz('at', ({ recorded }) => Math.floor(recorded.recordedAtMs)),
  text('position', ({ recorded }) => recorded.position),
  text('source', ({ envelope }) => envelope.source, 'event_source'),
  text('actor', ({ envelope }) => envelope.actor),
  text('reason', ({ envelope }) => envelope.reason),
  json('detail', ({ test }) => JSON.stringify(factsOf(test))),
]

const reasonLengthMax = 200

const factsOf = ({ testId, target, outcome, reason, report }: TestEntry['test']) => ({
  testId,
  target: targetOf({ recall: target }),
  outcome,
  reason: reason?.slice(0, reasonLengthMax) ?? null,
  durationMs: report.durationMs,
  statusCode: report.statusCode,
})
