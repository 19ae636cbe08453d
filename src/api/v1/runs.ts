// Which runs were there, and how did this one end?
import * as E from 'fp-ts/lib/Either.js'
import type { KeyPart } from '../../domain/task/ids.ts'
import type { RunsFilter } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { asOf, question } from './question.ts'
import { iso, runJson } from './json.ts'
import {
  instant,
  jobNeedsGroup,
  keyPart,
  milliseconds,
  page,
  pageOf,
  readRunId,
  someOf,
  text,
  type Query,
} from './query.ts'

export const outcomes = someOf([
  'running',
  'retrying',
  'accepted',
  'succeeded',
  'failed',
  'timed-out',
  'cancelled',
])
const causes = someOf(['schedule', 'manual', 'catch-up', 'backfill', 'rerun'])

/** Which runs: for the log and for its export. */
export const runFilters = {
  group: keyPart,
  job: keyPart,
  outcome: outcomes,
  cause: causes,
  from: instant,
  to: instant,
  q: text(200),
  durationMin: milliseconds,
  latenessMin: milliseconds,
} as const

export const runsFilter = (
  tenant: KeyPart,
  query: Query<typeof runFilters>,
): E.Either<RequestRefusal, RunsFilter> => {
  const lonely = jobNeedsGroup(query)
  if (lonely !== null) return E.left(invalid([lonely]))
  const { group, job, outcome, cause, from, to, q, durationMin, latenessMin } = query
  return E.right({
    tenant,
    group: group ?? undefined,
    job: job ?? undefined,
    outcomes: outcome ?? undefined,
    causes: cause ?? undefined,
    from: from ?? undefined,
    until: to ?? undefined,
    text: q ?? undefined,
    durationMinMs: durationMin ?? undefined,
    latenessMinMs: latenessMin ?? undefined,
  })
}

export const listRuns = (deps: ApiDeps) =>
  question(deps, { ...page, ...runFilters }, async ({ tenant, query }) => {
    const filter = runsFilter(tenant, query)
    if (E.isLeft(filter)) return filter
    const listed = await deps.queries.runs(filter.right, pageOf(query))()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness, retainedFrom } = listed.right
    const runs = items.map(runJson)
    return E.right({ runs, next, retainedFrom: iso(retainedFrom), ...asOf(freshness) })
  })

export const showRun = (deps: ApiDeps) =>
  question(deps, {}, async ({ tenant, path }) => {
    const runId = readRunId(path['runId'] ?? '')
    if (E.isLeft(runId)) return E.left(invalid([{ field: 'runId', message: runId.left }]))
    const found = await deps.queries.run(runId.right)()
    if (E.isLeft(found)) return found
    const { item, freshness, retainedFrom: horizon } = found.right
    if (item !== null && item.taskId.tenant === tenant)
      return E.right({ ...runJson(item), ...asOf(freshness) })
    return horizon === null
      ? E.left({ type: 'RunUnknown', runId: runId.right })
      : E.left({ type: 'RunForgotten', runId: runId.right, horizon })
  })
