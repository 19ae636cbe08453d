// Rows on their way out of Postgres: decoded by a codec, so that nothing is believed of them. A row
// that its codec refuses was not written by this version: a bug, or a hand in the tables.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { problemsOf } from '../domain/problems.ts'
import type { ReadDatabase } from './database.ts'

export const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])

/**
 * Of a codec that leaves everything it accepts as it is: a row is only looked at, which costs a fraction
 * of decoding it. One that is refused is decoded, to say why.
 */
export const asStored = <A>(codec: t.Type<A, unknown>): t.Decoder<unknown, A> => {
  const validate: t.Validate<unknown, A> = (row, context) =>
    codec.is(row) ? t.success(row) : codec.validate(row, context)
  return { name: codec.name, validate, decode: (row) => validate(row, []) }
}

export const selectRows = async <A>(
  db: ReadDatabase,
  codec: t.Decoder<unknown, A>,
  query: RawBuilder<unknown>,
): Promise<readonly A[]> => {
  const { rows } = await query.execute(db)
  return rows.map((row) => {
    const decoded = codec.decode(row)
    if (E.isLeft(decoded)) throw new Error(`unexpected row: ${problemsOf(decoded.left).join('; ')}`)
    return decoded.right
  })
}

/** A run id, which Postgres would print with hyphens. */
export const runIdText = (column: string): RawBuilder<unknown> =>
  sql`replace(${sql.ref(column)}::text, '-', '')`
