// Exclusion calendars over REST.
import type { Calendar, CalendarChanged } from './answers.ts'
import { segments, type CallOptions, type Connection } from './connection.ts'
import type { CalendarInput } from './definition.ts'
import type { ChangeOptions } from './tasks.ts'

export class Calendars {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Calendar[]> {
    const answer = await this.#connection.ask<{ readonly calendars: readonly Calendar[] }>(
      'GET',
      path,
      { signal },
    )
    return answer.calendars
  }

  show(name: string, { signal }: CallOptions = {}): Promise<Calendar> {
    return this.#connection.ask('GET', `${path}/${segments(name)}`, { signal })
  }

  /** Defines it anew; tasks that name it follow at once. */
  put(name: string, calendar: CalendarInput, options?: ChangeOptions): Promise<CalendarChanged> {
    return this.#change('PUT', name, options, calendar)
  }

  delete(name: string, options?: ChangeOptions): Promise<CalendarChanged> {
    return this.#change('DELETE', name, options)
  }

  #change(
    method: string,
    name: string,
    { reason, idempotencyKey, signal }: ChangeOptions = {},
    body?: object,
  ): Promise<CalendarChanged> {
    const headers = { 'Idempotency-Key': idempotencyKey }
    const at = `${path}/${segments(name)}`
    return this.#connection.ask(method, at, { query: { reason }, headers, body, signal })
  }
}

const path = '/api/v1/calendars'
