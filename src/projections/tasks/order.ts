// The orders a list of tasks can be had in, and where a page of each goes on. Every order ends in what
// tells tasks apart, so that no task is passed over or shown twice, and each walks an index.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { instantParameter } from '../reading.ts'
import { nullable } from '../rows.ts'
import type { TaskOrder } from '../views.ts'

interface Ordered {
  readonly group: string
  readonly job: string
  readonly taskNo: number
  readonly nextFireAt: number | null
  readonly changedAt: number
}

/** Where a page ended; `k` names the order. */
export const TaskPlace = t.union([
  t.type({ k: t.literal('key'), group: t.string, job: t.string }),
  t.type({ k: t.literal('next'), at: nullable(t.number), no: t.number }),
  t.type({ k: t.literal('changed'), at: t.number, no: t.number }),
])
export type TaskPlace = t.TypeOf<typeof TaskPlace>

export const placeOf = (order: TaskOrder, row: Ordered): TaskPlace => {
  const { group, job, taskNo: no } = row
  switch (order) {
    case 'key':
      return { k: order, group, job }
    case 'next':
      return { k: order, at: row.nextFireAt, no }
    case 'changed':
      return { k: order, at: row.changedAt, no }
  }
}

interface Branch {
  readonly conditions: readonly RawBuilder<unknown>[]
  readonly orderBy: RawBuilder<unknown>
}

/** What follows a place, in parts of which each can be read in its own order, one after the other. */
export const branchesOf = (
  order: TaskOrder,
  after: TaskPlace | null,
): readonly [Branch, ...Branch[]] => {
  switch (order) {
    case 'key':
      return [
        {
          conditions:
            after?.k === 'key' ? [sql`(task_group, job) > (${after.group}, ${after.job})`] : [],
          orderBy: sql`task_group, job`,
        },
      ]
    case 'next':
      return branchesByNext(after?.k === 'next' ? after : null)
    case 'changed':
      return [
        {
          conditions:
            after?.k === 'changed'
              ? [sql`(changed_at, task_no) < (${instantParameter(after.at)}, ${after.no})`]
              : [],
          orderBy: sql`changed_at desc, task_no desc`,
        },
      ]
  }
}

/** Tasks that will not fire come after all that will. */
const branchesByNext = (
  after: { readonly at: number | null; readonly no: number } | null,
): readonly [Branch, ...Branch[]] => {
  const never = {
    conditions: [
      sql`next_fire_at is null`,
      ...(after?.at === null ? [sql`task_no > ${after.no}`] : []),
    ],
    orderBy: sql`task_no`,
  }
  if (after?.at === null) return [never]
  const will = {
    conditions: [
      sql`next_fire_at is not null`,
      ...(after === null
        ? []
        : [sql`(next_fire_at, task_no) > (${instantParameter(after.at)}, ${after.no})`]),
    ],
    orderBy: sql`next_fire_at, task_no`,
  }
  return [will, never]
}
