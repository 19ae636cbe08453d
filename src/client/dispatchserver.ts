// The five calls of the dispatchserver protocol, and the report of an asynchronous run. All answer
// 200, so success is what the body says; a refusal is thrown as a CallRefused.
import { accepted, jsonOf, type CallOptions, type Connection } from './connection.ts'
import { CallRefused, CarillonUnreachable, isRecord } from './problem.ts'
import type { RecallConfig } from './recall-config.ts'
import type { TaskConfig } from './task-config.ts'

export interface TaskName {
  readonly groupName: string
  readonly jobName: string
}

export interface Accepted {
  /** The run's id for `trigger`. */
  readonly resultValue: string | null
  /** For `after` of a question that shall know of this; null when nothing had to be written. */
  readonly position: string | null
}

export interface TaskCallOptions extends CallOptions {
  /** Stands in the log. */
  readonly reason?: string
}

export class Dispatchserver {
  readonly #connection: Connection
  readonly #headers: Readonly<Record<string, string | undefined>>

  constructor(connection: Connection, actor?: string) {
    this.#connection = connection
    this.#headers = {
      Cookie: actor === undefined ? undefined : `userid=${encodeURIComponent(actor)}`,
    }
  }

  /** If the task exists it is overwritten where `replace` is true, and the call refused otherwise. */
  add(
    recallConfig: RecallConfig,
    taskConfig: TaskConfig,
    { replace = false, signal }: CallOptions & { readonly replace?: boolean } = {},
  ): Promise<Accepted> {
    return this.#call('/dispatchserver/add.do', { recallConfig, taskConfig, replace }, signal)
  }

  pause(task: TaskName, options?: TaskCallOptions): Promise<Accepted> {
    return this.#ofTask('pause.do', task, options)
  }

  resumeTask(task: TaskName, options?: TaskCallOptions): Promise<Accepted> {
    return this.#ofTask('resumeTask.do', task, options)
  }

  delete(task: TaskName, options?: TaskCallOptions): Promise<Accepted> {
    return this.#ofTask('delete.do', task, options)
  }

  /** Runs it once, now, also while it is paused. */
  trigger(task: TaskName, options?: TaskCallOptions): Promise<Accepted> {
    return this.#ofTask('trigger.do', task, options)
  }

  /** How an asynchronous run ended, by the `tasklogid` its callee was given. */
  updateTaskLog(
    id: string,
    { success, resultValue, signal }: RunReport & CallOptions,
  ): Promise<Accepted> {
    return this.#call('/taskcallback/updateTaskLog', { id, success, resultValue }, signal)
  }

  #ofTask(
    call: string,
    { groupName, jobName }: TaskName,
    { reason, signal }: TaskCallOptions = {},
  ): Promise<Accepted> {
    return this.#call(`/dispatchserver/${call}`, { groupName, jobName, reason }, signal)
  }

  async #call(path: string, body: object, signal: AbortSignal | undefined): Promise<Accepted> {
    const parts = { body, headers: this.#headers, signal }
    const response = await accepted(await this.#connection.send('POST', path, parts))
    const answer = await jsonOf<unknown>(response)
    if (!isRecord(answer) || typeof answer['success'] !== 'boolean')
      throw new CarillonUnreachable(response.url, 'did not answer as the .do calls do')
    const { success, error, resultValue } = answer
    if (!success) throw new CallRefused(path, typeof error === 'string' ? error : 'refused')
    return {
      resultValue: typeof resultValue === 'string' ? resultValue : null,
      position: response.headers.get('X-Carillon-Position'),
    }
  }
}

export interface RunReport {
  readonly success: boolean
  readonly resultValue?: string
}
