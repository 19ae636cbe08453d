// Readable codec errors: where, and what was expected there.
import type * as t from 'io-ts'

/** One line per problem: `trigger.startAt: expected Instant, got "soon"`. */
export const problemsOf = (errors: t.Errors): readonly string[] =>
  errors.map((error) => {
    const path = error.context
      .map((entry) => entry.key)
      .filter((key) => key !== '')
      .join('.')
    const expected = error.context.at(-1)?.type.name ?? 'something else'
    const got = JSON.stringify(error.value) as string | undefined
    return `${path === '' ? 'value' : path}: expected ${expected}, got ${got === undefined ? 'nothing' : got.slice(0, 100)}`
  })
