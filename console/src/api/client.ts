// The only place that sends requests. An answer of the wrong shape is an error like any other.
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Decoder } from 'io-ts'
import { texts, type Language } from '../words.ts'
import { askedThen } from './as-of.ts'
import { noteAnswer, noteSilence } from './freshness.ts'
import { AsOf, Changed, Commanded, Problem, Started, type FieldProblem } from './types.ts'

/** What went wrong, in both languages, and with which fields. */
export class ApiError extends Error {
  readonly words: Record<Language, string>
  /** 0: there was no answer. */
  readonly status: number
  readonly problems: readonly FieldProblem[]
  constructor(words: Record<Language, string>, status = 0, problems: readonly FieldProblem[] = []) {
    super(words.en)
    this.words = words
    this.status = status
    this.problems = problems
  }
}
const both = (word: 'unreachable' | 'unreadable') =>
  new ApiError({ en: texts.en[word], zh: texts.zh[word] })

const ask = async <A>(
  path: string,
  codec: Decoder<unknown, A>,
  init: RequestInit = {},
): Promise<A> => {
  const headers = new Headers(init.headers)
  headers.set('X-Carillon-Source', 'console')
  const asked = fetch(`/api/v1${path}`, { ...init, headers })
  const response = await asked.catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error
    noteSilence()
    throw both('unreachable')
  })
  const json: unknown = await response.json().catch(() => null)
  noteAnswer(AsOf.is(json) ? (json.asOf.ageMs ?? null) : null)
  if (!response.ok) {
    const problem = Problem.decode(json)
    if (isLeft(problem)) throw both('unreachable')
    const { detail: en, detailZh: zh, problems } = problem.right
    throw new ApiError({ en, zh }, response.status, problems)
  }
  const decoded = codec.decode(json)
  if (isLeft(decoded)) throw both('unreadable')
  return decoded.right
}

export const get = <A>(path: string, codec: Decoder<unknown, A>, signal?: AbortSignal) =>
  ask(askedThen(path), codec, signal === undefined ? {} : { signal })

const jsonText = (method: string, body: string, condition: Condition = {}): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json', ...condition },
  body,
})
type Condition = Readonly<Record<string, string>>

export const post = <A>(path: string, body: object, codec: Decoder<unknown, A>) =>
  postText(path, JSON.stringify(body), codec)

/** For bodies that are JSON already, whose numbers must keep their digits. */
export const postText = <A>(
  path: string,
  body: string,
  codec: Decoder<unknown, A>,
  signal?: AbortSignal,
) => ask(path, codec, { ...jsonText('POST', body), ...(signal === undefined ? {} : { signal }) })

/** Whole tasks and runs pass as keys too; a query's key names both parts, and nothing that changes. */
export interface Key {
  readonly group: string
  readonly job: string
}
export const taskPath = ({ group, job }: Key): string =>
  `/tasks/${encodeURIComponent(group)}/${encodeURIComponent(job)}`

const because = (reason: string) => (reason === '' ? '' : `?${new URLSearchParams({ reason })}`)

export type Verb = 'pause' | 'resume' | 'trigger' | 'delete'

/** Changes a task; the reason goes into the log. Running it once answers with the run. */
export const command = (verb: Verb, key: Key, reason: string, until = '') => {
  const path = taskPath(key)
  if (verb === 'delete') return ask(path + because(reason), Commanded, { method: 'DELETE' })
  const said = { ...(reason === '' ? {} : { reason }), ...(until === '' ? {} : { until }) }
  return post(`${path}/${verb}`, said, Commanded)
}

/** Adds a task; refused with 409 when there is one. */
export const addTask = (key: Key, body: object, reason = '') => {
  const init = jsonText('PUT', JSON.stringify(body), { 'If-None-Match': '*' })
  return ask(taskPath(key) + because(reason), Changed, init)
}

/** Replaces a task; refused with 412 when somebody has changed it since that revision. */
export const replaceTask = (key: Key, body: object, reason: string, revision: number) => {
  const condition = { 'If-Match': `"${revision}"` }
  const init = jsonText('PUT', JSON.stringify(body), condition)
  return ask(taskPath(key) + because(reason), Changed, init)
}

interface Because {
  readonly reason: string
  /** Refused with 412 when it was changed since; null: whatever it is at. */
  readonly revision: number | null
}

/** Changes something that is not a task. */
export const change = <A>(
  method: 'PUT' | 'DELETE',
  path: string,
  body: object | null,
  codec: Decoder<unknown, A>,
  { reason, revision }: Because,
) => {
  const condition: Condition = revision === null ? {} : { 'If-Match': `"${revision}"` }
  const init =
    body === null
      ? { method, headers: condition }
      : jsonText(method, JSON.stringify(body), condition)
  return ask(path + because(reason), codec, init)
}

/** Ends a run or runs its task again; the answer names the run, for a re-run the new one. */
export const commandRun = (verb: 'cancel' | 'rerun', runId: string, reason: string) =>
  post(`/runs/${encodeURIComponent(runId)}/${verb}${because(reason)}`, {}, Started)
