// multipart/form-data, read whole from memory: names and bytes of the parts. A body that stops
// before its closing boundary is not taken for complete. Knows no files: a part is a parameter.
import * as E from 'fp-ts/lib/Either.js'
import { textOf } from '../../../runtime/charset.ts'
import { problem, type Problem } from './problem.ts'

const partsMax = 100

/** The boundary a header names, or the one the body begins with; null: not multipart. */
export const boundaryOf = (contentType: string | null, body: Buffer): string | null => {
  if (contentType !== null && !/^\s*multipart\//i.test(contentType) && contentType !== '') {
    return null
  }
  const named = /boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType ?? '')
  if (named !== null) return named[1] ?? named[2] ?? null
  const start = body.toString('latin1', 0, 300)
  return /^--([^\r\n]{1,200})\r?\nContent-Disposition:/i.exec(start)?.[1] ?? null
}

export const parseMultipart = (
  body: Buffer,
  boundary: string,
): E.Either<Problem, readonly (readonly [string, string])[]> => {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const pairs: [string, string][] = []
  let at = body.indexOf(delimiter)
  while (at >= 0) {
    const start = at + delimiter.length
    if (body.toString('latin1', start, start + 2) === '--') return E.right(pairs)
    const next = body.indexOf(delimiter, start)
    if (next < 0 || pairs.length >= partsMax) break
    const part = readPart(body.subarray(start, next))
    if (part !== null) pairs.push(part)
    at = next
  }
  return E.left(
    problem(
      'body',
      `A multipart body with at most ${partsMax} parts and its closing boundary is expected; it is cut short.`,
      `multipart 请求体不完整：缺少结束边界，或超过 ${partsMax} 个部分。`,
    ),
  )
}

/** Headers, an empty line, the value, and the line break before the next boundary. */
const readPart = (part: Buffer): [string, string] | null => {
  const text = part.toString('latin1')
  const gap = /\r?\n\r?\n/.exec(text)
  if (gap === null) return null
  const headers = part.subarray(0, gap.index)
  const name = /;\s*name=(?:"([^"\r\n]*)"|([^\s;]+))/i.exec(textOf(headers))
  if (name === null) return null
  const from = gap.index + gap[0].length
  const lineBreak = text.endsWith('\r\n') ? 2 : text.endsWith('\n') ? 1 : 0
  const value = part.subarray(from, Math.max(from, part.length - lineBreak))
  return [name[1] ?? name[2] ?? '', textOf(value)]
}
