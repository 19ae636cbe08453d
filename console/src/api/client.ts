// The only place that sends requests. An answer of the wrong shape is an error like any other.
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Decoder } from 'io-ts'
import { texts, type Language } from '../words.ts'
import { Changed, Problem } from './types.ts'

/** What went wrong, in both languages. */
export class ApiError extends Error {
  readonly words: Record<Language, string>
  constructor(words: Record<Language, string>) {
    super(words.en)
    this.words = words
  }
}
const both = (word: 'unreachable' | 'unreadable') =>
  new ApiError({ en: texts.en[word], zh: texts.zh[word] })

const ask = async <A>(
  path: string,
  codec: Decoder<unknown, A>,
  init: RequestInit = {},
): Promise<A> => {
  const response = await fetch(path, init).catch(() => {
    throw both('unreachable')
  })
  const json: unknown = await response.json().catch(() => null)
  if (!response.ok) {
    const problem = Problem.decode(json)
    if (isRight(problem))
      throw new ApiError({ en: problem.right.detail, zh: problem.right.detailZh })
    throw both('unreachable')
  }
  const decoded = codec.decode(json)
  if (isLeft(decoded)) throw both('unreadable')
  return decoded.right
}

export const get = <A>(path: string, codec: Decoder<unknown, A>, signal?: AbortSignal) =>
  ask(`/api/v1${path}`, codec, signal === undefined ? {} : { signal })

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})
export const post = <A>(path: string, body: object, codec: Decoder<unknown, A>) =>
  ask(`/api/v1${path}`, codec, posted(body))

export interface Key {
  readonly group: string
  readonly job: string
}
export const taskPath = ({ group, job }: Key): string =>
  `/tasks/${encodeURIComponent(group)}/${encodeURIComponent(job)}`

export type Verb = 'pause' | 'resume' | 'trigger' | 'delete'

/** Changes a task; the reason goes into the log. */
export const command = async (verb: Verb, key: Key, reason: string): Promise<void> => {
  const path = `/api/v1${taskPath(key)}`
  const why = reason === '' ? {} : { reason }
  await (verb === 'delete'
    ? ask(`${path}?${new URLSearchParams(why)}`, Changed, { method: 'DELETE' })
    : ask(`${path}/${verb}`, Changed, posted(why)))
}
