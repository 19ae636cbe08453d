// What a task still owes a verdict.
import type { Instant } from '../../domain/instant.ts'
import type { TriggerState } from '../../domain/schedule/schedule.ts'
import type { Span } from '../../domain/schedule/timetable.ts'

/** Planned instants that the log has passed without a verdict, and the grid that planned them. */
export interface Owed extends Span, Grid {
  /** When the decision was taken that passed them. */
  readonly since: Instant
}
export type Grid = Pick<TriggerState, 'startAt' | 'repeatCount'>

/** One list for all who owe nothing, so that a change shows as another list. */
export const nothingOwed: readonly Owed[] = []
