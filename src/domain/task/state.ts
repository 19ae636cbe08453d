// The folded state of one task: its status with the current definition, where its trigger stands,
// and the runs that are still open. Runs live beside the status and survive every transition; each
// keeps the definition it was fired with.
import type { Instant } from '../instant.ts'
import type { TriggerState } from '../schedule/schedule.ts'
import type { TaskDefinition } from './definition.ts'
import type { Cause } from './events.ts'
import type { RunId } from './ids.ts'

export type Withdrawal = 'paused' | 'replaced' | 'deleted'

/**
 * An open run. `calling`: an attempt is due or under way (which of the two only its dispatcher
 * knows); `waiting`: the next attempt is due at `phaseAt`; `accepted`: the callee will report, at the
 * latest at `phaseAt`.
 */
export interface OpenRun {
  readonly runId: RunId
  readonly cause: Cause
  readonly scheduledFor: Instant | null
  readonly triggeredAt: Instant
  readonly definition: TaskDefinition
  /** Number of the current attempt, from 1. Outcomes of lower ones are superseded. */
  readonly attempt: number
  readonly retriesUsed: number
  /** The run this one must not overtake; it is free to start once that one has ended. */
  readonly waitsFor: RunId | null
  readonly phase: 'calling' | 'waiting' | 'accepted'
  readonly phaseAt: Instant
  /** Set when the task was paused, replaced or deleted before a first attempt is known to have begun. */
  readonly withdraw: Withdrawal | null
}

interface Books {
  readonly runs: ReadonlyMap<RunId, OpenRun>
  /** Events folded since the books were last carried forward. */
  readonly uncarried: number
  /** Events folded since the newest one that changed the task. */
  readonly sinceChange: number
}

interface Registered extends Books {
  readonly definition: TaskDefinition
  readonly trigger: TriggerState
  readonly addedAt: Instant
  /** When the status began. */
  readonly since: Instant
}

export type Absent = Books & { readonly status: 'Absent' }
export type Active = Registered & { readonly status: 'Active' }
export type Paused = Registered & { readonly status: 'Paused'; readonly until: Instant | null }
export type Completed = Registered & { readonly status: 'Completed' }
export type Deleted = Registered & { readonly status: 'Deleted' }
export type TaskState = Absent | Active | Paused | Completed | Deleted

export const absent: Absent = { status: 'Absent', runs: new Map(), uncarried: 0, sinceChange: 0 }
