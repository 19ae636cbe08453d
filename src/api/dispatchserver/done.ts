// What an accepted call has to tell.
import type { Position } from '../../event-store/event-store.ts'

export interface Done {
  /** Of what was written; null when nothing had to be. */
  readonly position: Position | null
  readonly resultValue: string | null
}
