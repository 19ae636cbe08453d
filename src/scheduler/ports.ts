// What the scheduler needs of its surroundings: a clock it can sleep by.
import type { Clock } from '../runtime/clock.ts'

export interface SchedulerClock extends Clock {
  /** Lets other work of the process go first. */
  readonly breathe: () => Promise<void>
}
