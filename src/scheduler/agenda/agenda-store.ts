// The agenda's long run: which stream is due when, as of a position of the log. The near horizon is
// held in memory; this is what a restart begins with, so that idle tasks cost neither memory nor
// start-up time. It is derived from the log and may be thrown away at any time. Each share of the
// tasks has a checkpoint of its own, since shares change hands one by one.
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
  /**
   * Writes rows (null: remove) and, as of what position they now are right, the checkpoint of the
   * shares they belong to, in one transaction. Fails as a whole where one of the shares is not held
   * by this process: two hands would mix rows as of different positions.
   */
  write(
    rows: readonly { readonly stream: string; readonly dueAt: number | null }[],
    shares: readonly number[],
    checkpoint: Position | null,
  ): TE.TaskEither<AgendaUnavailable, void>
  /** Rows of the shares due at or before `throughMs` and after the given row, by due time and stream. */
  dueThrough(
    shares: readonly number[],
    throughMs: number,
    after: AgendaRow | null,
    limit: number,
  ): TE.TaskEither<AgendaUnavailable, readonly AgendaRow[]>
}
