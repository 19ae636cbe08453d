// Since when a task has planned anything: a row for each, written with its first plan. Clocks may be set
// back, so that a later row can be of an earlier instant.
import { sql, type RawBuilder } from 'kysely'
import { insertRows, int4, int8, text, timestamptz, type Column } from '../columns.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { Through } from './moments.ts'
import type { PlanRow } from './table.ts'
import { instantParameter } from '../reading.ts'

interface Beginning {
  readonly taskNo: number
  readonly taskId: TaskId
  readonly seq: number
  readonly atMs: number
}

const columns: readonly Column<Beginning>[] = [
  int4('task_no', ({ taskNo }) => taskNo),
  text('tenant', ({ taskId }) => taskId.tenant),
  text('task_group', ({ taskId }) => taskId.group),
  text('job', ({ taskId }) => taskId.job),
  int8('seq', ({ seq }) => seq),
  timestamptz('at', ({ atMs }) => atMs),
]

/** Null: no plan is among them. */
export const writeBeginnings = (plans: readonly PlanRow[]): RawBuilder<unknown> | null => {
  const beginnings = new Map<number, Beginning>()
  for (const { taskNo, taskId, seq, atMs } of plans) {
    const known = beginnings.get(taskNo)
    if (known === undefined) beginnings.set(taskNo, { taskNo, taskId, seq, atMs })
    else if (atMs < known.atMs) beginnings.set(taskNo, { ...known, atMs })
  }
  if (beginnings.size === 0) return null
  return sql`${insertRows(sql.id('plan_beginnings'), columns, [...beginnings.values()])}
    on conflict (task_no) do update set at = excluded.at where excluded.at < plan_beginnings.at`
}

/** Of a row that is called `b`: its task may have planned something by then. */
export const mayHaveBegun = (through: Through): RawBuilder<unknown> =>
  through.type === 'seq'
    ? sql`b.seq <= ${through.seq}::bigint`
    : sql`b.at <= ${instantParameter(through.at)}`
