// Time as an input. Whoever needs the time or wants to wait takes a Clock; nobody else in the
// service calls Date.now or setTimeout, so that a simulation can own time altogether.
//
// Two hands: `now` is what people call the time and may step in either direction; `monotonicNow`
// only ever advances, and is what waiting is measured by. Neither knows what it is used for.

export interface Clock {
  /** Wall clock: epoch milliseconds. May jump forwards and backwards. */
  now(): number
  /** Milliseconds since some fixed moment, with fractions. Never goes back. */
  monotonicNow(): number
  /**
   * Calls back once, when at least `delayMs` have passed on the monotonic hand; never early, never
   * within this call, and in the order of their due times. Answers a function that calls it off.
   */
  setTimer(delayMs: number, callback: () => void): () => void
}

// Node holds delays in 31 bits and silently turns longer ones into 1 ms.
const longestTimeoutMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const dueAt = performance.now() + delayMs
    let timeout: NodeJS.Timeout
    const arm = (): void => {
      // Node rounds to whole milliseconds of its own loop time and so may be early by a fraction.
      const remainingMs = Math.ceil(dueAt - performance.now())
      timeout = setTimeout(ring, Math.min(Math.max(remainingMs, 0), longestTimeoutMs))
    }
    const ring = (): void => (performance.now() < dueAt ? arm() : callback())
    arm()
    return () => clearTimeout(timeout)
  },
}

/** Waits on the monotonic hand. An abort ends the wait early; it is not an error. */
export const sleep = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const wake = (): void => {
      cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = clock.setTimer(delayMs, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })

/** How long a sleeper may go without looking at the wall clock again, which may have stepped. */
const longestUnobservedMs = 1_000

/**
 * Waits until the wall clock shows `epochMs` or later. A step of the clock is noticed within a
 * second. An abort ends the wait early; it is not an error.
 */
export const sleepUntil = async (
  clock: Clock,
  epochMs: number,
  signal?: AbortSignal,
): Promise<void> => {
  for (;;) {
    const remainingMs = epochMs - clock.now()
    if (remainingMs <= 0 || signal?.aborted === true) return
    await sleep(clock, Math.min(remainingMs, longestUnobservedMs), signal)
  }
}
