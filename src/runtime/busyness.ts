// How busy this process is: the share of the time since the last question that its event loop was at
// work. For what can wait a moment, and lets go first what cannot.
import { performance } from 'node:perf_hooks'

/** Between 0 and 1; each answer is about the time since the one before. */
export const createBusyness = (): (() => number) => {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}
