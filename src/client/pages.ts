// A list that comes in pages: iterate over its items and the pages are fetched as they are needed, or
// take page by page. Pages are bound by key, not by number: what is added meanwhile moves nothing.
import type { Connection, RequestParts } from './connection.ts'

/** How far in the log an answer reaches. */
export interface Freshness {
  readonly position: string | null
  /** Everything recorded until this many milliseconds ago is in the answer. */
  readonly ageMs: number | null
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null
  /** Absent where the answer is read from the log itself. */
  readonly asOf?: Freshness
}

export interface PageOptions {
  /** Items of one page. */
  readonly limit?: number
  /** `next` of an earlier page. */
  readonly cursor?: string
}

export class Pages<T> implements AsyncIterable<T> {
  readonly #read: (cursor: string | null) => Promise<Page<T>>
  readonly #cursor: string | null

  constructor(read: (cursor: string | null) => Promise<Page<T>>, cursor: string | null) {
    this.#read = read
    this.#cursor = cursor
  }

  /** The first page alone. */
  page(): Promise<Page<T>> {
    return this.#read(this.#cursor)
  }

  async *pages(): AsyncGenerator<Page<T>> {
    let page = await this.page()
    yield page
    while (page.next !== null) {
      page = await this.#read(page.next)
      yield page
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const page of this.pages()) yield* page.items
  }
}

/** The list at `path`, whose answers hold their items under `name`. */
export const listAt = <T>(
  { ask }: Connection,
  path: string,
  name: string,
  { cursor, ...query }: ListQuery,
  signal?: AbortSignal,
): Pages<T> =>
  new Pages<T>(async (at) => {
    const answer = await ask<Answer<T>>('GET', path, { query: { ...query, cursor: at }, signal })
    const { next, asOf } = answer
    return { items: answer[name] ?? [], next, ...(asOf === undefined ? {} : { asOf }) }
  }, cursor ?? null)

type ListQuery = PageOptions & NonNullable<RequestParts['query']>

type Answer<T> = Readonly<Record<string, readonly T[]>> & {
  readonly next: string | null
  readonly asOf?: Freshness
}
