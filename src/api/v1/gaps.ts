// Which planned instants have no verdict, though they should?
import * as E from 'fp-ts/lib/Either.js'
import type { GapView } from '../../projections/gaps/views.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { iso } from './json.ts'
import { jobNeedsGroup, keyPart, page, pageOf } from './query.ts'
import { asOf, question } from './question.ts'

export const listGaps = (deps: ApiDeps) =>
  question(deps, { ...page, group: keyPart, job: keyPart }, async ({ tenant, query }) => {
    const lonely = jobNeedsGroup(query)
    if (lonely !== null) return E.left(invalid([lonely]))
    const filter = { tenant, group: query.group ?? undefined, job: query.job ?? undefined }
    const listed = await deps.queries.gaps(filter, pageOf(query))()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness } = listed.right
    return E.right({ gaps: items.map(gapJson), next, ...asOf(freshness) })
  })

export const gapJson = ({ taskId, ...gap }: GapView) => ({
  ...taskId,
  ...gap,
  scheduledFor: iso(gap.first),
  first: iso(gap.first),
  last: iso(gap.last),
  since: iso(gap.since),
})
