// Folded states of recently used streams, so that most commands are decided without a read. A cache
// can only cost a conflict, never a wrong decision: the append carries the revision the state was
// folded to.
import type { Revision } from '../event-store/event-store.ts'

export interface Folded<State> {
  readonly state: State
  /** Null: the stream has never had an event. */
  readonly revision: Revision | null
}

export interface StateCache<State> {
  get(stream: string): Folded<State> | undefined
  set(stream: string, folded: Folded<State>): void
  delete(stream: string): void
  /** Forgets the streams of which this is true. */
  forget(which: (stream: string) => boolean): void
  clear(): void
}

/** Keeps the `entriesMax` most recently used states. */
export const createStateCache = <State>(entriesMax: number): StateCache<State> => {
  // A Map iterates in insertion order: the first key is the least recently used one.
  const entries = new Map<string, Folded<State>>()
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
      entries.delete(stream)
      entries.set(stream, folded)
      if (entries.size > entriesMax) {
        const oldest = entries.keys().next()
        if (!oldest.done) entries.delete(oldest.value)
      }
    },
    delete: (stream) => void entries.delete(stream),
    forget: (which) => {
      for (const stream of entries.keys()) if (which(stream)) entries.delete(stream)
    },
    clear: () => entries.clear(),
  }
}
