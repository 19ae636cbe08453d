// The port to whoever is called back: one attempt in, what came of it out. A transport never
// rejects, never outlives the attempt's time limit, and knows neither tasks' states nor retries:
// the same request given twice is two calls with the same run id.
import { type LookupFunction } from 'node:net'
import { type Instant } from '../../../domain/instant.ts'
import { type AttemptResult } from '../../../domain/task/commands.ts'
import { type RecallTarget } from '../../../domain/task/definition.ts'
import { type AttemptReport } from '../../../domain/task/events.ts'
import { type RunId, type TaskId } from '../../../domain/task/ids.ts'
import { type Cancellation } from './cancellation.ts'

export interface RecallRequest {
  readonly runId: RunId
  /** 1 for the first call of a run. */
  readonly attempt: number
  readonly taskId: TaskId
  readonly target: RecallTarget
  /** JSON text as `recallBody` builds it: one line, UTF-8. */
  readonly body: string
  /** The planned instant; null for a manual run. */
  readonly scheduledFor: Instant | null
  /** Limit for the whole call, waiting for a connection included. Milliseconds. */
  readonly timeoutMs: number
  readonly followRedirects: boolean
  /** How long the attempt waited for its turn before the call; added to the report's `queuedMs`. */
  readonly queuedMs?: number
  /** More headers of an HTTP recall (a signature), as name and value. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Ends the call early, as a failure. */
  readonly cancellation?: Cancellation
}

export interface RecallReply {
  readonly result: AttemptResult
  readonly report: AttemptReport
}

export interface RecallTransport {
  /** Resolves within `timeoutMs`, whatever the callee does. Never rejects. */
  readonly call: (request: RecallRequest) => Promise<RecallReply>
  /** Drops idle connections; calls in flight end as failures. */
  readonly close: () => Promise<void>
}

export interface TransportOptions {
  readonly now: () => Instant
  /** How host names become addresses; default: the system's resolver. */
  readonly lookup?: LookupFunction
  /**
   * Asked about every address just before connecting to it, resolved or literal: a reason to
   * refuse it, or null. Asked per connection, so what is checked is what is connected to.
   */
  readonly refuseAddress?: (address: string, host: string) => string | null
  /** The beginning of a reply that goes into the report, bytes. Default 16 KiB. */
  readonly replyKeptBytes?: number
}
