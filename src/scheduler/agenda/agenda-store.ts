// The agenda's long run: which stream is due when, as of a position of the log. The near horizon is
// held in memory; this is what a restart begins with, so that idle tasks cost neither memory nor
// start-up time. It is derived from the log and may be thrown away at any time.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Position } from '../../event-store/event-store.ts'

export interface AgendaRow {
  readonly stream: string
  /** Epoch milliseconds. */
  readonly dueAt: number
}

export interface AgendaUnavailable {
  readonly type: 'AgendaUnavailable'
  readonly reason: string
}

export interface AgendaStore {
  /** The log position up to which the rows are right; null: nothing was ever written. */
  checkpoint(): TE.TaskEither<AgendaUnavailable, Position | null>
  /** Writes rows (null: remove) and the checkpoint in one transaction. */
  write(
    rows: readonly { readonly stream: string; readonly dueAt: number | null }[],
    checkpoint: Position | null,
  ): TE.TaskEither<AgendaUnavailable, void>
  /** Rows due at or before `throughMs` and after the given row, by due time and stream. */
  dueThrough(
    throughMs: number,
    after: AgendaRow | null,
    limit: number,
  ): TE.TaskEither<AgendaUnavailable, readonly AgendaRow[]>
}
