// Folded states of recently used streams, so that most commands are decided without a read. A cache
// can only cost a conflict, never a wrong decision: the append carries the revision the state was
// folded to. Whoever follows the log and acts by what is kept says what has been heard of: an answer that
// comes late, of a read or an append, must not put an older state in the place of what was learned since,
// because nobody would be told again.
import type { Revision } from '../event-store/event-store.ts'

export interface Folded<State> {
  readonly state: State
  /** Null: the stream has never had an event. */
  readonly revision: Revision | null
}

export interface StateCache<State> {
  get(stream: string): Folded<State> | undefined
  /** Unless something newer has been heard of. */
  set(stream: string, folded: Folded<State>): void
  /** The stream has an event of this revision. */
  heard(stream: string, revision: Revision): void
  delete(stream: string): void
  /** Forgets the streams of which this is true. */
  forget(which: (stream: string) => boolean): void
  clear(): void
}

/** Keeps the `entriesMax` most recently used states. */
export const createStateCache = <State>(entriesMax: number): StateCache<State> => {
  // A Map iterates in insertion order: the first key is the least recently used one.
  const entries = new Map<string, Folded<State>>()
  const newest = new Map<string, Revision>()
  const forgetOldState = forgetOldest(entries, entriesMax)
  const forgetOldNews = forgetOldest(newest, entriesMax)
  return {
    get: (stream) => {
      const folded = entries.get(stream)
      if (folded === undefined) return undefined
      // Refreshing the order costs a delete and a set; worth it only once the cache is filling up.
      if (entries.size * 2 > entriesMax) {
        entries.delete(stream)
        entries.set(stream, folded)
      }
      return folded
    },
    set: (stream, folded) => {
      if ((folded.revision ?? -1) < (newest.get(stream) ?? -1)) return
      entries.delete(stream)
      entries.set(stream, folded)
      forgetOldState()
    },
    heard: (stream, revision) => {
      const before = newest.get(stream) ?? revision
      newest.delete(stream)
      newest.set(stream, before > revision ? before : revision)
      forgetOldNews()
    },
    delete: (stream) => void entries.delete(stream),
    forget: (which) => {
      for (const stream of entries.keys()) if (which(stream)) entries.delete(stream)
    },
    clear: () => entries.clear(),
  }
}

/**
 * One walk over the keys, continued: whatever it has come upon was deleted, and what is used again goes to
 * the end. A walk from the beginning would step over every gap that deleting has left.
 */
const forgetOldest = (map: Map<string, unknown>, sizeMax: number): (() => void) => {
  let walk = map.keys()
  return () => {
    if (map.size <= sizeMax) return
    let oldest = walk.next()
    if (oldest.done) {
      walk = map.keys()
      oldest = walk.next()
    }
    if (!oldest.done) map.delete(oldest.value)
  }
}
