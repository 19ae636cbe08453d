// Who did what, when and why: every event of the tenant's tasks, newest first.
import * as E from 'fp-ts/lib/Either.js'
import { taskEventCodecs, type TaskEventType } from '../../domain/task/events.ts'
import { EventSource } from '../../event-store/envelope.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { asOf, question } from './question.ts'
import { activityJson, iso } from './json.ts'
import { instant, jobNeedsGroup, keyPart, oneOf, page, pageOf, someOf, text } from './query.ts'

const isEventType = (name: string): name is TaskEventType => Object.hasOwn(taskEventCodecs, name)
export const eventTypes = Object.keys(taskEventCodecs).filter(isEventType)
export const sources = Object.keys(EventSource.keys).filter(EventSource.is)

export const listActivity = (deps: ApiDeps) =>
  question(
    deps,
    {
      ...page,
      group: keyPart,
      job: keyPart,
      type: someOf(eventTypes),
      actor: text(200),
      source: oneOf(sources),
      from: instant,
      to: instant,
    },
    async ({ tenant, query }) => {
      const lonely = jobNeedsGroup(query)
      if (lonely !== null) return E.left(invalid([lonely]))
      const filter = {
        tenant,
        group: query.group ?? undefined,
        job: query.job ?? undefined,
        types: query.type ?? undefined,
        actor: query.actor ?? undefined,
        source: query.source ?? undefined,
        from: query.from ?? undefined,
        until: query.to ?? undefined,
      }
      const listed = await deps.queries.activity(filter, pageOf(query))()
      if (E.isLeft(listed)) return listed
      const { items, next, freshness, retainedFrom } = listed.right
      const activity = items.map(activityJson)
      return E.right({ activity, next, retainedFrom: iso(retainedFrom), ...asOf(freshness) })
    },
  )
