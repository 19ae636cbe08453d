// Who did what, when and why: every event of the tenant's tasks and every call that was tried, newest
// first.
import * as E from 'fp-ts/lib/Either.js'
import { taskEventCodecs, type TaskEventType } from '../../domain/task/events.ts'
import type { KeyPart } from '../../domain/task/ids.ts'
import { recallTested } from '../../domain/task/recall-test.ts'
import { EventSource } from '../../event-store/envelope.ts'
import type { ActivityFilter } from '../../projections/views.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { asOf, question } from './question.ts'
import { activityJson, iso } from './json.ts'
import {
  instant,
  jobNeedsGroup,
  keyPart,
  oneOf,
  page,
  pageOf,
  runId,
  someOf,
  text,
  type Query,
} from './query.ts'

const isEventType = (name: string): name is TaskEventType => Object.hasOwn(taskEventCodecs, name)
export const eventTypes = Object.keys(taskEventCodecs).filter(isEventType)
export const sources = Object.keys(EventSource.keys).filter(EventSource.is)

/** Which events: for the page of them and for its export. */
export const activityFilters = {
  group: keyPart,
  job: keyPart,
  type: someOf([...eventTypes, recallTested]),
  runId,
  actor: text(200),
  source: oneOf(sources),
  from: instant,
  to: instant,
}

export const activityFilter = (
  tenant: KeyPart,
  query: Query<typeof activityFilters>,
): E.Either<RequestRefusal, ActivityFilter> => {
  const lonely = jobNeedsGroup(query)
  if (lonely !== null) return E.left(invalid([lonely]))
  return E.right({
    tenant,
    group: query.group ?? undefined,
    job: query.job ?? undefined,
    types: query.type ?? undefined,
    runId: query.runId ?? undefined,
    actor: query.actor ?? undefined,
    source: query.source ?? undefined,
    from: query.from ?? undefined,
    until: query.to ?? undefined,
  })
}

export const listActivity = (deps: ApiDeps) =>
  question(deps, { ...page, ...activityFilters }, async ({ tenant, query }) => {
    const filter = activityFilter(tenant, query)
    if (E.isLeft(filter)) return filter
    const listed = await deps.queries.activity(filter.right, pageOf(query))()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness, retainedFrom } = listed.right
    const activity = items.map(activityJson)
    return E.right({ activity, next, retainedFrom: iso(retainedFrom), ...asOf(freshness) })
  })
