// What the scheduler needs of its surroundings: a clock it can sleep by, and a log.
import type { Clock } from '../runtime/clock.ts'

export interface SchedulerClock extends Clock {
  /** Lets other work of the process go first. */
  readonly breathe: () => Promise<void>
}

type LogLine = (details: object, message: string) => void
export interface SchedulerLog {
  readonly debug: LogLine
  readonly info: LogLine
  readonly warn: LogLine
  readonly error: LogLine
}
