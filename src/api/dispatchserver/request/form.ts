// URL-encoded parameters as careless callers write them: percent escapes of UTF-8 or GBK bytes,
// blanks as plus signs, and JSON that nobody escaped, ampersands included. Text in, pairs out; what
// is no valid escape stands for itself.
import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/** More parameters than any caller has; a body may hold many more. */
export const formPairsMax = 1_000

/** The pairs in the bytes of a form, in order, up to one more than {@link formPairsMax}. */
export const parseForm = (bytes: Uint8Array): readonly (readonly [string, string])[] => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const parts = split(text).flatMap((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? [unescaped(pair), Buffer.alloc(0)]
      : [unescaped(pair.slice(0, equals)), unescaped(pair.slice(equals + 1))]
  })
  const charset = parts.every((part) => isUtf8(part)) ? 'utf8' : 'gb18030'
  const texts = parts.map((part) => iconv.decode(part, charset))
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < texts.length; index += 2) {
    pairs.push([texts[index] ?? '', texts[index + 1] ?? ''])
  }
  return pairs
}

/** Searches for the end of an object that found none, before it is no longer tried: each is a pass. */
const missesMax = 8

/** Cuts at ampersands, but not at those inside an unescaped JSON object. */
const split = (text: string): string[] => {
  const pairs: string[] = []
  let misses = 0
  let start = 0
  while (start < text.length && pairs.length <= formPairsMax) {
    const ampersand = text.indexOf('&', start)
    let end = ampersand < 0 ? text.length : ampersand
    const opening = /^[^&={]{0,200}={/.exec(text.slice(start, start + 210))
    if (opening !== null && misses < missesMax) {
      const objectEnd = endOfObject(text, start + opening[0].length - 1)
      if (objectEnd === null) misses += 1
      else end = objectEnd
    }
    if (end > start) pairs.push(text.slice(start, end))
    start = end + 1
  }
  return pairs
}

/** Where an object that begins here ends, if a pair ends there too. */
const endOfObject = (text: string, from: number): number | null => {
  let depth = 0
  let inString = false
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (inString) {
      if (code === 0x5c) index += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b) depth += 1
    else if (code === 0x7d && (depth -= 1) === 0) {
      const end = index + 1
      return end === text.length || text[end] === '&' ? end : null
    }
  }
  return null
}

/** The bytes behind plus signs and percent escapes; `text` has one character per byte. */
export const unescaped = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('+', ' ')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )
