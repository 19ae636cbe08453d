// The fires of many rules in one order: by instant, then group, then job. A page needs no more rules
// than it has rows, because each of them brings at least one.
import type { Instant } from '../instant.ts'
import type { TaskId } from '../task/ids.ts'
import { nextFire } from './rule.ts'
import type { RuleSet } from './rule-set.ts'
import type { SharedRule } from './standing.ts'
import { firstIndex, inOrder } from './task-list.ts'

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

/** Up to `limit` fires before `to`, as the candidates are, and whether there are more. */
export const firesOf = (
  { tasksOf }: Pick<RuleSet, 'tasksOf'>,
  candidates: readonly Upcoming[],
  place: Place,
  to: Instant,
  limit: number,
): { readonly fires: readonly PlannedFire[]; readonly more: boolean } => {
  const queue = candidates.toSorted((a, b) => a.at - b.at)
  const fires: PlannedFire[] = []
  while (fires.length <= limit) {
    const at = queue[0]?.at
    if (at === undefined) break
    const end = queue.findIndex((one) => one.at !== at)
    const due = queue.splice(0, end < 0 ? queue.length : end)
    const after = at === place.at ? place.taskId : null
    const tasks = due.flatMap(({ rule }) => tasksAfter(tasksOf(rule), after).slice(0, limit + 1))
    for (const taskId of tasks.sort(inOrder).slice(0, limit + 1 - fires.length))
      fires.push({ at, taskId })
    if (fires.length > limit) break
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
const tasksAfter = (tasks: readonly TaskId[], after: TaskId | null): readonly TaskId[] =>
  after === null ? tasks : tasks.slice(firstIndex(tasks, (task) => inOrder(task, after) > 0))
