// Runs over REST: the run log, and what a person may ask of one run.
import type { Answered, Cause, Outcome, Run, RunChanged } from './answers.ts'
import { segments, type AskOptions, type Connection, type InstantLike } from './connection.ts'
import { listAt, type PageOptions, type Pages } from './pages.ts'
import type { ChangeOptions } from './tasks.ts'

export interface RunFilter {
  readonly group?: string
  /** Only together with `group`. */
  readonly job?: string
  readonly outcome?: readonly Outcome[]
  readonly cause?: readonly Cause[]
  /** Triggered at or after. */
  readonly from?: InstantLike
  /** Triggered before. */
  readonly to?: InstantLike
}

export class Runs {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Newest first. */
  list({ signal, ...query }: RunFilter & PageOptions & AskOptions = {}): Pages<Run> {
    return listAt(this.#connection, path, 'runs', query, signal)
  }

  show(runId: string, { after, signal }: AskOptions = {}): Promise<Run & Answered> {
    return this.#connection.ask('GET', `${path}/${segments(runId)}`, { query: { after }, signal })
  }

  /** Ends an open run. A call under way is not taken back. */
  cancel(runId: string, options?: ChangeOptions): Promise<RunChanged> {
    return this.#command(runId, 'cancel', options)
  }

  /** Runs its task again; the answer names the new run. */
  rerun(runId: string, options?: ChangeOptions): Promise<RunChanged> {
    return this.#command(runId, 'rerun', options)
  }

  #command(
    runId: string,
    verb: string,
    { reason, idempotencyKey, signal }: ChangeOptions = {},
  ): Promise<RunChanged> {
    const headers = { 'Idempotency-Key': idempotencyKey }
    const at = `${path}/${segments(runId)}/${verb}`
    return this.#connection.ask('POST', at, { query: { reason }, headers, signal })
  }
}

const path = '/api/v1/runs'
