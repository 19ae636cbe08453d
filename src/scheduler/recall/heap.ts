// A binary heap by any order: whoever goes before all others is on top.

export interface Heap<T> {
  readonly size: number
  push(entry: T): void
  pop(): T | undefined
}

export const createHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  const heap: T[] = []
  return {
    get size() {
      return heap.length
    },
    push: (entry) => {
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
    pop: () => {
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
