// What is to come, computed from definitions alone: tasks that plan the same instants stand together
// as one rule, so that a hundred thousand tasks on a hundred expressions cost a hundred. Nothing here
// enumerates further than it is asked to; every answer says how many steps it took, so that whoever
// works through many rules can stop in between.
import { instantAt, type Instant } from '../instant.ts'
import type { Exclusions } from '../schedule/settle.ts'
import type { TriggerState } from '../schedule/schedule.ts'
import type { Timetable } from '../schedule/timetable.ts'

export interface Rule {
  readonly timetable: Timetable
  readonly trigger: TriggerState
  /** How much later than planned its occurrences are due. */
  readonly spreadMs: number
  /** Instants planned up to here stay silent: the end of a timed pause. Null: none. */
  readonly silentThrough: Instant | null
  readonly exclusions: Exclusions | null
}

export interface NextFire {
  readonly at: Instant | null
  readonly steps: number
  /** Its calendars excluded so much that the search was given up. */
  readonly givenUp: boolean
}

/** Stretches of exclusion one search passes over. */
const looksMax = 2_000

/** The first instant strictly after `after`, and before `end`, at which the rule's tasks fire. */
export const nextFire = (rule: Rule, after: Instant, end: number): NextFire => {
  const { timetable, trigger, exclusions, spreadMs } = rule
  let from = plannedAfter(rule, after)
  for (let steps = 1; steps <= looksMax; steps += 1) {
    const planned = timetable.next(trigger, from)
    if (planned === null || planned + spreadMs >= end) return { at: null, steps, givenUp: false }
    const around = exclusions?.stretchAround(planned)
    if (around?.excluded !== true)
      return { at: instantAt(planned + spreadMs), steps, givenUp: false }
    from = around.through
  }
  return { at: null, steps: looksMax, givenUp: true }
}

/** Fires counted into buckets; `edges` are one more than there are buckets, in order. */
export interface Load {
  readonly edges: readonly Instant[]
  readonly counts: Float64Array
}

export interface Counted {
  readonly steps: number
  /** False where a calendar cut a bucket into more stretches than are looked at. */
  readonly exact: boolean
}

/** Adds `weight` for each fire of the rule; a bucket holds its beginning, not its end. */
export const addLoad = (rule: Rule, { edges, counts }: Load, weight: number): Counted => {
  const [first, last] = [edges[0], edges.at(-1)]
  if (first === undefined || last === undefined) return { steps: 0, exact: true }
  const after = plannedAfter(rule, before(first))
  const through = instantAt(last - 1 - rule.spreadMs)
  const { stepMs } = rule.timetable
  const isEven = stepMs !== null && rule.exclusions === null
  const few = (isEven ? evenFiresMax : 2) * counts.length
  const expected = rule.timetable.count(rule.trigger, after, through, few)
  if (expected === 0) return { steps: 1, exact: true }
  if (expected > few) return eachBucket(rule, edges, counts, weight)
  return isEven
    ? eachStep(rule, { edges, counts }, weight, expected, stepMs)
    : eachFire(rule, edges, counts, weight)
}

/** Of a bucket: so many are reckoned in the time that counting it takes. */
const evenFiresMax = 30

/** Fires at even distances, of which the first is looked up and the others are reckoned. */
const eachStep = (
  rule: Rule,
  { edges, counts }: Load,
  weight: number,
  fires: number,
  stepMs: number,
): Counted => {
  const end = edges.at(-1) ?? Infinity
  const { at: first } = nextFire(rule, before(edges[0] ?? instantAt(0)), end)
  let bucket = 0
  for (let n = 0; first !== null && n < fires; n += 1) {
    const at = first + n * stepMs
    while ((edges[bucket + 1] ?? Infinity) <= at) bucket += 1
    counts[bucket] = (counts[bucket] ?? 0) + weight
  }
  return { steps: 2, exact: true }
}

const eachFire = (
  rule: Rule,
  edges: readonly Instant[],
  counts: Float64Array,
  weight: number,
): Counted => {
  const end = edges.at(-1) ?? Infinity
  let after = before(edges[0] ?? instantAt(0))
  let bucket = 0
  let steps = 1
  for (;;) {
    const next = nextFire(rule, after, end)
    steps += next.steps
    if (next.at === null) return { steps, exact: !next.givenUp }
    while ((edges[bucket + 1] ?? Infinity) <= next.at) bucket += 1
    counts[bucket] = (counts[bucket] ?? 0) + weight
    after = next.at
  }
}

const eachBucket = (
  rule: Rule,
  edges: readonly Instant[],
  counts: Float64Array,
  weight: number,
): Counted => {
  let steps = 0
  let exact = true
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const after = plannedAfter(rule, before(edges[bucket] ?? instantAt(0)))
    const through = instantAt((edges[bucket + 1] ?? 0) - 1 - rule.spreadMs)
    const found = countPlanned(rule, after, through)
    counts[bucket] = (counts[bucket] ?? 0) + found.count * weight
    steps += found.steps
    exact &&= found.exact
  }
  return { steps, exact }
}

/** How many fires of the rule lie in [from, to). */
export const countFires = (rule: Rule, from: Instant, to: Instant) =>
  countPlanned(rule, plannedAfter(rule, before(from)), instantAt(to - 1 - rule.spreadMs))

const stretchesMax = 500
const countMax = 1_000_000_000

/** Planned instants in (after, through] that no calendar excludes. */
const countPlanned = (
  { timetable, trigger, exclusions }: Rule,
  after: Instant,
  through: Instant,
): Counted & { readonly count: number } => {
  if (after >= through) return { count: 0, steps: 1, exact: true }
  if (exclusions === null)
    return { count: timetable.count(trigger, after, through, countMax), steps: 1, exact: true }
  let count = 0
  let from = after
  for (let steps = 1; steps <= stretchesMax; steps += 1) {
    const at = timetable.next(trigger, from)
    if (at === null || at > through) return { count, steps, exact: true }
    const around = exclusions.stretchAround(at)
    const end = instantAt(Math.min(through, around.through))
    if (!around.excluded) count += timetable.count(trigger, before(at), end, countMax)
    from = end
  }
  return { count, steps: stretchesMax, exact: false }
}

/** Planned instants whose fires lie after `after` begin strictly after this. */
const plannedAfter = ({ spreadMs, silentThrough }: Rule, after: Instant): Instant =>
  instantAt(Math.max(after - spreadMs, silentThrough ?? -Infinity))

const before = (at: Instant): Instant => instantAt(at - 1)
