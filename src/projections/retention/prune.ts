// Drops the history of runs that is older than it is kept. A day that no task keeps any longer goes as
// a whole partition; of a day that some keep and some do not, rows go in bounded batches with pauses
// between, so that neither the projector nor a question waits for long. Runs that are open stand
// elsewhere and are never touched. Repeating it changes nothing.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { ReadDatabase } from '../database.ts'
import { instantParameter } from '../reading.ts'
import { selectRows } from '../rows.ts'
import {
  dayMs,
  dayOf,
  dayTables,
  dropPartition,
  partitionsOf,
  type Partition,
} from '../runs/partitions.ts'
import { moveHorizons } from './horizons.ts'

export interface Pruning {
  readonly db: ReadDatabase
  readonly schema: string
  readonly now: Instant
  /** Of tasks that do not say; null: for ever. */
  readonly serviceDays: number | null
  /** Between two pieces of work. */
  readonly breathe: () => Promise<void>
  readonly signal: AbortSignal
  readonly batchMax?: number
  /** What was looked through, by partition, and with what in mind; it need not be again. */
  readonly looked?: Map<string, string>
}

export interface Pruned {
  readonly days: number
  readonly rows: number
  /** Partitions somebody was reading whenever they were to be dropped: the rest waits as well. */
  readonly postponed: number
}

/** How long each task keeps its history. */
interface Keeping {
  readonly serviceDays: number
  /** Tasks that say it themselves. */
  readonly own: readonly { readonly taskNo: number; readonly days: number }[]
  readonly shortest: number
  readonly longest: number
}

export const prune = async (pruning: Pruning): Promise<Pruned> => {
  const keeping = await readKeeping(pruning)
  const today = dayOf(pruning.now)
  const old: Partition[] = []
  for (const table of dayTables)
    for (const partition of await partitionsOf(pruning.db, pruning.schema, table))
      if (today - partition.day > keeping.shortest) old.push(partition)
  const oldest = old.length === 0 ? null : Math.min(...old.map(({ day }) => day))
  await markHorizons(pruning, keeping, oldest)
  let pruned: Pruned = { days: 0, rows: 0, postponed: 0 }
  for (const partition of old) {
    // Whoever reads one of them for long may be reading all.
    if (pruning.signal.aborted || pruned.postponed > 0) break
    pruned = add(pruned, await pruneDay(pruning, keeping, partition, today - partition.day))
  }
  return add(pruned, { days: 0, rows: await pruneMinutes(pruning), postponed: 0 })
}

const add = (a: Pruned, b: Pruned): Pruned => ({
  days: a.days + b.days,
  rows: a.rows + b.rows,
  postponed: a.postponed + b.postponed,
})

const OwnDays = t.type({ taskNo: t.number, days: t.number })

const readKeeping = async ({ db, schema, serviceDays }: Pruning): Promise<Keeping> => {
  const own = await selectRows(
    db,
    OwnDays,
    sql`select task_no as "taskNo", retention_days as days from ${sql.id(schema, 'tasks')}
      where retention_days is not null`,
  )
  const service = serviceDays ?? Number.POSITIVE_INFINITY
  let [shortest, longest] = [service, service]
  for (const { days } of own) {
    shortest = Math.min(shortest, days)
    longest = Math.max(longest, days)
  }
  return { serviceDays: service, own, shortest, longest }
}

const markHorizons = async (
  { db, schema, now }: Pruning,
  { serviceDays }: Keeping,
  oldestDay: number | null,
): Promise<void> => {
  const today = dayOf(now)
  const startOf = (day: number): Instant => instantAt(day * dayMs)
  const service = Number.isFinite(serviceDays) ? startOf(today - serviceDays) : null
  const oldest = oldestDay === null ? null : startOf(oldestDay)
  const horizons = { service, today: startOf(today), oldest }
  await db.transaction().execute((tx) => moveHorizons(tx, schema, horizons))
}

const pruneDay = async (
  pruning: Pruning,
  keeping: Keeping,
  partition: Partition,
  ageDays: number,
): Promise<Pruned> => {
  if (ageDays > keeping.longest) return dropDay(pruning, partition)
  const { gone, key } = goneAt(keeping, ageDays)
  if (pruning.looked?.get(partition.name) === key) return { days: 0, rows: 0, postponed: 0 }
  const rows = await deleteRows(pruning, partition.name, gone)
  const isEmpty = pruning.signal.aborted ? false : await isWithoutRows(pruning, partition)
  if (isEmpty) return add({ days: 0, rows, postponed: 0 }, await dropDay(pruning, partition))
  pruning.looked?.set(partition.name, key)
  return { days: 0, rows, postponed: 0 }
}

/** Which tasks keep nothing that old: all but some, or only some. */
const goneAt = ({ serviceDays, own }: Keeping, ageDays: number) => {
  const all = ageDays > serviceDays
  const tasks = own.filter(({ days }) => days >= ageDays === all).map(({ taskNo }) => taskNo)
  const numbers = sql`${sql.val(tasks)}::int4[]`
  return {
    gone: all ? sql`task_no <> all(${numbers})` : sql`task_no = any(${numbers})`,
    key: `${String(all)} ${tasks.join()}`,
  }
}

const dropTries = 5

const dropDay = async (pruning: Pruning, partition: Partition): Promise<Pruned> => {
  for (let tries = 0; tries < dropTries && !pruning.signal.aborted; tries += 1) {
    if (await dropPartition(pruning.db, pruning.schema, partition))
      return { days: 1, rows: 0, postponed: 0 }
    await pruning.breathe()
  }
  return { days: 0, rows: 0, postponed: 1 }
}

const isWithoutRows = async ({ db, schema }: Pruning, { name }: Partition): Promise<boolean> => {
  const query = sql`select not exists (select from ${sql.id(schema, name)}) as empty`
  return (await selectRows(db, t.type({ empty: t.boolean }), query)).some(({ empty }) => empty)
}

/** Answers how many. */
const deleteRows = async (
  { db, schema, breathe, signal, batchMax = 5_000 }: Pruning,
  name: string,
  gone: RawBuilder<unknown>,
): Promise<number> => {
  const table = sql.id(schema, name)
  let rows = 0
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${gone} limit ${batchMax}))`.execute(db)
    rows += Number(numAffectedRows)
    if (Number(numAffectedRows) < batchMax) break
    await breathe()
  }
  return rows
}

/** Statistics by the minute go with the runs; hours are few and stay. */
const pruneMinutes = async (pruning: Pruning): Promise<number> => {
  if (pruning.serviceDays === null) return 0
  const before = (dayOf(pruning.now) - pruning.serviceDays) * dayMs
  return deleteRows(
    pruning,
    'stats',
    sql`step = 'minute' and from_at < ${instantParameter(before)}`,
  )
}
