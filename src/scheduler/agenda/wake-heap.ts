// Which stream is due next: a binary heap with one entry per stream, whose time can be changed in
// place. Memory and time depend on the entries of the near horizon alone.

export interface WakeHeap {
  readonly size: number
  /** Sets, moves or (null) removes a stream's wake-up. */
  set(stream: string, at: number | null): void
  /** Sets a stream's wake-up unless it has an earlier one. */
  setNoLater(stream: string, at: number): void
  /** Earliest wake-up, epoch milliseconds; null when there is none. */
  next(): number | null
  /** Removes and gives back the earliest stream due at or before `now`. */
  popDue(now: number): string | null
}

interface Entry {
  readonly stream: string
  at: number
  index: number
}

export const createWakeHeap = (): WakeHeap => {
  const heap: Entry[] = []
  const byStream = new Map<string, Entry>()

  const place = (entry: Entry, index: number) => {
    heap[index] = entry
    entry.index = index
  }
  const rise = (entry: Entry) => {
    let index = entry.index
    while (index > 0) {
      const parent = heap[(index - 1) >> 1]
      if (parent === undefined || parent.at <= entry.at) break
      place(parent, index)
      index = (index - 1) >> 1
    }
    place(entry, index)
  }
  const sink = (entry: Entry) => {
    let index = entry.index
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      const smaller = right !== undefined && left !== undefined && right.at < left.at ? right : left
      if (smaller === undefined || smaller.at >= entry.at) break
      const hole = smaller.index
      place(smaller, index)
      index = hole
    }
    place(entry, index)
  }
  const remove = (entry: Entry) => {
    byStream.delete(entry.stream)
    const last = heap.pop()
    if (last === undefined || last === entry) return
    place(last, entry.index)
    rise(last)
    sink(last)
  }

  const set = (stream: string, at: number | null): void => {
    const entry = byStream.get(stream)
    if (entry === undefined) {
      if (at === null) return
      const added = { stream, at, index: heap.length }
      byStream.set(stream, added)
      heap.push(added)
      rise(added)
      return
    }
    if (at === null) {
      remove(entry)
      return
    }
    entry.at = at
    rise(entry)
    sink(entry)
  }

  return {
    get size() {
      return heap.length
    },
    set,
    setNoLater: (stream, at) => {
      const known = byStream.get(stream)
      if (known === undefined || known.at > at) set(stream, at)
    },
    next: () => heap[0]?.at ?? null,
    popDue: (now) => {
      const first = heap[0]
      if (first === undefined || first.at > now) return null
      remove(first)
      return first.stream
    },
  }
}
