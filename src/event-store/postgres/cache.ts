// A map that forgets what has not been used for long. Two generations bound it: when the young one
// is full it becomes the old one, and what is asked for again moves over.
export interface Cache<K, V> {
  readonly get: (key: K) => V | undefined
  readonly set: (key: K, value: V) => void
  readonly clear: () => void
}

export const createCache = <K, V>(most: number): Cache<K, V> => {
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  const set = (key: K, value: V): void => {
    if (young.size >= most / 2) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    get: (key) => {
      const found = young.get(key)
      if (found !== undefined) return found
      const kept = old.get(key)
      if (kept !== undefined) set(key, kept)
      return kept
    },
    set,
    clear: () => {
      young = new Map()
      old = new Map()
    },
  }
}
