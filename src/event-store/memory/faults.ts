// Faults to order: what the memory store does wrong, and when it takes its time. All decided by the
// caller, so that a simulation can draw them from one seed and replay them.
import type { LogPage, StreamAppend } from '../event-store.ts'

export type AppendFault =
  | 'none'
  /** Nothing is written and every stream of the call answers a conflict. */
  | 'conflict'
  /** Everything is decided and written, and the answer is lost: `StoreUnavailable`. */
  | 'lost-reply'
  /** The first half of the call's streams land, the others do not, and the answer is lost. */
  | 'torn'
  /** Nothing is written: `StoreUnavailable`. */
  | 'unavailable'

export interface MemoryFaults {
  readonly append?: (appends: readonly StreamAppend[]) => AppendFault
  /** For `readStream`, `readAll`, `truncate` and `head`. */
  readonly read?: () => 'none' | 'unavailable'
  /** `again` hands the page out a second time, as a broken connection may. */
  readonly deliver?: (page: LogPage) => 'once' | 'again'
  /**
   * Awaited before an append takes effect (`append`), before it is answered (`answer`), before a
   * read (`read`) and between reading a subscriber's page and handing it out (`deliver`).
   */
  readonly pause?: (point: 'append' | 'answer' | 'read' | 'deliver') => Promise<void>
}

export const noFaults: Required<MemoryFaults> = {
  append: () => 'none',
  read: () => 'none',
  deliver: () => 'once',
  pause: () => Promise.resolve(),
}
