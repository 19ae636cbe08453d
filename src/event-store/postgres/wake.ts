// The bell that says "the log may have grown". Rung by appends of this process, by notifications of
// others, and after a lost connection. Ringing once too often costs a read; a reader notes the count
// before it reads, so that a ring during the read is not lost.
export interface Wake {
  readonly ring: () => void
  readonly rings: () => number
  /** Resolves at the first ring after `seen`, after the time-out, or when the signal aborts. */
  readonly next: (seen: number, timeoutMs: number, signal: AbortSignal) => Promise<void>
}

export const createWake = (): Wake => {
  let count = 0
  const sleepers = new Set<() => void>()
  return {
    ring: () => {
      count += 1
      for (const rouse of [...sleepers]) rouse()
    },
    rings: () => count,
    next: (seen, timeoutMs, signal) =>
      new Promise((resolve) => {
        if (count !== seen || signal.aborted) return resolve()
        const rouse = (): void => {
          clearTimeout(timer)
          sleepers.delete(rouse)
          signal.removeEventListener('abort', rouse)
          resolve()
        }
        const timer = setTimeout(rouse, timeoutMs)
        sleepers.add(rouse)
        signal.addEventListener('abort', rouse)
      }),
  }
}
