// One request, one answer: addresses, headers, time limit, and what counts as a failure. Everything
// else in this folder only says which request it wants. Uses nothing but `fetch`.
import { CarillonProblem, CarillonUnreachable, isRecord } from './problem.ts'

export interface ConnectionOptions {
  /** Where the service is: `http://127.0.0.1:8080`. A path at its end is kept in front of every call. */
  readonly url: string
  /** Whose tasks; `default` unless given. */
  readonly tenant?: string
  /** Who is asking: recorded with `.do` calls as the actor. */
  readonly actor?: string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long an answer may take, milliseconds; 30,000 unless given. */
  readonly timeoutMs?: number
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch
}

/** An instant: a Date, epoch milliseconds, or ISO-8601 with an offset. */
export type InstantLike = Date | number | string

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Of every question: answers contain everything up to this position of the log. */
export interface AskOptions extends CallOptions {
  /** `position` of a change's answer. */
  readonly after?: string
}

export type QueryValue = InstantLike | readonly string[] | null | undefined

export interface RequestParts {
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** JSON, unless it is text already. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** The answer is read as it comes: the time limit is for its beginning. */
  readonly streamed?: boolean
}

export interface Connection {
  /** Whatever the service answers, refusals included. */
  readonly send: (method: string, path: string, parts?: RequestParts) => Promise<Response>
  /** The JSON of an answer; a refusal is thrown as a CarillonProblem. */
  readonly ask: <A>(method: string, path: string, parts?: RequestParts) => Promise<A>
}

export const connect = (options: ConnectionOptions): Connection => {
  const send: Connection['send'] = async (method, path, parts = {}) => {
    const url = urlOf(options.url, path, parts.query ?? {})
    const { timeoutMs = 30_000, fetch = globalThis.fetch } = options
    const { signal: limit, lift } = timeLimit(timeoutMs, parts.streamed)
    const signal = parts.signal === undefined ? limit : AbortSignal.any([limit, parts.signal])
    try {
      return await fetch(url, {
        method,
        signal,
        ...bodyOf(parts.body),
        headers: headersOf(options, parts),
      })
    } catch (cause) {
      if (parts.signal?.aborted === true) throw cause
      const reason = limit.aborted ? `no answer within ${timeoutMs} ms` : 'cannot be reached'
      throw new CarillonUnreachable(url, reason, { cause })
    } finally {
      lift()
    }
  }
  return {
    send,
    ask: async <A>(method: string, path: string, parts?: RequestParts) => {
      const response = await accepted(await send(method, path, parts))
      return jsonOf<A>(response)
    },
  }
}

/** Lifted, the limit no longer ends an answer that is still being read. */
const timeLimit = (ms: number, streamed = false) => {
  if (!streamed) return { signal: AbortSignal.timeout(ms), lift: () => undefined }
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), ms)
  return { signal: controller.signal, lift: () => clearTimeout(timer) }
}

/** The answer, unless it is a refusal: that is thrown. */
export const accepted = async (response: Response): Promise<Response> => {
  if (response.ok) return response
  const { status, url } = response
  const said: unknown = await response.json().catch(() => null)
  if (isRecord(said) && typeof said['detail'] === 'string')
    throw new CarillonProblem(said, response)
  throw new CarillonUnreachable(url, `answered ${status}, not as Carillon does`, { status })
}

/** What its own service answers is taken at its word; the shapes are held to the service by tests. */
export const jsonOf = async <A>(response: Response): Promise<A> => {
  const text = await response.text()
  try {
    return JSON.parse(text) as A
  } catch (cause) {
    const { status, url } = response
    throw new CarillonUnreachable(url, 'did not answer with JSON', { status, cause })
  }
}

export const isoOf = (instant: InstantLike): string =>
  typeof instant === 'string' ? instant : new Date(instant).toISOString()

/** Path segments, percent-encoded. */
export const segments = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part)).join('/')

const urlOf = (base: string, path: string, query: NonNullable<RequestParts['query']>): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    parameters.set(name, textOf(value))
  }
  const search = parameters.toString()
  return `${base.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`
}

const textOf = (value: NonNullable<QueryValue>): string => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? value.join(',') : String(value)
}

const bodyOf = (body: unknown): { readonly body?: string } =>
  body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }

const headersOf = (options: ConnectionOptions, parts: RequestParts): Record<string, string> => {
  const { tenant, headers = {} } = options
  const given: Record<string, string | undefined> = {
    Accept: 'application/json',
    ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(tenant === undefined ? {} : { 'X-Tenant': encodeURIComponent(tenant) }),
    ...headers,
    ...parts.headers,
  }
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
