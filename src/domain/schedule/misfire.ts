// What Quartz does to a trigger whose next fire was not decided in time, exactly as its own
// updateAfterMisfire does it: state, instruction and instant in; the next fire and the moved state
// out. Whether a trigger has misfired at all is decided in settle.ts, which builds on this.
import { type CronMisfire, type SimpleMisfire } from './schedule.ts'
import { simpleNext, type SimpleGrid } from './simple-trigger.ts'

/** A simple trigger as Quartz keeps it; instants in epoch milliseconds. */
export interface SimpleMisfireState extends SimpleGrid {
  readonly timesTriggered: number
  /** The fire that was missed. */
  readonly nextFireMs: number
}

export interface SimpleMisfireResult {
  readonly nextFireMs: number | null
  readonly startMs: number
  readonly repeatCount: number
  readonly timesTriggered: number
}

/** The instruction with the smart policy and Quartz's fallback worked out. */
export const resolvedSimpleMisfire = (
  instruction: SimpleMisfire,
  repeatCount: number,
): Exclude<SimpleMisfire, 'smart'> => {
  if (instruction === 'smart') {
    if (repeatCount === 0) return 'fireNow'
    return repeatCount < 0 ? 'nextRemaining' : 'nowExisting'
  }
  return instruction === 'fireNow' && repeatCount !== 0 ? 'nowRemaining' : instruction
}

const timesBetween = (intervalMs: number, fromMs: number, toMs: number): number =>
  intervalMs < 1 ? 0 : Math.trunc((toMs - fromMs) / intervalMs)

/** First regular fire after an instant; Quartz also stops once it has fired more often than asked. */
const regularNext = (state: SimpleMisfireState, afterMs: number): number | null =>
  state.repeatCount >= 0 && state.timesTriggered > state.repeatCount
    ? null
    : state.endMs !== null && state.endMs <= afterMs
      ? null
      : simpleNext(state, afterMs)

const rescheduledNow = (
  state: SimpleMisfireState,
  nowMs: number,
  repeatCount: number,
): SimpleMisfireResult => {
  const isCounted = state.repeatCount > 0
  const counts = {
    repeatCount: isCounted ? repeatCount : state.repeatCount,
    timesTriggered: isCounted ? 0 : state.timesTriggered,
  }
  return state.endMs !== null && state.endMs < nowMs
    ? { ...counts, startMs: state.startMs, nextFireMs: null }
    : { ...counts, startMs: nowMs, nextFireMs: nowMs }
}

export const simpleMisfire = (
  state: SimpleMisfireState,
  instruction: SimpleMisfire,
  nowMs: number,
): SimpleMisfireResult => {
  const { startMs, repeatCount, timesTriggered, nextFireMs, intervalMs } = state
  const unmoved = { startMs, repeatCount, timesTriggered }
  switch (resolvedSimpleMisfire(instruction, repeatCount)) {
    case 'ignore':
      return { ...unmoved, nextFireMs }
    case 'fireNow':
      return { ...unmoved, nextFireMs: nowMs }
    case 'nextExisting':
      return { ...unmoved, nextFireMs: regularNext(state, nowMs) }
    case 'nextRemaining': {
      const next = regularNext(state, nowMs)
      const missed = next === null ? 0 : timesBetween(intervalMs, nextFireMs, next)
      return { ...unmoved, nextFireMs: next, timesTriggered: timesTriggered + missed }
    }
    case 'nowExisting':
      return rescheduledNow(state, nowMs, repeatCount - timesTriggered)
    case 'nowRemaining': {
      const missed = timesBetween(intervalMs, nextFireMs, nowMs)
      return rescheduledNow(state, nowMs, Math.max(0, repeatCount - timesTriggered - missed))
    }
  }
}

/** The next fire of a cron trigger after a misfire; `nextAfter` answers for its expression and bounds. */
export const cronMisfire = (
  nextFireMs: number,
  instruction: CronMisfire,
  nowMs: number,
  nextAfter: (afterMs: number) => number | null,
): number | null => {
  switch (instruction) {
    case 'smart':
    case 'fireOnceNow':
      return nowMs
    case 'doNothing':
      return nextAfter(nowMs)
    case 'ignore':
      return nextFireMs
  }
}
