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

/** From an instant on a rule fires first at another. Rules never change. */
const nextFires = new WeakMap<SharedRule, { readonly from: Instant; readonly at: Instant }>()

const knownFire = (rule: SharedRule, place: Place): Instant | null => {
  const next = nextFires.get(rule)
  if (next === undefined || place.at < next.from) return null
  const isAhead = place.at < next.at || (place.at === next.at && place.taskId === null)
  return isAhead ? next.at : null
}

export const surveyUpcoming = async (
  rules: readonly SharedRule[],
  place: Place,
  to: Instant,
): Promise<{ readonly found: Upcoming[]; readonly complete: boolean }> => {
  const found: Upcoming[] = []
  let exact = true
  const complete = await visitAll(rules, (rule) => {
    const known = knownFire(rule, place)
    if (known !== null) {
      if (known < to) found.push({ rule, at: known })
      return 0
    }
    const { at, steps, givenUp } = upcoming(rule, place, to)
    if (at !== null) found.push({ rule, at })
    if (at !== null && place.taskId === null) nextFires.set(rule, { from: place.at, at })
    exact &&= !givenUp
    return steps
  })
  return { found, complete: complete && exact }
}

/** What buckets hold, of a list of rules that is asked about again and again. */
const loads = new WeakMap<readonly SharedRule[], Map<string, number>>()
const bucketsKeptMax = 5_000

export const surveyLoad = async (
  rules: readonly SharedRule[],
  edges: readonly Instant[],
): Promise<{ readonly counts: Float64Array; readonly complete: boolean }> => {
  const kept = loads.get(rules) ?? new Map<string, number>()
  if (kept.size > bucketsKeptMax) kept.clear()
  loads.set(rules, kept)
  const counts = new Float64Array(edges.length - 1)
  const nameOf = (bucket: number): string => `${edges[bucket]} ${edges[bucket + 1]}`
  let allExact = true
  for (let first = 0; first < counts.length; first += 1) {
    const count = kept.get(nameOf(first))
    if (count !== undefined) {
      counts[first] = count
      continue
    }
    let end = first + 1
    while (end < counts.length && !kept.has(nameOf(end))) end += 1
    const stretch = await countStretch(rules, edges.slice(first, end + 1))
    counts.set(stretch.counts, first)
    allExact &&= stretch.complete
    if (stretch.complete)
      stretch.counts.forEach((found, bucket) => kept.set(nameOf(first + bucket), found))
    first = end - 1
  }
  return { counts, complete: allExact }
}

const countStretch = async (rules: readonly SharedRule[], edges: readonly Instant[]) => {
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
