// Whether this process has its hands full: its event loop hardly ever waited since the last question.
// For work that can wait a moment, and lets go first what cannot.
import { performance } from 'node:perf_hooks'

const busyFrom = 0.9

/** Each answer is about the time since the one before. */
export const createBusyness = (): (() => boolean) => {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization >= busyFrom
  }
}
