// Applies the log to a schema up to a place and stops there, which the follower of the log never
// does. The next page is read and decoded while the one before is written. It writes by the same
// batches as the projector, so the rows are the same.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, LogPage, Position } from '../../event-store/event-store.ts'
import { applyBatch } from '../apply-batch.ts'
import { readCheckpoint } from '../checkpoint.ts'
import type { ReadDatabase } from '../database.ts'
import { decodePage, followedPrefixes } from '../entry.ts'
import { UndecodableEventError } from '../follow-log.ts'
import { emptyMemory, trim, type MemoryLimits } from '../memory.ts'

export interface Filler {
  readonly position: () => Position | null
  readonly events: () => number
  /** Through this place, or to where the log ended when it was read. Ends early when aborted. */
  readonly advance: (until: Position | 'head') => Promise<void>
}

interface Filling {
  readonly store: EventStore
  readonly schema: string
  readonly batchMax: number
  readonly memory: MemoryLimits
  readonly signal: AbortSignal
}

export const createFiller = async (filling: Filling, db: ReadDatabase): Promise<Filler> => {
  const { store, schema, batchMax, signal } = filling
  const memory = emptyMemory(await readCheckpoint(db, schema))

  const read = async (after: Position | null): Promise<LogPage> => {
    const page = await store.readAll({ after, prefixes: followedPrefixes, limit: batchMax })()
    if (E.isLeft(page)) throw new Error(`the log cannot be read: ${page.left.reason}`)
    return page.right
  }
  const isBeyond = (position: Position | null, place: Position): boolean =>
    position !== null && store.comparePositions(position, place) > 0
  const isReached = (place: Position): boolean => {
    const { position } = memory.checkpoint
    return position !== null && store.comparePositions(position, place) >= 0
  }

  /** A page without what lies beyond the place. */
  const upTo = (page: LogPage, until: Position | 'head'): LogPage =>
    until === 'head' || !isBeyond(page.through, until)
      ? page
      : {
          events: page.events.filter(({ position }) => !isBeyond(position, until)),
          through: until,
          atHead: true,
        }

  const apply = async (page: LogPage): Promise<void> => {
    const { entries, tests, fault } = decodePage(page, memory.tasks)
    if (fault !== null) throw new UndecodableEventError(fault)
    await applyBatch(db, schema, memory, {
      entries,
      tests,
      through: page.through,
      ageMs: () => null,
    })
    trim(memory, filling.memory)
  }

  const advance = async (until: Position | 'head'): Promise<void> => {
    if (until !== 'head' && isReached(until)) return
    let page = upTo(await read(memory.checkpoint.position), until)
    while (!signal.aborted) {
      const { atHead, through } = page
      const writing = apply(page)
      if (atHead) return writing
      // Whichever fails first is told; the other's failure must not be nobody's.
      const [following] = await Promise.all([read(through), writing])
      page = upTo(following, until)
    }
  }

  return {
    advance,
    position: () => memory.checkpoint.position,
    events: () => memory.checkpoint.events,
  }
}
