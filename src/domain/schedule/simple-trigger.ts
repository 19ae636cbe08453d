// The arithmetic of Quartz's SimpleTrigger: fire k of a grid is start + k·interval for k up to the
// repeat count; the first fire stands whatever the end says, later ones lie strictly before it.
// Every answer is one division, whatever the distance. Knows no zone and no misfire.

import { problem, type ScheduleProblem } from './problem.ts'

/** A grid of instants in epoch milliseconds. `repeatCount` is Quartz's: -1 for ever. */
export interface SimpleGrid {
  readonly startMs: number
  readonly endMs: number | null
  readonly intervalMs: number
  readonly repeatCount: number
}

/** Index of the last fire of the grid; Infinity when it never ends. */
const lastIndex = (grid: SimpleGrid): number => {
  if (grid.repeatCount === 0 || grid.intervalMs < 1) return 0
  const byCount = grid.repeatCount < 0 ? Infinity : grid.repeatCount
  if (grid.endMs === null) return byCount
  const byEnd = Math.ceil((grid.endMs - grid.startMs) / grid.intervalMs) - 1
  return Math.max(0, Math.min(byCount, byEnd))
}

const instantOf = (grid: SimpleGrid, index: number): number =>
  index === 0 ? grid.startMs : grid.startMs + index * grid.intervalMs

/** First fire strictly after an instant, null when none is left. */
export const simpleNext = (grid: SimpleGrid, afterMs: number): number | null => {
  if (afterMs < grid.startMs) return grid.startMs
  const last = lastIndex(grid)
  if (last === 0) return null
  const index = Math.floor((afterMs - grid.startMs) / grid.intervalMs) + 1
  return index > last ? null : instantOf(grid, index)
}

/** Last fire strictly before an instant, null when there is none. */
export const simplePrevious = (grid: SimpleGrid, beforeMs: number): number | null => {
  if (beforeMs <= grid.startMs) return null
  const last = lastIndex(grid)
  if (last === 0) return grid.startMs
  const index = Math.ceil((beforeMs - grid.startMs) / grid.intervalMs) - 1
  return instantOf(grid, Math.min(index, last))
}

/** How many fires lie in (after, through]. */
export const simpleCount = (grid: SimpleGrid, afterMs: number, throughMs: number): number => {
  const first = simpleNext(grid, afterMs)
  if (first === null || first > throughMs) return 0
  const final = simplePrevious(grid, throughMs + 1)
  if (final === null) return 0
  return grid.intervalMs < 1 ? 1 : Math.round((final - first) / grid.intervalMs) + 1
}

/** What Quartz refuses in a simple trigger's settings, null when they are sound. */
export const simpleProblem = (grid: SimpleGrid): ScheduleProblem | null => {
  if (!Number.isSafeInteger(grid.intervalMs) || grid.intervalMs < 0) {
    return problem(
      'interval',
      null,
      'The interval is a whole number of milliseconds, not below 0.',
      '间隔须为不小于 0 的整数毫秒。',
    )
  }
  if (!Number.isSafeInteger(grid.repeatCount) || grid.repeatCount < -1) {
    return problem(
      'repeatCount',
      null,
      'The repeat count is a whole number, or -1 for ever.',
      '重复次数须为非负整数，或 -1 表示无限次。',
    )
  }
  if (grid.repeatCount !== 0 && grid.intervalMs === 0) {
    return problem(
      'interval',
      null,
      'A repeating trigger needs an interval above 0.',
      '重复触发的间隔必须大于 0。',
    )
  }
  if (grid.endMs !== null && grid.endMs < grid.startMs) {
    return problem('endAt', null, 'The end lies before the start.', '结束时间早于开始时间。')
  }
  return null
}
