// Where the next page of a list begins: opaque to whoever carries it, bound to the list and the
// filter it came from, and decoded like anything else that enters.
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { pageLimitMax, type Listed, type Freshness, type QueryFault } from './views.ts'

type Filter = Readonly<Record<string, unknown>>

const digestOf = (list: string, filter: Filter): string => {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => [
      name,
      Array.isArray(value) ? value.toSorted() : value,
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([list, given])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

/** How a list's cursors are made and read; `Key` is where in the list's order a page ended. */
export interface Cursors<Key> {
  readonly read: (cursor: string | null) => E.Either<QueryFault, Key | null>
  readonly write: (key: Key) => string
}

export const cursorsOf = <Key>(
  list: string,
  key: t.Type<Key, unknown>,
  filter: object,
): Cursors<Key> => {
  const digest = digestOf(list, { ...filter })
  const codec = t.tuple([t.literal(digest), key])
  return {
    read: (cursor) => {
      if (cursor === null) return E.right(null)
      const decoded = codec.decode(parsed(cursor))
      return E.isRight(decoded)
        ? E.right(decoded.right[1])
        : E.left({ type: 'CursorInvalid', retryable: false })
    },
    write: (at) => Buffer.from(JSON.stringify([digest, key.encode(at)])).toString('base64url'),
  }
}

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}

/** Rows to ask for: one more than the page holds tells whether there is another. */
export const rowsOf = (limit: number): number => clamp(limit) + 1

const clamp = (limit: number): number => Math.max(1, Math.min(pageLimitMax, Math.trunc(limit)))

/** A page from the rows that {@link rowsOf} asked for. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  cursorOf: (row: Row) => string,
  freshness: Freshness,
): Listed<Item> => {
  const shown = rows.slice(0, clamp(limit))
  const last = shown.at(-1)
  const more = rows.length > shown.length && last !== undefined
  return { items: shown.map(itemOf), next: more ? cursorOf(last) : null, freshness }
}
