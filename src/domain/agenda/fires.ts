// The fires of many rules in one order: by instant, then group, then job. A page needs no more rules
// than it has rows, because each of them brings at least one.
import { instantAt, type Instant } from '../instant.ts'
import type { TaskId } from '../task/ids.ts'
import { nextFire } from './rule.ts'
import { inOrder, type SharedRule } from './standing.ts'

export interface PlannedFire {
  readonly at: Instant
  readonly taskId: TaskId
}

/** A rule with the instant it fires at next. */
export interface Upcoming {
  readonly rule: SharedRule
  readonly at: Instant
}

/** Fires come strictly after this one; without a task, at or after its instant. */
export interface Place {
  readonly at: Instant
  readonly taskId: TaskId | null
}

/** When the rule first fires from a place on; `at` null: not before `to`. */
export const upcoming = (rule: SharedRule, place: Place, to: Instant) => {
  const first = nextFire(rule, instantAt(place.at - 1), to)
  const isPassed = first.at === place.at && tasksAfter(rule, place.taskId).length === 0
  return isPassed ? nextFire(rule, place.at, to) : first
}

/** Up to `limit` fires before `to`, as the candidates are, and whether there are more. */
export const firesOf = (
  candidates: readonly Upcoming[],
  place: Place,
  to: Instant,
  limit: number,
): { readonly fires: readonly PlannedFire[]; readonly more: boolean } => {
  // Each brings at least one, so that those further away cannot be on the page.
  const farthest = Float64Array.from(candidates, ({ at }) => at).sort()[limit] ?? Infinity
  const queue = candidates.filter(({ at }) => at <= farthest).sort((a, b) => a.at - b.at)
  const fires: PlannedFire[] = []
  while (fires.length <= limit) {
    const at = queue[0]?.at
    if (at === undefined) break
    const due = queue.filter((one) => one.at === at)
    const after = at === place.at ? place.taskId : null
    const tasks = due.flatMap(({ rule }) => tasksAfter(rule, after).slice(0, limit + 1))
    for (const taskId of tasks.sort(inOrder).slice(0, limit + 1 - fires.length))
      fires.push({ at, taskId })
    if (fires.length > limit) break
    queue.splice(0, due.length)
    for (const { rule } of due) enqueue(queue, rule, nextFire(rule, at, to).at)
  }
  return { fires: fires.slice(0, limit), more: fires.length > limit }
}

const enqueue = (queue: Upcoming[], rule: SharedRule, at: Instant | null): void => {
  if (at === null) return
  queue.splice(
    firstIndex(queue, (one) => one.at > at),
    0,
    { rule, at },
  )
}

/** The rule's tasks behind one of them, which need not be its own. */
const tasksAfter = ({ tasks }: SharedRule, after: TaskId | null): readonly TaskId[] => {
  return after === null ? tasks : tasks.slice(firstIndex(tasks, (task) => inOrder(task, after) > 0))
}

/** Of a list in whose order `holds` turns true once; its length when it never does. */
const firstIndex = <A>(list: readonly A[], holds: (one: A) => boolean): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = list[middle]
    if (one !== undefined && holds(one)) high = middle
    else low = middle + 1
  }
  return low
}
