// The stretches of time the run log is asked for, from a moment before now to now. Pure.
const minuteMs = 60_000

const ranges = {
  '15m': 15 * minuteMs,
  '1h': 60 * minuteMs,
  '24h': 24 * 60 * minuteMs,
  '7d': 7 * 24 * 60 * minuteMs,
} as const
export type Range = keyof typeof ranges
export const rangeNames = Object.keys(ranges) as readonly Range[]
export const isRange = (name: string): name is Range => name in ranges

/** To the minute, so that a list is not another one with every second that passes. */
export const beginOf = (range: Range, nowMs: number): string =>
  new Date(Math.floor(nowMs / minuteMs) * minuteMs - ranges[range]).toISOString()
