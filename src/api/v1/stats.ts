// How many fired, how did they end, how late were they and how long did they take?
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../../domain/instant.ts'
import { withJson } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type FieldProblem } from '../refusals.ts'
import { iso } from './json.ts'
import { instant, jobNeedsGroup, keyPart, oneOf, zone } from './query.ts'
import { asOf, question } from './question.ts'

const steps = {
  minute: { lengthMs: 60_000, shown: 60, max: 1_500 },
  hour: { lengthMs: 3_600_000, shown: 24, max: 1_500 },
  day: { lengthMs: 86_400_000, shown: 30, max: 100 },
} as const
type Step = keyof typeof steps

const fields = {
  from: instant,
  to: instant,
  step: oneOf(['minute', 'hour', 'day']),
  zone,
  group: keyPart,
  job: keyPart,
} as const

export const showStats = (deps: ApiDeps) =>
  question(deps, fields, async ({ tenant, query }) => {
    const { group, job } = query
    const step = query.step ?? 'minute'
    const until = query.to ?? instantAt(deps.clock.now() + 1)
    const from = query.from ?? instantAt(until - steps[step].shown * steps[step].lengthMs)
    const problem = jobNeedsGroup(query) ?? rangeProblem(step, from, until)
    if (problem !== null) return E.left(invalid([problem]))
    const found = await deps.queries.stats({
      ...{ tenant, step, from, until, zone: query.zone ?? deps.taskDefaults.zone },
      group: group ?? undefined,
      job: job ?? undefined,
    })()
    if (E.isLeft(found)) return found
    const { buckets, countedFrom, retainedFrom, freshness } = found.right
    return E.right(
      withJson('buckets', buckets, {
        step,
        countedFrom: iso(countedFrom),
        retainedFrom: iso(retainedFrom),
        ...asOf(freshness),
      }),
    )
  })

const rangeProblem = (step: Step, from: Instant, until: Instant): FieldProblem | null => {
  const { lengthMs, max } = steps[step]
  if (from >= until) return { field: 'from', message: { en: 'not before to.', zh: '须早于 to。' } }
  if (until - from <= max * lengthMs) return null
  return {
    field: 'from',
    message: {
      en: `more than ${max} steps before to; take a longer step.`,
      zh: `与 to 相距超过 ${max} 步，请加大 step。`,
    },
  }
}
