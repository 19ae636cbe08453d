// What was decided about the planned instants?
import * as E from 'fp-ts/lib/Either.js'
import type { VerdictView } from '../../projections/ledger/views.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { iso } from './json.ts'
import { instant, jobNeedsGroup, keyPart, page, pageOf, someOf } from './query.ts'
import { asOf, question } from './question.ts'

const verdicts = someOf([
  'fired',
  'paused',
  'replaced',
  'deleted',
  'misfired',
  'overlapping',
  'calendar',
  'catch-up-limit',
  'expired',
])

const fields = {
  ...page,
  group: keyPart,
  job: keyPart,
  verdict: verdicts,
  from: instant,
  to: instant,
} as const

export const listLedger = (deps: ApiDeps) =>
  question(deps, fields, async ({ tenant, query }) => {
    const lonely = jobNeedsGroup(query)
    if (lonely !== null) return E.left(invalid([lonely]))
    const { group, job, verdict, from, to } = query
    const filter = {
      tenant,
      group: group ?? undefined,
      job: job ?? undefined,
      verdicts: verdict ?? undefined,
      from: from ?? undefined,
      until: to ?? undefined,
    }
    const listed = await deps.queries.ledger(filter, pageOf(query))()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness, retainedFrom } = listed.right
    const found = items.map(verdictJson)
    return E.right({ verdicts: found, next, retainedFrom: iso(retainedFrom), ...asOf(freshness) })
  })

const verdictJson = (verdict: VerdictView) => ({
  tenant: verdict.taskId.tenant,
  group: verdict.taskId.group,
  job: verdict.taskId.job,
  verdict: verdict.verdict,
  decidedAt: iso(verdict.decidedAt),
  first: iso(verdict.first),
  last: iso(verdict.last),
  count: verdict.count,
  countExact: verdict.countExact,
  blockedBy: verdict.blockedBy,
  revision: verdict.revision,
  runId: verdict.run?.runId ?? null,
  cause: verdict.run?.cause ?? null,
  outcome: verdict.run?.outcome ?? null,
})
