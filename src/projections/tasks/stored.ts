// Tasks read back into memory, as they were when they were written.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { text, unnested } from '../columns.ts'
import type { ReadDatabase } from '../database.ts'
import { nothingOwed } from '../gaps/owed.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { readied, unseenTask } from './project.ts'
import type { KnownTask, Progress } from './table.ts'

export const FinalOutcome = t.keyof({
  succeeded: null,
  failed: null,
  'timed-out': null,
  cancelled: null,
})

const StoredPlan = t.type({
  status: t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null }),
  pausedUntil: nullable(InstantFromNumber),
  statusSeq: t.number,
  definedSeq: t.number,
  addedSeq: t.number,
  startAt: nullable(t.number),
  repeatCount: t.number,
})

const StoredOwed = t.type({
  first: InstantFromNumber,
  last: InstantFromNumber,
  count: t.number,
  countExact: t.boolean,
  since: InstantFromNumber,
  startAt: nullable(InstantFromNumber),
  repeatCount: t.number,
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
    changeRevision: t.number,
    nextFireAt: nullable(InstantFromNumber),
    fired: t.number,
    succeeded: t.number,
    failed: t.number,
    timedOut: t.number,
    cancelled: t.number,
    skipped: t.number,
    failedInARow: t.number,
    failingSince: nullable(InstantFromNumber),
    owed: nullable(t.array(StoredOwed)),
    plan: nullable(StoredPlan),
  }),
  t.union([
    t.type({ decidedThrough: t.null }),
    t.type({
      decidedThrough: InstantFromNumber,
      startAt: nullable(InstantFromNumber),
      repeatCount: t.number,
    }),
  ]),
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
        tenant, task_group as "group", job, status, definition, revision,
        change_revision as "changeRevision", next_fire_at as "nextFireAt", fired, succeeded, failed,
        timed_out as "timedOut", cancelled, skipped, ${runIdText('last_run_id')} as "lastRunId",
        last_outcome as "lastOutcome", last_triggered_at as "lastTriggeredAt",
        last_finished_at as "lastFinishedAt", failed_in_a_row as "failedInARow",
        failing_since as "failingSince", decided_through as "decidedThrough",
        start_at as "startAt", repeat_count as "repeatCount",
        (select json_agg(json_build_object('first', ${epochMs('first_at')},
            'last', ${epochMs('last_at')}, 'count', count, 'countExact', count_exact,
            'since', ${epochMs('since')}, 'startAt', ${epochMs('start_at')},
            'repeatCount', repeat_count) order by first_at)
          from gaps where gaps.task_no = tasks.task_no) as owed,
        ${newestPlan} as plan
      from tasks join task_progress using (task_no)
        join ${unnested(keyColumns, taskIds)} using (tenant, task_group, job)`,
  )
  return stored.map(knownTask)
}

const newestPlan = sql`(select json_build_object('status', status,
    'pausedUntil', (extract(epoch from paused_until) * 1000)::bigint, 'statusSeq', status_seq,
    'definedSeq', defined_seq, 'addedSeq', added_seq, 'startAt', start_at,
    'repeatCount', repeat_count)
  from plans where plans.task_no = tasks.task_no order by seq desc limit 1)`

/** Json would print an instant as text. */
const epochMs = (column: string) =>
  sql`round(extract(epoch from gaps.${sql.ref(column)}) * 1000)::int8`

const knownTask = (row: StoredTask): KnownTask => {
  const { tenant, group, job, taskNo, groupNo, tenantNo, status, definition, plan } = row
  const taskId = { tenant, group, job }
  return {
    ...unseenTask({ taskNo, groupNo, tenantNo }, taskId),
    ...(definition === null ? {} : readied(taskId, definition)),
    status,
    progress: progressOf(row),
    plan,
  }
}

const progressOf = (row: StoredTask): Progress => {
  const { revision, changeRevision, nextFireAt } = row
  const { fired, succeeded, failed, timedOut, cancelled, skipped } = row
  return {
    revision,
    changeRevision,
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
    failedInARow: row.failedInARow,
    failingSince: row.failingSince,
    trigger:
      row.decidedThrough === null
        ? null
        : {
            decidedThrough: row.decidedThrough,
            startAt: row.startAt,
            repeatCount: row.repeatCount,
            // Which instants are planned does not depend on it.
            timesTriggered: 0,
          },
    owed: row.owed ?? nothingOwed,
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
