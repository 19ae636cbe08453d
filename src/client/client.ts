// The whole service as one object, by subject. Holds no state but its options; make one and share it.
import type { ActivityEntry, EventSource, Preview, Readiness, RecallTested } from './answers.ts'
import { Calendars } from './calendars.ts'
import {
  accepted,
  connect,
  isoOf,
  jsonOf,
  type AskOptions,
  type CallOptions,
  type Connection,
  type ConnectionOptions,
  type InstantLike,
  type RequestParts,
} from './connection.ts'
import { follow, type FeedChange, type FeedOptions } from './feed.ts'
import type { RecallTarget, ScheduleInput } from './definition.ts'
import { Dispatchserver } from './dispatchserver.ts'
import { listAt, type PageOptions, type Pages } from './pages.ts'
import { Runs, type RunFilter } from './runs.ts'
import { Tasks, type TaskFilter } from './tasks.ts'

export class CarillonClient {
  readonly tasks: Tasks
  readonly runs: Runs
  readonly calendars: Calendars
  /** The five calls of the dispatchserver protocol. */
  readonly dispatchserver: Dispatchserver
  readonly #connection: Connection

  constructor(options: ConnectionOptions) {
    this.#connection = connect(options)
    this.tasks = new Tasks(this.#connection)
    this.runs = new Runs(this.#connection)
    this.calendars = new Calendars(this.#connection)
    this.dispatchserver = new Dispatchserver(this.#connection, options.actor)
  }

  /** Who did what, when and why, newest first. */
  activity(options: ActivityFilter & PageOptions & AskOptions = {}): Pages<ActivityEntry> {
    const { signal, ...query } = options
    return listAt(this.#connection, '/api/v1/activity', 'activity', query, signal)
  }

  /** What happens, as it happens, until the signal aborts; taken up again where a connection broke. */
  feed(options: FeedOptions = {}): AsyncGenerator<FeedChange, void> {
    return follow(this.#connection, options)
  }

  /** What a schedule would do, before anyone relies on it. */
  preview(schedule: ScheduleInput, { signal, ...window }: PreviewOptions = {}): Promise<Preview> {
    const { count, after, before, from, to } = window
    const iso = (at: InstantLike | undefined) => (at === undefined ? undefined : isoOf(at))
    const ways = { after: iso(after), before: iso(before), from: iso(from), to: iso(to) }
    const body = { schedule, count, ...ways }
    return this.ask('POST', '/api/v1/preview', { body, signal })
  }

  /** One call with a given definition, recorded as a test and never as a run. */
  testRecall(recall: RecallTarget, options: RecallTestOptions = {}): Promise<RecallTested> {
    const { reason, signal, ...others } = options
    const body = { recall, ...others }
    return this.ask('POST', '/api/v1/recalls/test', { query: { reason }, body, signal })
  }

  /** The whole list of tasks as one file, while it is read. */
  exportTasks(format: 'csv' | 'json', filter: TaskFilter & CallOptions = {}): Promise<FileStream> {
    const { signal, ...query } = filter
    return this.#file('/api/v1/exports/tasks', { query: { ...query, format }, signal })
  }

  exportRuns(format: 'csv' | 'json', filter: RunFilter & CallOptions = {}): Promise<FileStream> {
    const { signal, ...query } = filter
    return this.#file('/api/v1/exports/runs', { query: { ...query, format }, signal })
  }

  /** Can the service do its work, and if not, what is wrong? */
  async ready({ signal }: CallOptions = {}): Promise<Readiness> {
    return jsonOf(await this.#connection.send('GET', '/health/ready', { signal }))
  }

  /** Any other request: the JSON of its answer. */
  ask<A>(method: string, path: string, parts?: RequestParts): Promise<A> {
    return this.#connection.ask<A>(method, path, parts)
  }

  async #file(path: string, parts: RequestParts): Promise<FileStream> {
    const sent = this.#connection.send('GET', path, { ...parts, streamed: true })
    const { body } = await accepted(await sent)
    return body ?? new ReadableStream()
  }
}

export type FileStream = ReadableStream<Uint8Array>

export interface ActivityFilter {
  readonly group?: string
  /** Only together with `group`. */
  readonly job?: string
  /** Of events: `TaskPaused`, `RecallFailed` … */
  readonly type?: readonly string[]
  /** Only what happened to this run. */
  readonly runId?: string
  readonly actor?: string
  readonly source?: EventSource
  readonly from?: InstantLike
  readonly to?: InstantLike
}

/** `after`, or `before`, or `from` and `to`. */
export interface PreviewOptions extends CallOptions {
  readonly count?: number
  readonly after?: InstantLike
  readonly before?: InstantLike
  readonly from?: InstantLike
  readonly to?: InstantLike
}

export interface RecallTestOptions extends CallOptions {
  readonly data?: unknown
  readonly timeoutMs?: number
  readonly followRedirects?: boolean
  readonly reason?: string
}
