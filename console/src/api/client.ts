// The only place that sends requests. An answer of the wrong shape is an error like any other.
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Decoder } from 'io-ts'
import { texts, type Language } from '../words.ts'
import { noteAnswer, noteSilence } from './freshness.ts'
import { AsOf, Changed, Problem, Started, type FieldProblem } from './types.ts'

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
  noteAnswer(AsOf.is(json) ? json.asOf.ageMs : null)
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
  ask(path, codec, signal === undefined ? {} : { signal })

export const post = <A>(path: string, body: object, codec: Decoder<unknown, A>) =>
  ask(path, codec, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

export interface Key {
  readonly group: string
  readonly job: string
}
export const taskPath = ({ group, job }: Key): string =>
  `/tasks/${encodeURIComponent(group)}/${encodeURIComponent(job)}`

const because = (reason: string) => (reason === '' ? '' : `?${new URLSearchParams({ reason })}`)

export type Verb = 'pause' | 'resume' | 'trigger' | 'delete'

/** Changes a task; the reason goes into the log. */
export const command = async (verb: Verb, key: Key, reason: string): Promise<void> => {
  const path = taskPath(key)
  await (verb === 'delete'
    ? ask(path + because(reason), Changed, { method: 'DELETE' })
    : post(`${path}/${verb}`, reason === '' ? {} : { reason }, Changed))
}

/** Ends a run or runs its task again; the answer names the run, for a re-run the new one. */
export const commandRun = (verb: 'cancel' | 'rerun', runId: string, reason: string) =>
  post(`/runs/${encodeURIComponent(runId)}/${verb}${because(reason)}`, {}, Started)
