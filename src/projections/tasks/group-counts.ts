// How many tasks of each group are in which state, as what a batch adds to it or takes from it.
import { int4, type Column } from '../columns.ts'
import type { KnownTask } from './table.ts'

export interface GroupCount {
  readonly groupNo: number
  active: number
  paused: number
  completed: number
  /** Active tasks of which the last run failed or timed out. */
  failing: number
}

/** Where a task stood before a batch. */
export interface Stood {
  readonly status: KnownTask['status']
  readonly failing: boolean
}

export const stood = ({ status, progress }: KnownTask): Stood => ({
  status,
  failing: progress.failingSince !== null,
})

/** By the number of the group. */
export type GroupCounts = Map<number, GroupCount>

export const countMove = (counts: GroupCounts, before: Stood, task: KnownTask): void => {
  const after = stood(task)
  if (before.status === after.status && before.failing === after.failing) return
  const { groupNo } = task
  const count = counts.get(groupNo) ?? {
    ...{ groupNo, active: 0, paused: 0, completed: 0, failing: 0 },
  }
  counts.set(groupNo, count)
  add(count, before, -1)
  add(count, after, 1)
}

const add = (count: GroupCount, { status, failing }: Stood, by: 1 | -1): void => {
  switch (status) {
    case 'Active':
      count.active += by
      if (failing) count.failing += by
      return
    case 'Paused':
      count.paused += by
      return
    case 'Completed':
      count.completed += by
      return
    case 'Absent':
    case 'Deleted':
      return
  }
}

export const groupCountColumns: readonly Column<GroupCount>[] = [
  int4('group_no', ({ groupNo }) => groupNo),
  int4('active', ({ active }) => active),
  int4('paused', ({ paused }) => paused),
  int4('completed', ({ completed }) => completed),
  int4('failing', ({ failing }) => failing),
]
