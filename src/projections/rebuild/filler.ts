// Applies the log to a schema up to a place and stops there, which the follower of the log never
// does. The next page is read and decoded while the one before is written. Many pages are one stretch:
// how things are is written once for all of them, since nobody reads it before. It writes by the same
// steps as the projector, so the rows are the same.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, LogPage, Position } from '../../event-store/event-store.ts'
import { applyStretches, type Batch } from '../apply-batch.ts'
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
  /** Events that are read at once, and those that are written as one. */
  readonly batchMax: number
  readonly stretchMax: number
  readonly memory: MemoryLimits
  readonly signal: AbortSignal
}

const sliceMax = 200

/** Between slices the network gets on with what is to be sent, and others with what they do. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A few events at a time, so that what is decoded of them is forgotten before it has grown old. */
function* slicesOf(page: LogPage): Generator<LogPage> {
  const { events } = page
  let from = 0
  for (; from + sliceMax < events.length; from += sliceMax) {
    const slice = events.slice(from, from + sliceMax)
    yield { events: slice, through: slice.at(-1)?.position ?? page.through, atHead: false }
  }
  yield { ...page, events: events.slice(from) }
}

export const createFiller = async (filling: Filling, db: ReadDatabase): Promise<Filler> => {
  const { store, schema, batchMax, stretchMax, signal } = filling
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

  const batchOf = (page: LogPage): Batch => {
    const { entries, tests, fault } = decodePage(page, memory.tasks)
    if (fault !== null) throw new UndecodableEventError(fault)
    return { entries, tests, through: page.through, ageMs: () => null }
  }

  let following: { readonly after: Position | null; readonly page: Promise<LogPage> } | null = null

  /** Read while what came before is decoded and written. */
  const prepare = (after: Position | null): void => {
    const page = read(after)
    page.catch(() => {}) // told by whoever takes it
    following = { after, page }
  }
  const take = (after: Position | null): Promise<LogPage> => {
    if (following?.after !== after) prepare(after)
    const page = following?.page ?? read(after)
    following = null
    return page
  }

  /** Pages that are written as one, and whether they go through the place. */
  async function* stretch(
    until: Position | 'head',
    outcome: { isThere: boolean },
  ): AsyncGenerator<Batch> {
    let events = 0
    for (let after = memory.checkpoint.position; events < stretchMax && !signal.aborted;) {
      const page = upTo(await take(after), until)
      if (!page.atHead) prepare(page.through)
      for (const slice of slicesOf(page)) {
        yield batchOf(slice)
        await othersTurn()
      }
      outcome.isThere = page.atHead
      if (page.atHead) return
      events += page.events.length
      after = page.through
    }
  }

  function* stretches(until: Position | 'head'): Generator<AsyncGenerator<Batch>> {
    const outcome = { isThere: false }
    while (!outcome.isThere && !signal.aborted) {
      yield stretch(until, outcome)
      trim(memory, filling.memory)
    }
  }

  const advance = async (until: Position | 'head'): Promise<void> => {
    if (until !== 'head' && isReached(until)) return
    await applyStretches(db, schema, memory, filling.memory, stretches(until))
  }

  return {
    advance,
    position: () => memory.checkpoint.position,
    events: () => memory.checkpoint.events,
  }
}
