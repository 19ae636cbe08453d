// JSON as people type it: where it is wrong, and the same laid out, every number with its digits.
import { parse, stringify } from 'lossless-json'

/** Null: it is fine. The position is that of the character that is wrong. */
export const jsonProblem = (text: string): { readonly position: number | null } | null => {
  if (text.trim() === '') return null
  try {
    parse(text)
    return null
  } catch (error) {
    const found = /at position (\d+)/.exec(error instanceof Error ? error.message : '')
    return { position: found === null ? null : Number(found[1]) }
  }
}

export const laidOut = (text: string): string => {
  try {
    return stringify(parse(text), null, 2) ?? text
  } catch {
    return text
  }
}

/** Line and column as editors count them. */
export const placeOf = (text: string, position: number): readonly [number, number] => {
  const before = text.slice(0, position).split('\n')
  return [before.length, (before.at(-1) ?? '').length + 1]
}
