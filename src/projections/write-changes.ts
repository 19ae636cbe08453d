// Which rows of a stretch go where. What is appended is written as it comes; how things are, once, when
// the stretch is over.
import { sql } from 'kysely'
import { activityColumns, isKept } from './activity/table.ts'
import type { AppendedRows, GroupRow, StateRows } from './batch.ts'
import { int4, text, insertRows, unnested, type Column } from './columns.ts'
import type { ReadDatabase } from './database.ts'
import { gapColumns } from './gaps/table.ts'
import { skipColumns } from './ledger/table.ts'
import type { Memory } from './memory.ts'
import { writeBeginnings } from './plans/beginnings.ts'
import { planColumns } from './plans/table.ts'
import { rememberTallies } from './remember.ts'
import { dayOf, ensuredPartition, type DayTable } from './runs/partitions.ts'
import { endedRunColumns, openRunColumns, runIdColumn } from './runs/table.ts'
import { addTallies, additionsOf, type Counts } from './stats/project.ts'
import { tallyColumns } from './stats/table.ts'
import { groupCountColumns } from './tasks/group-counts.ts'
import {
  addedColumns,
  definitionColumns,
  progressColumns,
  statusColumns,
  taskColumns,
  type KnownTask,
} from './tasks/table.ts'
import { news, type Run, type Writer } from './writer.ts'

/** Tables whose rows nobody looks for while the log is applied. */
export const appendedTables = ['runs', 'skips', 'activity', 'plans'] as const

/** Indexes by which tasks that were forgotten are read back. */
export const indexesToApply = ['plans_of_task', 'gaps_of_task'] as const

export const writeAppended = async (
  { write, run }: Writer,
  memory: Memory,
  { ended, skips, activity, plans }: AppendedRows,
): Promise<void> => {
  const makeRoomFor = (table: DayTable, instants: readonly number[]) =>
    makeRoom(run, memory, table, instants)
  const ofRuns = activity.filter(({ type }) => !isKept(type)).map(({ atMs }) => atMs)
  await makeRoomFor('activity_of_runs', ofRuns)
  await write('activity', activityColumns, activity)
  await makeRoomFor(
    'runs',
    ended.map(({ run: { triggeredAt } }) => triggeredAt),
  )
  await write('runs', endedRunColumns, ended)
  await makeRoomFor(
    'skips',
    skips.map(({ decidedAt }) => decidedAt),
  )
  await write('skips', skipColumns, skips)
  await write('plans', planColumns, plans)
  const beginnings = writeBeginnings(plans)
  if (beginnings !== null) await run(beginnings)
}

export const writeState = async (
  tx: ReadDatabase,
  { write, run, flush }: Writer,
  memory: Memory,
  rows: StateRows,
): Promise<void> => {
  await write('task_groups', groupColumns, rows.groups)
  await write('task_progress', progressColumns, rows.begun)
  await writeGaps({ write, run }, rows)
  await flush()
  await countGroups(run, rows)
  await writeTasks(run, rows)
  await write('task_progress', progressColumns, rows.progress, ['task_no'])
  if (rows.noLongerOpen.length > 0) {
    const gone = runIdColumn.encode(rows.noLongerOpen)
    await run(sql`delete from open_runs where run_id = any(${gone}::uuid[])`)
  }
  await write('open_runs', openRunColumns, rows.open, ['run_id'])
  await writeCounts(tx, { write, flush }, memory, rows.counts)
}

/** Whatever is counted later is added to it. */
export const writeCounts = async (
  tx: ReadDatabase,
  { write, flush }: Pick<Writer, 'write' | 'flush'>,
  memory: Memory,
  counts: Counts,
): Promise<void> => {
  const additions = additionsOf(counts)
  await rememberTallies(tx, memory, additions)
  const { begun, grown } = addTallies(memory.stats, additions)
  await write('stats', tallyColumns, begun)
  await flush()
  await write('stats', tallyColumns, grown, ['scope', 'step', 'from_at'])
}

const countGroups = async (run: Run, { groupCounts }: StateRows): Promise<void> => {
  if (groupCounts.size === 0) return
  const counts = [...groupCounts.values()]
  await run(sql`update task_groups g set active = g.active + u.active, paused = g.paused + u.paused,
      completed = g.completed + u.completed, failing = g.failing + u.failing
    from ${unnested(groupCountColumns, counts)} where g.group_no = u.group_no`)
}

const writeGaps = async (
  { write, run }: Pick<Writer, 'write' | 'run'>,
  { owing }: StateRows,
): Promise<void> => {
  if (owing.length === 0) return
  const tasks = taskNoColumn.encode(owing)
  await run(sql`delete from gaps where task_no = any(${tasks}::int4[])`)
  const rows = owing.flatMap((task) => task.progress.owed.map((owed) => ({ task, owed })))
  await write('gaps', gapColumns, rows)
}

const taskNoColumn: Column<KnownTask> = int4('task_no', ({ taskNo }: KnownTask) => taskNo)

/** A partition for each day that something happened on. */
const makeRoom = async (
  run: Run,
  memory: Memory,
  table: DayTable,
  instants: readonly number[],
): Promise<void> => {
  const known = memory.days[table]
  for (const day of new Set(instants.map(dayOf))) {
    if (!known.has(day)) await run(ensuredPartition(table, day))
    known.add(day)
  }
}

const groupColumns: readonly Column<GroupRow>[] = [
  int4('group_no', ({ groupNo }) => groupNo),
  int4('tenant_no', ({ tenantNo }) => tenantNo),
  text('tenant', ({ taskId }) => taskId.tenant),
  text('task_group', ({ taskId }) => taskId.group),
]

/** Whole rows where a definition is new, the status alone elsewhere. */
const writeTasks = async (run: Run, { tasks }: StateRows): Promise<void> => {
  const defined = tasks.filter(({ registration: { changed, status } }) => changed ?? !status)
  if (defined.length > 0) {
    const added = addedColumns.map(
      ({ name }) => sql`${sql.id(name)} = case when excluded.added_at is null
        then tasks.${sql.id(name)} else excluded.${sql.id(name)} end`,
    )
    await run(sql`${insertRows(sql.id('tasks'), taskColumns, defined)}
      on conflict (task_no) do update
      set ${news(statusColumns)}, ${sql.join(added)}, ${news(definitionColumns)}`)
  }
  const moved = tasks.filter(({ registration: { changed, status } }) => !changed && status)
  if (moved.length > 0) {
    const status = statusColumns.map(
      ({ name, cast }) => sql`${sql.id(name)} = u.${sql.id(name)}${sql.raw(cast)}`,
    )
    await run(sql`update tasks set ${sql.join(status)} from ${unnested(statusColumns, moved)}
      where tasks.task_no = u.task_no`)
  }
}
