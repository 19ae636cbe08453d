// What the client says it answers is what the API writes. Held by the compiler: these functions do not
// compile when the two differ.
import { expect, test } from 'vitest'
import type { groupJson, runJson, summaryJson, activityJson } from '../../src/api/v1/json.ts'
import type { Kind } from '../../src/api/v1/feed/changes.ts'
import type { Explanation } from '../../src/domain/history/explanation.ts'
import type { Preview } from '../../src/domain/schedule/preview.ts'
import type { TaskDefinition } from '../../src/domain/task/definition.ts'
import type * as client from '../../src/client/index.ts'
import type * as t from 'io-ts'

type Same<A, B> = [A] extends [B] ? true : false
const holds = (...proofs: readonly true[]): number => proofs.length

test('the compiler compares them', () => {
  const summaries: Same<ReturnType<typeof summaryJson>, client.TaskSummary> = true
  const runs: Same<ReturnType<typeof runJson>, client.Run> = true
  const groups: Same<ReturnType<typeof groupJson>, client.Group> = true
  const entries: Same<ReturnType<typeof activityJson>, client.ActivityEntry> = true
  const changes: Same<Kind, client.FeedKind> = true
  const verdicts: Same<Explanation['verdict'], client.Occurrence['verdict']> = true
  const marks: Same<Preview['fires'][number]['mark'], client.Preview['fires'][number]['mark']> =
    true
  const definitions: Same<t.OutputOf<typeof TaskDefinition>, client.TaskDefinition> = true
  expect(holds(summaries, runs, groups, entries, changes, verdicts, marks, definitions)).toBe(8)
})
