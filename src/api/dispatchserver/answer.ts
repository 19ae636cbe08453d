// The one shape all `.do` calls answer in. Old clients throw on any status but 200 before they read
// the body, so a refusal is told in the body and once more in the response header `error`.
import type { Context } from 'koa'
import { storable } from '../../runtime/charset.ts'
import { inOneLine } from '../words.ts'
import type { Words } from '../refusals.ts'

export const accept = (ctx: Context, resultValue: string | null): void =>
  write(ctx, { success: true, error: null, resultValue })

export const refuse = (ctx: Context, words: Words): void => {
  const error = inOneLine(words)
  ctx.set('error', headerSafe(error))
  write(ctx, { success: false, error, resultValue: null })
}

interface Answer {
  readonly success: boolean
  readonly error: string | null
  readonly resultValue: string | null
}

const write = (ctx: Context, answer: Answer): void => {
  ctx.status = 200
  ctx.set('Content-Type', 'application/json;charset=UTF-8')
  ctx.body = JSON.stringify(answer)
}

const headerLengthMax = 2_000

/**
 * Printable ASCII as it is, everything else percent-encoded in UTF-8: readable, and what
 * `URLDecoder.decode(header, "UTF-8")` turns back into the text.
 */
export const headerSafe = (text: string): string => {
  let safe = ''
  for (const character of storable(text)) {
    const encoded =
      /[ -~]/.test(character) && character !== '%' && character !== '+'
        ? character
        : encodeURIComponent(character)
    if (safe.length + encoded.length > headerLengthMax) break
    safe += encoded
  }
  return safe
}
