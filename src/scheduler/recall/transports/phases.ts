// Where the time of one attempt went. Marks are offsets from the attempt's start on the monotonic
// clock; a phase that did not happen (a reused connection is not connected again) stays null.
import { type AttemptReport } from '../../../domain/task/events.ts'

export interface Phases {
  readonly startMark: number
  queuedMs: number
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  firstByteMs: number | null
}

export const startPhases = (queuedMs: number): Phases => ({
  startMark: performance.now(),
  queuedMs,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
})

/** Milliseconds since the attempt's start, to a hundredth. */
export const elapsed = (phases: Phases): number =>
  Math.round((performance.now() - phases.startMark) * 100) / 100

export const reportedPhases = (phases: Phases): AttemptReport['phases'] => ({
  queuedMs: phases.queuedMs,
  dnsMs: phases.dnsMs,
  connectMs: phases.connectMs,
  tlsMs: phases.tlsMs,
  firstByteMs: phases.firstByteMs,
})
