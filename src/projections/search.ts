// How a text is looked for: as a pattern, and as the grams an index knows it by. Case is ignored in
// ASCII alone, here and in the database, so that both agree on what is the same.
import { sql, type RawBuilder } from 'kysely'

/** As `run_extract` writes it in the database. */
export const foldCase = (text: string): string =>
  text.replaceAll('\0', '\uFFFD').replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** For `like`. */
export const containing = (folded: string): string =>
  `%${folded.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

/** Grams that stand wherever the text stands; null when the text is too short for an index to help. */
export const gramsOf = (folded: string): readonly string[] | null => {
  const characters = Array.from(folded)
  const [only] = characters
  if (only === undefined) return null
  if (characters.length === 1) return only < '\u0080' ? null : [only]
  const size = Math.min(3, characters.length)
  const grams = characters.slice(size - 1).map((_, n) => characters.slice(n, n + size).join(''))
  return [...new Set(grams)]
}

/** Whether a gin index of grams of this expression may hold the text. */
export const mayContain = (
  grams: readonly string[],
  indexed: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`${indexed} @> ${sql.val([...grams])}::text[]`
