// Tasks read back into memory, as they were when they were written.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { text, unnested } from '../columns.ts'
import type { ReadDatabase } from '../database.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { readied, unseenTask } from './project.ts'
import type { KnownTask, Progress } from './table.ts'

export const FinalOutcome = t.keyof({
  succeeded: null,
  failed: null,
  'timed-out': null,
  cancelled: null,
})

const StoredTask = t.intersection([
  TaskId,
  t.type({
    taskNo: t.number,
    groupNo: t.number,
    tenantNo: t.number,
    status: t.keyof({ Absent: null, Active: null, Paused: null, Completed: null, Deleted: null }),
    definition: nullable(TaskDefinition),
    revision: t.number,
    nextFireAt: nullable(InstantFromNumber),
    fired: t.number,
    succeeded: t.number,
    failed: t.number,
    timedOut: t.number,
    cancelled: t.number,
    skipped: t.number,
  }),
  t.union([
    t.type({ lastRunId: t.null }),
    t.type({
      lastRunId: RunId,
      lastOutcome: FinalOutcome,
      lastTriggeredAt: InstantFromNumber,
      lastFinishedAt: InstantFromNumber,
    }),
  ]),
])
type StoredTask = t.TypeOf<typeof StoredTask>

const keyColumns = [
  text('tenant', (taskId: TaskId) => taskId.tenant),
  text('task_group', (taskId: TaskId) => taskId.group),
  text('job', (taskId: TaskId) => taskId.job),
]

export const readTasks = async (
  db: ReadDatabase,
  taskIds: readonly TaskId[],
): Promise<readonly KnownTask[]> => {
  const stored = await selectRows(
    db,
    StoredTask,
    sql`select task_no as "taskNo", group_no as "groupNo",
        (select tenant_no from task_groups g where g.group_no = tasks.group_no) as "tenantNo",
        tenant, task_group as "group", job, status, definition, revision, next_fire_at as "nextFireAt", fired, succeeded, failed,
        timed_out as "timedOut", cancelled, skipped, ${runIdText('last_run_id')} as "lastRunId",
        last_outcome as "lastOutcome", last_triggered_at as "lastTriggeredAt",
        last_finished_at as "lastFinishedAt"
      from tasks join task_progress using (task_no)
        join ${unnested(keyColumns, taskIds)} using (tenant, task_group, job)`,
  )
  return stored.map(knownTask)
}

const knownTask = (row: StoredTask): KnownTask => {
  const { tenant, group, job, taskNo, groupNo, tenantNo, status, definition } = row
  const taskId = { tenant, group, job }
  return {
    ...unseenTask({ taskNo, groupNo, tenantNo }, taskId),
    ...(definition === null ? {} : readied(taskId, definition)),
    status,
    progress: progressOf(row),
  }
}

const progressOf = (row: StoredTask): Progress => {
  const { revision, nextFireAt, fired, succeeded, failed, timedOut, cancelled, skipped } = row
  return {
    revision,
    nextFireAt,
    fired,
    succeeded,
    failed,
    timedOut,
    cancelled,
    skipped,
    lastRun:
      row.lastRunId === null
        ? null
        : {
            run: { runId: row.lastRunId, triggeredAt: row.lastTriggeredAt },
            outcome: row.lastOutcome,
            finishedAt: row.lastFinishedAt,
          },
  }
}

const StoredGroup = t.type({ groupNo: t.number, tenant: t.string, group: t.string })

/** The groups of these tasks, as far as they have numbers. */
export const readGroups = (
  db: ReadDatabase,
  taskIds: readonly TaskId[],
): Promise<readonly t.TypeOf<typeof StoredGroup>[]> =>
  selectRows(
    db,
    StoredGroup,
    sql`select distinct group_no as "groupNo", tenant, task_group as "group"
      from task_groups join ${unnested(keyColumns, taskIds)} using (tenant, task_group)`,
  )

const StoredTenant = t.type({ tenant: t.string, tenantNo: t.number })

/** The tenants of these tasks, as far as they have numbers. */
export const readTenants = (
  db: ReadDatabase,
  taskIds: readonly TaskId[],
): Promise<readonly t.TypeOf<typeof StoredTenant>[]> =>
  selectRows(
    db,
    StoredTenant,
    sql`select distinct tenant, tenant_no as "tenantNo"
      from task_groups join ${unnested(keyColumns.slice(0, 1), taskIds)} using (tenant)`,
  )
