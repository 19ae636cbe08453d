// Applies a stretch of the log in one transaction: locks the checkpoint, recalls what has to be
// known, folds, writes each table by one statement, and moves the checkpoint. Of two processes that
// both think the projections theirs, one finds the checkpoint moved, and nothing of its batch stays.
import { sql, type RawBuilder } from 'kysely'
import type { Position } from '../event-store/event-store.ts'
import { activityColumns, isKept } from './activity/table.ts'
import { testColumns } from './activity/tests.ts'
import { foldBatch, type Changes, type GroupRow } from './batch.ts'
import { lockCheckpoint, moveCheckpoint } from './checkpoint.ts'
import { insertRows, int4, text, unnested, type Column } from './columns.ts'
import type { ReadDatabase } from './database.ts'
import type { Entry, TestEntry } from './entry.ts'
import { noDays, type Memory } from './memory.ts'
import { gapColumns } from './gaps/table.ts'
import { skipColumns } from './ledger/table.ts'
import { remember, rememberTallies } from './remember.ts'
import { planColumns } from './plans/table.ts'
import { dayOf, ensurePartition, type DayTable } from './runs/partitions.ts'
import { endedRunColumns, openRunColumns, runIdColumn } from './runs/table.ts'
import { addCounts } from './stats/project.ts'
import { tallyColumns } from './stats/table.ts'
import {
  addedColumns,
  definitionColumns,
  progressColumns,
  statusColumns,
  taskColumns,
  type KnownTask,
} from './tasks/table.ts'

export interface Batch {
  readonly entries: readonly Entry[]
  readonly tests: readonly TestEntry[]
  /** The checkpoint after the batch, at or beyond its last event; null for an empty log. */
  readonly through: Position | null
  /** How long ago the log held nothing beyond; null: not known. */
  readonly ageMs: () => number | null
}

/** Somebody else applies the log to this schema, or it has been exchanged for a rebuilt one. */
export class CheckpointMoved extends Error {}

/** After a rejection the memory is of no use any more. */
export const applyBatch = (
  db: ReadDatabase,
  schema: string,
  memory: Memory,
  batch: Batch,
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const stored = await lockCheckpoint(tx, schema)
    if (
      stored.version !== memory.checkpoint.version ||
      stored.events !== memory.checkpoint.events ||
      stored.position !== memory.checkpoint.position
    )
      throw new CheckpointMoved(`${schema} stands at ${String(stored.position)}`)
    if (stored.layout !== memory.checkpoint.layout) {
      memory.checkpoint.layout = stored.layout
      memory.days = noDays()
    }
    const writer = createWriter(tx)
    if (batch.entries.length > 0) {
      await remember(tx, memory, batch.entries)
      await writeChanges(tx, writer, memory, foldBatch(memory, batch.entries))
    }
    await writer.write('recall_tests', testColumns, batch.tests, ['tenant', 'revision'])
    await writer.done()
    memory.checkpoint.position = batch.through
    await moveCheckpoint(tx, memory.checkpoint, batch.ageMs())
  })

const writeChanges = async (
  tx: ReadDatabase,
  { write, run }: Writer,
  memory: Memory,
  changes: Changes,
): Promise<void> => {
  await write('task_groups', groupColumns, changes.groups)
  await writeTasks(run, changes)
  await write('task_progress', progressColumns, changes.progress, ['task_no'])
  await writeGaps({ write, run }, changes)
  if (changes.noLongerOpen.length > 0) {
    const gone = runIdColumn.encode(changes.noLongerOpen)
    await run(sql`delete from open_runs where run_id = any(${gone}::uuid[])`)
  }
  await makeRoom(
    tx,
    memory,
    'runs',
    changes.ended.map(({ run: { triggeredAt } }) => triggeredAt),
  )
  await write('runs', endedRunColumns, changes.ended)
  await write('open_runs', openRunColumns, changes.open, ['run_id'])
  await makeRoom(
    tx,
    memory,
    'skips',
    changes.skips.map(({ decidedAt }) => decidedAt),
  )
  await write('skips', skipColumns, changes.skips)
  await rememberTallies(tx, memory, changes.counts)
  const tallies = addCounts(memory.stats, changes.counts)
  await write('stats', tallyColumns, tallies, ['scope', 'step', 'from_at'])
  await makeRoom(
    tx,
    memory,
    'activity_of_runs',
    changes.activity.filter(({ type }) => !isKept(type)).map(({ atMs }) => atMs),
  )
  await write('activity', activityColumns, changes.activity)
  await write('plans', planColumns, changes.plans)
}

type Run = (statement: RawBuilder<unknown>) => Promise<void>

interface Writer {
  /** Resolves when the statement is on its way: what comes next is made while it is carried out. */
  readonly run: Run
  /** Inserts; with a key, a row that is there already is overwritten. */
  readonly write: <Row>(
    table: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
    key?: readonly string[],
  ) => Promise<void>
  readonly done: () => Promise<unknown>
}

const createWriter = (tx: ReadDatabase): Writer => {
  let underWay: Promise<unknown> = Promise.resolve()
  const run: Run = async (statement) => {
    await underWay
    underWay = statement.execute(tx)
    underWay.catch(() => {}) // told by whoever waits for it next
    await sent()
  }
  return {
    run,
    write: async (table, columns, rows, key) => {
      if (rows.length > 0) await run(insertOf(table, columns, rows, key))
    },
    done: () => underWay,
  }
}

/** The driver hands a statement to the network in this turn of the event loop. */
const sent = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const writeGaps = async (
  { write, run }: Pick<Writer, 'write' | 'run'>,
  { owing }: Changes,
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
  tx: ReadDatabase,
  memory: Memory,
  table: DayTable,
  instants: readonly number[],
): Promise<void> => {
  const known = memory.days[table]
  for (const day of new Set(instants.map(dayOf))) {
    if (!known.has(day)) await ensurePartition(tx, table, day)
    known.add(day)
  }
}

const groupColumns: readonly Column<GroupRow>[] = [
  int4('group_no', ({ groupNo }) => groupNo),
  int4('tenant_no', ({ tenantNo }) => tenantNo),
  text('tenant', ({ taskId }) => taskId.tenant),
  text('task_group', ({ taskId }) => taskId.group),
]

const insertOf = <Row>(
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  key: readonly string[] | undefined,
): RawBuilder<unknown> => {
  const insert = insertRows(sql.id(table), columns, rows)
  if (key === undefined) return insert
  const names = sql.join(key.map((name) => sql.id(name)))
  return sql`${insert} on conflict (${names}) do update set ${news(columns)}`
}

const news = (columns: readonly Column<never>[]) =>
  sql.join(columns.map(({ name }) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))

/** Whole rows where a definition is new, the status alone elsewhere. */
const writeTasks = async (run: Run, { tasks }: Changes): Promise<void> => {
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
