// The service as the command line speaks to it: REST, nothing else. Answers are decoded before they
// are believed; what the service refuses becomes a Refusal in its own words, with the exit code that
// scripts can tell apart.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { problemsOf } from '../domain/problems.ts'
import { exitCodes, Refusal, usageProblem, type CliIo, type ExitCode } from './command.ts'

export interface Request<A> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | null | undefined>>
  /** A value, or JSON text. */
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  readonly codec: t.Decoder<unknown, A>
}

export interface Reply<A> {
  readonly status: number
  /** As it came, for --json. */
  readonly json: unknown
  readonly value: A
}

export interface Service {
  readonly url: string
  readonly tenant: string
  readonly send: <A>(request: Request<A>) => Promise<Reply<A>>
  /** Where what a request answers is wanted alone. */
  readonly ask: <A>(request: Request<A>) => Promise<A>
}

/** A refusal of the service, as problem+json says it. */
export class Refused extends Refusal {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(exitCodeOf(status), describe(problem))
    this.status = status
    this.problem = problem
  }
}

export const Problem = t.intersection([
  t.type({ title: t.string, detail: t.string }),
  t.partial({
    problems: t.readonlyArray(
      t.intersection([
        t.type({ field: t.string, message: t.string }),
        t.partial({ position: t.union([t.number, t.null]) }),
      ]),
    ),
  }),
])
export type Problem = t.TypeOf<typeof Problem>

const exitCodeOf = (status: number): ExitCode => {
  switch (status) {
    case 404:
      return exitCodes.notFound
    case 412:
      return exitCodes.changedMeanwhile
    case 502:
    case 503:
    case 504:
      return exitCodes.unreachable
    default:
      return exitCodes.failed
  }
}

/** One line for each field that is wrong. */
export const problemLines = ({ detail, problems = [] }: Problem): readonly string[] =>
  problems.length === 0
    ? [detail]
    : problems.map(({ field, message, position }) => {
        const place = typeof position === 'number' ? ` (character ${position + 1})` : ''
        return `${field}: ${message}${place}`
      })

const describe = (problem: Problem): string =>
  [problem.title, ...problemLines(problem)].join('\n  ')

const answerWithinMs = 60_000

export const serviceOf = (
  io: CliIo,
  options: { readonly url?: string | undefined; readonly tenant?: string | undefined },
): Service => {
  const url = baseUrl(options.url ?? io.env['CARILLON_URL'] ?? 'http://127.0.0.1:8080')
  const tenant = options.tenant ?? io.env['CARILLON_TENANT'] ?? 'default'
  const send = async <A>(request: Request<A>): Promise<Reply<A>> => {
    const response = await reach(url, tenant, request)
    const json = await bodyOf(url, response)
    if (!response.ok) throw refusedBy(url, response.status, json)
    const decoded = request.codec.decode(json)
    if (E.isRight(decoded)) return { status: response.status, json, value: decoded.right }
    const [first = ''] = problemsOf(decoded.left)
    throw new Refusal(exitCodes.failed, `${url}${request.path} answers unexpectedly: ${first}`)
  }
  return { url, tenant, send, ask: async (request) => (await send(request)).value }
}

const baseUrl = (text: string): string => {
  const isHttp = /^https?:\/\//i.test(text) && URL.canParse(text)
  if (!isHttp) throw usageProblem(`"${text}" is no URL of a service: expected http://host:port.`)
  return text.replace(/\/+$/, '')
}

const reach = async (
  url: string,
  tenant: string,
  { method = 'GET', path, query = {}, body, headers }: Request<unknown>,
): Promise<Response> => {
  const target = new URL(url + path)
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined) target.searchParams.set(name, String(value))
  const json = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  try {
    return await fetch(target, {
      method,
      headers: {
        'X-Tenant': encodeURIComponent(tenant),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: json }),
      signal: AbortSignal.timeout(answerWithinMs),
    })
  } catch (error) {
    throw unreachable(url, error)
  }
}

const unreachable = (url: string, error: unknown): Refusal => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new Refusal(
    exitCodes.unreachable,
    `No service answers at ${url} (${reason}).\nIs it running? Another address is named by --url or CARILLON_URL; \`carillon doctor\` looks closer.`,
  )
}

const bodyOf = async (url: string, response: Response): Promise<unknown> => {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(url, error)
  })
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const refusedBy = (url: string, status: number, json: unknown): Refusal => {
  const problem = Problem.decode(json)
  return E.isRight(problem)
    ? new Refused(status, problem.right)
    : new Refusal(exitCodeOf(status), `${url} answers ${status}, and not as Carillon does.`)
}

/** Path of a task, its names escaped. */
export const taskPath = (key: { readonly group: string; readonly job: string }): string =>
  `/api/v1/tasks/${encodeURIComponent(key.group)}/${encodeURIComponent(key.job)}`
