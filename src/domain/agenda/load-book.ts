// What has been counted of a set of rules, kept and corrected by what changes of the set: whole buckets
// by their beginning and end, and the fires of a minute in order. Long work yields.
import { instantAt, type Instant } from '../instant.ts'
import { stepMs } from './buckets.ts'
import { addFires, fireProfile, type FireProfile } from './fire-profile.ts'
import type { Work } from './lane.ts'
import { addLoad, countFires } from './rule.ts'
import type { RuleSet } from './rule-set.ts'
import type { SharedRule } from './standing.ts'

export interface Survey {
  readonly counts: Float64Array
  /** False: more was to be counted than one answer does. */
  readonly complete: boolean
}

interface Kept<A> {
  readonly version: number
  readonly value: A
}

/** What has been counted of a set. */
export interface LoadBook {
  readonly set: RuleSet
  /** Of a bucket, by its beginning and end. */
  readonly counts: Map<string, Kept<number>>
  /** Fires of a minute, by its beginning. */
  readonly minutes: Map<number, Kept<FireProfile>>
}

export const createLoadBook = (set: RuleSet): LoadBook => ({
  set,
  counts: new Map(),
  minutes: new Map(),
})

/** Instants looked up, or stretches counted, for one answer. */
export const stepsMax = 5_000_000
const stepsAtOnce = 400
const bucketsKeptMax = 5_000
const minutesKeptMax = 12

const nameOf = (from: Instant | undefined, to: Instant | undefined): string => `${from} ${to}`

export const minuteOf = (at: number): number => Math.floor(at / stepMs.minute) * stepMs.minute

/** Of what is kept of a piece; undefined: nothing is. */
export const versionOf = ({ counts }: LoadBook, cuts: readonly Instant[], n: number) =>
  counts.get(nameOf(cuts[n], cuts[n + 1]))?.version

/** Those that were not asked for the longest. */
export const forgetMany = ({ counts }: LoadBook): void => {
  if (counts.size <= bucketsKeptMax) return
  for (const name of counts.keys()) {
    if (counts.size <= bucketsKeptMax / 2) return
    counts.delete(name)
  }
}

export function* countStretch(book: LoadBook, edges: readonly Instant[]): Work<Survey> {
  const { set, counts: kept } = book
  const counts = new Float64Array(edges.length - 1)
  const known = kept.get(nameOf(edges[0], edges[1]))
  const changes = known === undefined ? null : set.changesSince(known.version)
  const version = set.version()
  let complete = true
  if (changes === null) {
    const load = (weight: number, rule: SharedRule) => addLoad(rule, { edges, counts }, weight)
    complete = yield* visitAll(set, load)
  } else {
    counts.forEach((_, n) => {
      counts[n] = kept.get(nameOf(edges[n], edges[n + 1]))?.value ?? 0
    })
    for (const { rule, by } of changes) complete &&= addLoad(rule, { edges, counts }, by).exact
  }
  counts.forEach((value, n) => {
    const name = nameOf(edges[n], edges[n + 1])
    kept.delete(name) // what is asked for again is the newest
    if (complete) kept.set(name, { version, value })
  })
  return { counts, complete }
}

/** Calls `visit` on each rule until the steps are used up; answers whether all were visited and exact. */
function* visitAll(
  { weights }: RuleSet,
  visit: (weight: number, rule: SharedRule) => { steps: number; exact: boolean },
): Work<boolean> {
  let [steps, breatheAt, exact] = [0, stepsAtOnce, true]
  for (const [rule, weight] of [...weights]) {
    if (steps >= stepsMax) return false
    const found = visit(weight, rule)
    exact &&= found.exact
    steps += 1 + found.steps
    if (steps < breatheAt) continue
    yield
    breatheAt = steps + stepsAtOnce
  }
  return exact
}

export function* countBit(book: LoadBook, [from, to]: readonly Instant[]): Work<Survey> {
  const { set } = book
  const [begin, end] = [from ?? instantAt(0), to ?? instantAt(0)]
  const known = book.minutes.get(minuteOf(begin))
  const changes = known === undefined ? null : set.changesSince(known.version)
  const profile =
    known === undefined || changes === null ? yield* profileOf(book, minuteOf(begin)) : known.value
  if (profile === null) {
    let count = 0
    const complete = yield* visitAll(set, (weight, rule) => {
      const found = countFires(rule, begin, end)
      count += weight * found.count
      return found
    })
    return { counts: Float64Array.of(count), complete }
  }
  let [count, complete] = [profile.between(begin, end), true]
  for (const { rule, by } of changes ?? []) {
    const found = countFires(rule, begin, end)
    count += by * found.count
    complete &&= found.exact
  }
  return { counts: Float64Array.of(count), complete }
}

/** Null: more fires than are kept in order. */
function* profileOf({ set, minutes }: LoadBook, minute: number): Work<FireProfile | null> {
  const version = set.version()
  const profile = fireProfile()
  const [from, to] = [instantAt(minute), instantAt(minute + stepMs.minute)]
  const complete = yield* visitAll(set, (weight, rule) => addFires(profile, rule, weight, from, to))
  if (!complete) return null
  const value = profile.finished()
  minutes.delete(minute)
  minutes.set(minute, { version, value })
  for (const oldest of minutes.keys()) if (minutes.size > minutesKeptMax) minutes.delete(oldest)
  return value
}
