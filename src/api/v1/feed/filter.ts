// Which changes a listener wants. Nobody hears of another tenant's tasks, whatever is asked for.
import * as E from 'fp-ts/lib/Either.js'
import type { KeyPart } from '../../../domain/task/ids.ts'
import { invalid, type RequestRefusal } from '../../refusals.ts'
import { eventTypes, sources } from '../activity.ts'
import { jobNeedsGroup, keyPart, oneOf, runId, someOf, text, type Query } from '../query.ts'
import { outcomes } from '../runs.ts'
import { kinds, type Change } from './changes.ts'

export const feedFilters = {
  group: keyPart,
  job: keyPart,
  kind: someOf(kinds),
  type: someOf(eventTypes),
  outcome: outcomes,
  run: runId,
  actor: text(200),
  source: oneOf(sources),
} as const

export interface FeedFilter {
  /** Equal for filters that let the same through. */
  readonly key: string
  readonly admits: (change: Change) => boolean
}

export const feedFilter = (
  tenant: KeyPart,
  query: Query<typeof feedFilters>,
): E.Either<RequestRefusal, FeedFilter> => {
  const lonely = jobNeedsGroup(query)
  if (lonely !== null) return E.left(invalid([lonely]))
  const { group, job, kind, type, outcome, run, actor, source } = query
  return E.right({
    key: JSON.stringify([tenant, group, job, kind, type, outcome, run, actor, source]),
    admits: (change) =>
      change.taskId.tenant === tenant &&
      (group === null || change.taskId.group === group) &&
      (job === null || change.taskId.job === job) &&
      (kind?.includes(change.kind) ?? (type !== null || change.kind !== 'books')) &&
      (type?.includes(change.type) ?? true) &&
      (outcome === null || (change.outcome !== null && outcome.includes(change.outcome))) &&
      (run === null || change.runId === run) &&
      (actor === null || change.actor === actor) &&
      (source === null || change.source === source),
  })
}
