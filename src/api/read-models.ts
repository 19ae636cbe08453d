// The part of the projections this room waits on: so that a caller who names the position of its own
// write reads that write.
import type { Position } from '../event-store/event-store.ts'

export interface ReadModels {
  /** True as soon as answers contain everything up to `position`; false when `timeoutMs` is over. */
  readonly waitFor: (position: Position, timeoutMs: number) => Promise<boolean>
}
