// Applies a stretch of the log in one transaction: locks the checkpoint, recalls what has to be
// known, folds, writes each table by one statement, and moves the checkpoint. Of two processes that
// both think the projections theirs, one finds the checkpoint moved, and nothing of its batch stays.
import type { Position } from '../event-store/event-store.ts'
import { testColumns } from './activity/tests.ts'
import { createFolding } from './batch.ts'
import { lockCheckpoint, moveCheckpoint } from './checkpoint.ts'
import type { ReadDatabase } from './database.ts'
import type { Entry, TestEntry } from './entry.ts'
import { noDays, type Memory } from './memory.ts'
import { remember } from './remember.ts'
import { writeAppended, writeState } from './write-changes.ts'
import { createWriter } from './writer.ts'

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
): Promise<void> => applyBatches(db, schema, memory, [batch])

/** As many as come, as if they were one. */
export const applyBatches = (
  db: ReadDatabase,
  schema: string,
  memory: Memory,
  batches: Iterable<Batch> | AsyncIterable<Batch>,
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
    const folding = createFolding(memory)
    let newest: Batch | null = null
    try {
      for await (const batch of batches) {
        newest = batch
        if (batch.entries.length > 0) {
          await remember(tx, memory, batch.entries, folding.noLongerOpen)
          await writeAppended(tx, writer, memory, folding.fold(batch.entries))
        }
        await writer.write('recall_tests', testColumns, batch.tests, ['tenant', 'revision'])
        memory.checkpoint.position = batch.through
      }
      await writeState(tx, writer, memory, folding.finish())
    } finally {
      // What failed first is what is told.
      await writer.done()
    }
    await moveCheckpoint(tx, memory.checkpoint, newest?.ageMs() ?? null)
  })
