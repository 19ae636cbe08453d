// Applies a stretch of the log in one transaction: locks the checkpoint, recalls what has to be
// known, folds, writes each table by one statement, and moves the checkpoint. Of two processes that
// both think the projections theirs, one finds the checkpoint moved, and nothing of its batch stays.
import { sql } from 'kysely'
import type { Position } from '../event-store/event-store.ts'
import { testColumns } from './activity/tests.ts'
import { createFolding } from './batch.ts'
import { lockCheckpoint, movedCheckpoint } from './checkpoint.ts'
import type { ReadDatabase } from './database.ts'
import type { Entry, TestEntry } from './entry.ts'
import { forgetCounts, noDays, type Checkpoint, type Memory, type MemoryLimits } from './memory.ts'
import { remember } from './remember.ts'
import { writeAppended, writeCounts, writeState } from './write-changes.ts'
import { createWriter, type Writer } from './writer.ts'

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

/** Read one by one, so that a long stretch is never held whole. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>

/** After a rejection the memory is of no use any more. */
export const applyBatch = (
  db: ReadDatabase,
  schema: string,
  memory: Memory,
  batch: Batch,
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    standAt(await lockCheckpoint(tx, schema), memory)
    const writer = await createWriter(tx)
    try {
      const folded = await fold(tx, writer, memory, [batch])
      await folded.write()
    } finally {
      // What failed first is what is told.
      await writer.done()
    }
  })

/**
 * Stretches, each in a transaction of its own and as if it were one batch. While Postgres ends one, the
 * next is folded already; it is committed only after that. `db` is one connection, and in no transaction.
 * After a rejection the memory is of no use any more.
 */
export const applyStretches = async (
  db: ReadDatabase,
  schema: string,
  memory: Memory,
  limits: MemoryLimits,
  stretches: Iterable<Batches>,
): Promise<void> => {
  let before: Writer | null = null
  let writer: Writer | null = null
  try {
    for (const batches of stretches) {
      writer = await createWriter(db)
      await writer.run(sql`begin`)
      const stored = lockCheckpoint(db, schema)
      stored.catch(() => {}) // told below
      if (before === null) standAt(await stored, memory)
      const standing = { ...memory.checkpoint }
      const folded = await fold(db, writer, memory, batches, limits.runsMax)
      await before?.done()
      checkStanding(await stored, standing)
      await folded.write()
      await writer.run(sql`commit`)
      before = writer
    }
    await before?.done()
  } catch (error) {
    await Promise.allSettled([before?.done(), writer?.done()])
    await sql`rollback`.execute(db).catch(() => {}) // a broken connection has rolled back
    throw before?.failure() ?? writer?.failure() ?? error
  }
}

interface Folded {
  /** Writes how things are, and moves the checkpoint. */
  readonly write: () => Promise<void>
}

/**
 * Writes what is added as it comes, and what was counted once so many events were: where minutes have few
 * fires there are nearly as many counts as fires, and they are large.
 */
const fold = async (
  db: ReadDatabase,
  writer: Writer,
  memory: Memory,
  batches: Batches,
  runsMax = Infinity,
): Promise<Folded> => {
  const folding = createFolding(memory)
  let newest: Batch | null = null
  let counted = 0
  for await (const batch of batches) {
    newest = batch
    counted += batch.entries.length
    if (batch.entries.length > 0) {
      await remember(db, memory, batch.entries, folding.noLongerOpen)
      await writeAppended(writer, memory, folding.fold(batch.entries))
    }
    await writer.write('recall_tests', testColumns, batch.tests, ['tenant', 'revision'])
    memory.checkpoint.position = batch.through
    if (counted < runsMax) continue
    counted = 0
    await writeCounts(db, writer, memory, folding.takeCounts())
    forgetCounts(memory, runsMax)
  }
  return {
    write: async () => {
      await writeState(db, writer, memory, folding.finish())
      await writer.run(movedCheckpoint(memory.checkpoint, newest?.ageMs() ?? null))
    },
  }
}

/** Partitions may have been dropped meanwhile: then the memory of them is of no use. */
const standAt = (stored: Checkpoint, memory: Memory): void => {
  if (stored.layout !== memory.checkpoint.layout) {
    memory.checkpoint.layout = stored.layout
    memory.days = noDays()
  }
  checkStanding(stored, memory.checkpoint)
}

const checkStanding = (stored: Checkpoint, believed: Checkpoint): void => {
  const stands =
    stored.version === believed.version &&
    stored.events === believed.events &&
    stored.position === believed.position &&
    stored.layout === believed.layout
  if (!stands) throw new CheckpointMoved(`the read models stand at ${String(stored.position)}`)
}
