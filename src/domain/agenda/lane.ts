// A set's rules in order of when each fires next, from an instant on: a heap that moves forward in time
// and takes up what has changed of the set. To move it costs the rules that fire on the way, not all of
// them; a page of what is to come costs what it shows. Long work yields, so that other work can go
// first.
import { instantAt, type Instant } from '../instant.ts'
import type { Place, Upcoming } from './fires.ts'
import { nextFire } from './rule.ts'
import type { RuleSet } from './rule-set.ts'
import type { SharedRule } from './standing.ts'

export interface Lane {
  readonly set: RuleSet
  from: Instant
  version: number
  readonly heap: Upcoming[]
  /** Of these the search was given up; they are asked within the bounds of a question. */
  readonly unknown: Set<SharedRule>
}

const rulesAtOnce = 400

/** What is done in pieces. */
export type Work<A> = Generator<void, A>

export function* createLane(set: RuleSet, from: Instant): Work<Lane> {
  const lane: Lane = { set, from, version: set.version(), heap: [], unknown: new Set() }
  const rules = [...set.weights.keys()]
  for (const [n, rule] of rules.entries()) {
    const at = firstFire(lane, rule, from)
    if (at !== null) lane.heap.push({ rule, at })
    if (n % rulesAtOnce === rulesAtOnce - 1) yield
  }
  lane.heap.sort((a, b) => a.at - b.at) // what is sorted is a heap
  return lane
}

export const forkLane = (lane: Lane): Lane => ({
  ...lane,
  heap: [...lane.heap],
  unknown: new Set(lane.unknown),
})

/** Whether what has changed since is still known. */
export const isCurrent = ({ set, version }: Lane): boolean => set.changesSince(version) !== null

/** To a later instant, and to what the set holds now. */
export function* moveLane(lane: Lane, to: Instant): Work<void> {
  const { set, heap } = lane
  for (const { rule, joined, left } of set.changesSince(lane.version) ?? []) {
    if (left) leave(lane, rule)
    const at = joined ? firstFire(lane, rule, to) : null
    if (at !== null) push(heap, { rule, at })
  }
  lane.version = set.version()
  let moved = 0
  for (let [first] = heap; first !== undefined && first.at < to; [first] = heap) {
    const { rule } = first
    const at = firstFire(lane, rule, to)
    const last = at === null ? heap.pop() : { rule, at }
    if (last !== undefined && heap.length > 0) sink(heap, last)
    moved += 1
    if (moved % rulesAtOnce === 0) yield
  }
  lane.from = to
}

/** At or after an instant. */
const firstFire = ({ unknown }: Lane, rule: SharedRule, from: Instant): Instant | null => {
  const { at, givenUp } = nextFire(rule, instantAt(from - 1), Infinity)
  if (givenUp) unknown.add(rule)
  return at
}

const leave = ({ heap, unknown }: Lane, rule: SharedRule): void => {
  unknown.delete(rule)
  const kept = heap.filter((one) => one.rule !== rule)
  if (kept.length === heap.length) return
  heap.length = 0
  for (const one of kept) push(heap, one)
}

/** The first rules to fire before `to`: enough for a page of `limit` fires after the place. */
export const candidatesOf = (lane: Lane, place: Place, to: Instant, limit: number): Upcoming[] => {
  const { heap } = lane
  const found: Upcoming[] = []
  /** Numbers in the heap, the last of them the next to be taken. */
  const offered: number[] = []
  const atOf = (n: number): number => heap[n]?.at ?? Infinity
  const offer = (n: number): void => {
    if (atOf(n) >= to) return
    const behind = offered.findLastIndex((one) => atOf(one) >= atOf(n))
    offered.splice(behind + 1, 0, n)
  }
  offer(0)
  let behind = 0
  for (let n = offered.pop(); n !== undefined; n = offered.pop()) {
    const one = heap[n]
    // Those due at one instant come together; those at the very place may have nothing left behind it.
    if (one === undefined || (behind > limit && one.at !== found.at(-1)?.at)) break
    found.push(one)
    if (one.at > place.at) behind += 1
    offer(2 * n + 1)
    offer(2 * n + 2)
  }
  return found
}

const push = (heap: Upcoming[], one: Upcoming): void => {
  let n = heap.length
  while (n > 0) {
    const above = (n - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || parent.at <= one.at) break
    heap[n] = parent
    n = above
  }
  heap[n] = one
}

/** Puts one in the place of the first. */
const sink = (heap: Upcoming[], one: Upcoming): void => {
  let n = 0
  for (;;) {
    let below = 2 * n + 1
    const [left, right] = [heap[below], heap[below + 1]]
    if (left === undefined) break
    if (right !== undefined && right.at < left.at) below += 1
    const child = heap[below]
    if (child === undefined || child.at >= one.at) break
    heap[n] = child
    n = below
  }
  heap[n] = one
}
