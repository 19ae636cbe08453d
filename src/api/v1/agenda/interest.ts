// Whether anybody has lately looked at what is to come: what they will look at next is prepared then, and
// a service that nobody looks at does nothing for it.
import type { Clock } from '../../../runtime/clock.ts'

export interface Interest {
  readonly note: () => void
  readonly isFresh: () => boolean
}

const freshMs = 600_000

export const createInterest = ({ monotonicNow }: Pick<Clock, 'monotonicNow'>): Interest => {
  let notedAt = Number.NEGATIVE_INFINITY
  return {
    note: () => void (notedAt = monotonicNow()),
    isFresh: () => monotonicNow() - notedAt < freshMs,
  }
}
