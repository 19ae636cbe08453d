// Whether a task is to be paused or resumed, and what a reader sees of that. Replacing a task makes it
// active, so one that is to stay paused is paused again.
import type { Difference } from './differences.ts'
import type { TaskDocument } from './documents.ts'

export interface Pausing {
  readonly verb: 'pause' | 'resume'
  readonly until: string | null
  /** Null: it only stays as it is. */
  readonly difference: Difference | null
}

interface Known {
  readonly status?: string
  readonly pausedUntil?: string | null
}

/** A pause whose end has come is none any more: the task is left as it is. */
export const pausingOf = (
  { paused, pausedUntil }: TaskDocument,
  current: Known | null,
  isDefined: boolean,
  now: number,
): Pausing | null => {
  const isPaused = current?.status === 'Paused'
  const until = current?.pausedUntil ?? null
  const was = isPaused ? told(until) : 'no'
  const isOver = pausedUntil !== null && Date.parse(pausedUntil) <= now
  if (paused === null || isOver)
    return isPaused && isDefined ? { verb: 'pause', until, difference: null } : null
  if (!paused)
    return isPaused
      ? { verb: 'resume', until: null, difference: { field: 'paused', from: was, to: 'no' } }
      : null
  if (current?.status === 'Completed' && !isDefined) return null
  const wanted = told(pausedUntil)
  if (was === wanted && !isDefined) return null
  const difference = was === wanted ? null : { field: 'paused', from: was, to: wanted }
  return { verb: 'pause', until: pausedUntil, difference }
}

const told = (until: string | null): string =>
  until === null ? 'yes' : `until ${new Date(until).toISOString()}`
