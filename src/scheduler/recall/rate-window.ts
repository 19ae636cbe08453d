// How many calls may start in a stretch of time. A rate of 5 lets five start in any one second,
// wherever that second begins; a rate of 0.5 lets one start in any two. Remembers the starts that
// still count and nothing else.

export interface RateWindow {
  /** When the next call may start; `now` or earlier: at once. Milliseconds of the caller's clock. */
  readonly opensAt: () => number
  /** Calls that may start at `now`. */
  readonly free: (now: number) => number
  readonly start: (now: number) => void
  /** From when on no start counts any more. */
  readonly emptyAt: () => number
}

export const createRateWindow = (perSecond: number): RateWindow => {
  const startsMax = Math.max(1, Math.ceil(perSecond))
  const windowMs = (startsMax * 1000) / perSecond
  /** A ring: once it is full, `oldest` is where the next start replaces the oldest. */
  const starts: number[] = []
  let oldest = 0
  const countedAt = (index: number): number =>
    starts[(oldest + index) % starts.length] ?? Number.NEGATIVE_INFINITY

  return {
    opensAt: () => (starts.length < startsMax ? Number.NEGATIVE_INFINITY : countedAt(0) + windowMs),
    free: (now) => {
      let low = 0
      let high = starts.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (countedAt(middle) + windowMs <= now) low = middle + 1
        else high = middle
      }
      return startsMax - starts.length + low
    },
    start: (now) => {
      if (starts.length < startsMax) {
        starts.push(now)
        return
      }
      starts[oldest] = now
      oldest = (oldest + 1) % startsMax
    },
    emptyAt: () =>
      starts.length === 0 ? Number.NEGATIVE_INFINITY : countedAt(starts.length - 1) + windowMs,
  }
}
