// The tasks of one rule, kept in order of group and job while they come and go. They are put in order
// when somebody looks; a few that come or go after that are put in or taken out where they belong.
import type { TaskId } from '../task/ids.ts'

/** By group, then job, as the lists of tasks are. */
export const inOrder = (a: TaskId, b: TaskId): number =>
  a.group < b.group ? -1 : a.group > b.group ? 1 : a.job < b.job ? -1 : a.job > b.job ? 1 : 0

export interface TaskList {
  readonly add: (task: TaskId) => void
  /** The very object that was added. */
  readonly remove: (task: TaskId) => void
  readonly size: () => number
  readonly ordered: () => readonly TaskId[]
}

/** More changes than this since the last look, and everything is put in order anew. */
const patchesMax = 2_000

export const createTaskList = (): TaskList => {
  const members = new Set<TaskId>()
  let ordered: TaskId[] | null = null
  let patches = 0

  const patch = (task: TaskId, comes: boolean): void => {
    patches += 1
    if (patches > patchesMax) ordered = null
    if (ordered === null) return
    const place = firstIndex(ordered, (one) => inOrder(one, task) >= 0)
    if (comes) ordered.splice(place, 0, task)
    else ordered.splice(place, 1)
  }

  return {
    add: (task) => {
      members.add(task)
      patch(task, true)
    },
    remove: (task) => {
      if (members.delete(task)) patch(task, false)
    },
    size: () => members.size,
    ordered: () => {
      patches = 0
      return (ordered ??= [...members].sort(inOrder))
    },
  }
}

/** Of a list in whose order `holds` turns true once; its length when it never does. */
export const firstIndex = <A>(list: readonly A[], holds: (one: A) => boolean): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = list[middle]
    if (one !== undefined && holds(one)) high = middle
    else low = middle + 1
  }
  return low
}

/** Of tasks in order, those of a group. */
export const tasksOfGroup = (tasks: readonly TaskId[], group: string): readonly TaskId[] =>
  tasks.slice(
    firstIndex(tasks, (task) => task.group >= group),
    firstIndex(tasks, (task) => task.group > group),
  )
