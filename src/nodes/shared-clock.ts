// The time all processes share: the database's, estimated by the difference to our own monotonic
// clock at the moments we asked, and advanced by that clock in between. Pure of timers and of I/O:
// somebody else asks and tells it what was answered, so that reading the time costs a subtraction.
//
// A process is trusted while it can tell that time to within a second and its machine's clock agrees
// with it; otherwise it says so and must not decide. Whether the machine's clock has just stepped is
// seen on every look, before anybody has asked again.
import type { Clock } from '../runtime/clock.ts'

/** One question for the time: our monotonic clock before and after, and what the answer was. */
export interface Sample {
  readonly askedAt: number
  readonly answeredAt: number
  readonly sharedMs: number
}

export type Trust =
  | { readonly trusted: true; readonly offsetMs: number }
  | {
      readonly trusted: false
      /** `off`: the machine's clock; `unknown`: nobody could be asked, or since then it stepped. */
      readonly because: 'off' | 'unknown'
      readonly offsetMs: number | null
    }

export interface Step {
  readonly clock: 'machine' | 'shared'
  readonly byMs: number
}

export interface SharedClock {
  /** Epoch milliseconds; the machine's own clock until somebody was asked. */
  readonly now: () => number
  /** Samples taken together; answers what has stepped since the last ones. */
  readonly learn: (samples: readonly Sample[]) => readonly Step[]
  readonly trust: () => Trust
}

/** Further off than this, or less certain, a process does not decide. */
export const offMaxMs = 1_000
/** A change of less than this is drift, or a poor measurement. */
const stepMinMs = 250
/** Two clocks drift apart by no more than this: 500 ppm, what adjusting a clock may amount to. */
const driftShare = 0.0005

interface Estimate {
  /** Shared time minus monotonic time. */
  readonly ahead: number
  readonly errorMs: number
  readonly takenAt: number
  /** The machine's time minus monotonic time, then. */
  readonly machineAhead: number
}

export const createSharedClock = (own: Pick<Clock, 'now' | 'monotonicNow'>): SharedClock => {
  let estimate: Estimate | null = null

  const errorNow = ({ errorMs, takenAt }: Estimate, at: number): number =>
    errorMs + (at - takenAt) * driftShare

  const learn = (samples: readonly Sample[]): readonly Step[] => {
    const best = bestOf(samples)
    if (best === null) return []
    const takenAt = own.monotonicNow()
    const machineAhead = own.now() - takenAt
    const before = estimate
    const { ahead, errorMs } = best
    const moved = before === null ? 0 : ahead - before.ahead
    const believable = before === null ? 0 : errorMs + errorNow(before, takenAt)
    // A worse measurement that contradicts nothing would only make the estimate jitter.
    const isBetter =
      before === null || errorMs <= errorNow(before, takenAt) || Math.abs(moved) > believable
    estimate = isBetter ? { ahead, errorMs, takenAt, machineAhead } : { ...before, machineAhead }
    if (before === null) return []
    const steps: Step[] = []
    const machineMoved = machineAhead - before.machineAhead
    if (Math.abs(machineMoved) >= stepMinMs)
      steps.push({ clock: 'machine', byMs: Math.round(machineMoved) })
    if (Math.abs(moved) >= stepMinMs + believable)
      steps.push({ clock: 'shared', byMs: Math.round(moved) })
    return steps
  }

  const trust = (): Trust => {
    if (estimate === null) return { trusted: false, because: 'unknown', offsetMs: null }
    const at = own.monotonicNow()
    const machineAhead = own.now() - at
    const offsetMs = Math.round((machineAhead - estimate.ahead) * 1_000) / 1_000
    const hasStepped = Math.abs(machineAhead - estimate.machineAhead) > offMaxMs
    if (hasStepped || errorNow(estimate, at) > offMaxMs)
      return { trusted: false, because: 'unknown', offsetMs }
    return Math.abs(offsetMs) > offMaxMs
      ? { trusted: false, because: 'off', offsetMs }
      : { trusted: true, offsetMs }
  }

  return {
    now: () => (estimate === null ? own.now() : Math.floor(own.monotonicNow() + estimate.ahead)),
    learn,
    trust,
  }
}

/** The quickest answer is the most certain one: it was true at some moment of the round trip. */
const bestOf = (samples: readonly Sample[]): { ahead: number; errorMs: number } | null => {
  const quickest = samples.reduce<Sample | null>(
    (best, sample) => (best === null || roundTrip(sample) < roundTrip(best) ? sample : best),
    null,
  )
  if (quickest === null) return null
  const errorMs = roundTrip(quickest) / 2
  return { ahead: quickest.sharedMs - quickest.askedAt - errorMs, errorMs }
}

const roundTrip = ({ askedAt, answeredAt }: Sample): number => answeredAt - askedAt
