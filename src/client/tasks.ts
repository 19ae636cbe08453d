// Tasks over REST: changing them, and asking about them.
import type {
  Answered,
  Changed,
  Group,
  LoggedEvent,
  Occurrence,
  Task,
  TaskStatus,
  TaskSummary,
  Why,
} from './answers.ts'
import {
  isoOf,
  segments,
  type AskOptions,
  type CallOptions,
  type Connection,
  type InstantLike,
} from './connection.ts'
import type { TaskInput, TaskKey, TaskPatch } from './definition.ts'
import { listAt, type PageOptions, type Pages } from './pages.ts'

export interface ChangeOptions extends CallOptions {
  /** Stands in the log, and in the answer to why a task did not run. */
  readonly reason?: string
  /** Of whoever repeats a request: the second one with the same key changes nothing. */
  readonly idempotencyKey?: string
}

export interface TaskChangeOptions extends ChangeOptions {
  /** Only if nobody has changed the task since this revision: a `changeRevision`. Fires do not count. */
  readonly ifMatch?: number
}

export interface TaskFilter {
  readonly group?: string
  /** Left out: all but deleted ones. */
  readonly status?: readonly TaskStatus[]
  /** Stands in the key, name, description, target or payload. */
  readonly q?: string
  /** By group and job, by the next fire (soonest first), or by the last change (newest first). */
  readonly sort?: 'key' | 'next' | 'changed'
}

export class Tasks {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Adds the task, or replaces it. */
  put({ group, job }: TaskKey, task: TaskInput, options: TaskChangeOptions = {}): Promise<Changed> {
    return this.#change('PUT', segments(group, job), options, task)
  }

  /** Changes what the patch names. */
  patch({ group, job }: TaskKey, patch: TaskPatch, options?: TaskChangeOptions): Promise<Changed> {
    return this.#change('PATCH', segments(group, job), options, patch)
  }

  /** Its history stays. */
  delete({ group, job }: TaskKey, options?: TaskChangeOptions): Promise<Changed> {
    return this.#change('DELETE', segments(group, job), options)
  }

  /** Until somebody resumes it, or until `until`. */
  pause(
    { group, job }: TaskKey,
    { until, ...options }: TaskChangeOptions & { readonly until?: InstantLike } = {},
  ): Promise<Changed> {
    const body = until === undefined ? {} : { until: isoOf(until) }
    return this.#change('POST', `${segments(group, job)}/pause`, options, body)
  }

  resume({ group, job }: TaskKey, options?: TaskChangeOptions): Promise<Changed> {
    return this.#change('POST', `${segments(group, job)}/resume`, options)
  }

  /** Runs it once, now. The answer has the `runId`. */
  trigger({ group, job }: TaskKey, options?: TaskChangeOptions): Promise<Changed> {
    return this.#change('POST', `${segments(group, job)}/trigger`, options)
  }

  show({ group, job }: TaskKey, options: AskOptions = {}): Promise<Task & Answered> {
    const { signal, after } = options
    return this.#connection.ask('GET', `${path}/${segments(group, job)}`, {
      query: { after },
      signal,
    })
  }

  list({ signal, ...query }: TaskFilter & PageOptions & AskOptions = {}): Pages<TaskSummary> {
    return listAt(this.#connection, path, 'tasks', query, signal)
  }

  async groups({ after, signal }: AskOptions = {}): Promise<readonly Group[]> {
    const answer = await this.#connection.ask<{ readonly groups: readonly Group[] }>(
      'GET',
      '/api/v1/groups',
      { query: { after }, signal },
    )
    return answer.groups
  }

  /** The raw history, oldest first. */
  events({ group, job }: TaskKey, options: PageOptions & CallOptions = {}): Pages<LoggedEvent> {
    const { signal, ...query } = options
    return listAt(
      this.#connection,
      `${path}/${segments(group, job)}/events`,
      'events',
      query,
      signal,
    )
  }

  /** Every planned instant from `from` inclusive to `to` exclusive, with its verdict. */
  occurrences(
    { group, job }: TaskKey,
    { signal, ...query }: Window & PageOptions & CallOptions = {},
  ): Pages<Occurrence> {
    const at = `${path}/${segments(group, job)}/occurrences`
    return listAt(this.#connection, at, 'occurrences', query, signal)
  }

  /** Why did it (not) fire at this instant? */
  why({ group, job }: TaskKey, at: InstantLike, options: WhyOptions = {}): Promise<Why> {
    const { signal, lang } = options
    const query = { at: isoOf(at), lang }
    return this.#connection.ask('GET', `${path}/${segments(group, job)}/why`, { query, signal })
  }

  #change(
    method: string,
    at: string,
    { reason, ifMatch, idempotencyKey, signal }: TaskChangeOptions = {},
    body?: object,
  ): Promise<Changed> {
    return this.#connection.ask(method, `${path}/${at}`, {
      query: { reason },
      headers: {
        'If-Match': ifMatch === undefined ? undefined : `"${ifMatch}"`,
        'Idempotency-Key': idempotencyKey,
      },
      body,
      signal,
    })
  }
}

const path = '/api/v1/tasks'

interface Window {
  readonly from?: InstantLike
  readonly to?: InstantLike
}

interface WhyOptions extends CallOptions {
  readonly lang?: 'en' | 'zh'
}
