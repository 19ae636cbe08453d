// The backlog of calls to make, in the order people expect: on time before catch-up, larger priority
// first, then by scheduled time. A call whose host has no free slot is set aside with its host, so
// that one slow callee never stands in the way of the others.

export interface Queued {
  readonly host: string
  readonly catchUp: boolean
  readonly priority: number
  /** Planned instant, or the instant of the decision for a manual run. */
  readonly at: number
}

const goesBefore = (a: Queued, b: Queued): boolean => {
  if (a.catchUp !== b.catchUp) return b.catchUp
  if (a.priority !== b.priority) return a.priority > b.priority
  return a.at < b.at
}

interface Ordered<T> {
  readonly item: T
  readonly seq: number
}

/** A binary heap; equals leave in the order in which they came. */
const createHeap = <T extends Queued>() => {
  const heap: Ordered<T>[] = []
  const before = (a: Ordered<T>, b: Ordered<T>): boolean =>
    goesBefore(a.item, b.item) || (!goesBefore(b.item, a.item) && a.seq < b.seq)
  return {
    peek: (): Ordered<T> | undefined => heap[0],
    push: (entry: Ordered<T>): void => {
      let index = heap.length
      while (index > 0) {
        const parentIndex = (index - 1) >> 1
        const parent = heap[parentIndex]
        if (parent === undefined || !before(entry, parent)) break
        heap[index] = parent
        index = parentIndex
      }
      heap[index] = entry
    },
    pop: (): Ordered<T> | undefined => {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined || heap.length === 0) return first
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        let candidate = heap[child]
        if (candidate === undefined) break
        const right = heap[child + 1]
        if (right !== undefined && before(right, candidate)) {
          child += 1
          candidate = right
        }
        if (!before(candidate, last)) break
        heap[index] = candidate
        index = child
      }
      heap[index] = last
      return first
    },
  }
}

export interface DispatchQueue<T extends Queued> {
  readonly size: number
  push(item: T): void
  /** The first item whose host has a free slot; null when there is none. Takes the slot. */
  take(): T | null
  /** Gives a host's slot back. */
  release(host: string): void
}

export const createDispatchQueue = <T extends Queued>(slotsPerHost: number): DispatchQueue<T> => {
  const ready = createHeap<T>()
  const hosts = new Map<string, { busy: number; parked: ReturnType<typeof createHeap<T>> }>()
  let size = 0
  let seq = 0
  return {
    get size() {
      return size
    },
    push: (item) => {
      size += 1
      ready.push({ item, seq: seq++ })
    },
    take: () => {
      for (;;) {
        const first = ready.pop()
        if (first === undefined) return null
        const name = first.item.host
        const host = hosts.get(name) ?? { busy: 0, parked: createHeap<T>() }
        hosts.set(name, host)
        if (host.busy >= slotsPerHost) {
          host.parked.push(first)
          continue
        }
        host.busy += 1
        size -= 1
        return first.item
      }
    },
    release: (name) => {
      const host = hosts.get(name)
      if (host === undefined) return
      host.busy -= 1
      const parked = host.parked.pop()
      if (parked !== undefined) ready.push(parked)
      else if (host.busy === 0) hosts.delete(name)
    },
  }
}
