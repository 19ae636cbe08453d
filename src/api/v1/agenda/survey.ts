// Working through the rules of a whole service without holding up anything else: other work goes
// first after every so many steps, one survey runs at a time, and beyond a bound the answer is
// honest about being incomplete.
import { addLoad, type Load } from '../../../domain/agenda/rule.ts'
import { upcoming, type Place, type Upcoming } from '../../../domain/agenda/fires.ts'
import type { SharedRule } from '../../../domain/agenda/standing.ts'
import type { Instant } from '../../../domain/instant.ts'
import { breathe } from './roster.ts'

/** Instants looked up, or stretches counted, for one answer. */
export const stepsMax = 5_000_000
const stepsAtOnce = 2_000

/** Calls `visit` on each rule until the steps are used up; answers whether all were visited. */
const visitAll = async (
  rules: readonly SharedRule[],
  visit: (rule: SharedRule) => number,
): Promise<boolean> => {
  let steps = 0
  let breatheAt = stepsAtOnce
  for (const rule of rules) {
    if (steps >= stepsMax) return false
    steps += 1 + visit(rule)
    if (steps < breatheAt) continue
    await breathe()
    breatheAt = steps + stepsAtOnce
  }
  return true
}

export const surveyUpcoming = async (
  rules: readonly SharedRule[],
  place: Place,
  to: Instant,
): Promise<{ readonly found: Upcoming[]; readonly complete: boolean }> => {
  const found: Upcoming[] = []
  let exact = true
  const complete = await visitAll(rules, (rule) => {
    const { at, steps, givenUp } = upcoming(rule, place, to)
    if (at !== null) found.push({ rule, at })
    exact &&= !givenUp
    return steps
  })
  return { found, complete: complete && exact }
}

export const surveyLoad = async (
  rules: readonly SharedRule[],
  edges: readonly Instant[],
): Promise<{ readonly counts: Float64Array; readonly complete: boolean }> => {
  const load: Load = { edges, counts: new Float64Array(edges.length - 1) }
  let allExact = true
  const complete = await visitAll(rules, (rule) => {
    const { steps, exact } = addLoad(rule, load, rule.tasks.length)
    allExact &&= exact
    return steps
  })
  return { counts: load.counts, complete: complete && allExact }
}

/** One piece of work at a time; the others wait for their turn. */
export const createQueue = () => {
  let turn: Promise<unknown> = Promise.resolve()
  return <A>(work: () => Promise<A>): Promise<A> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
}
