// Bytes of unknown origin as text. Callers and callees of the old service write UTF-8 or whatever
// their platform calls default, which on a Chinese Windows is GBK: UTF-8 first, then GB18030, which
// contains GBK and can read any bytes. Total: there is always a text.
import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/**
 * UTF-16 by its byte-order mark or by how JSON in it begins, UTF-8 when the bytes are, else GB18030;
 * without the mark.
 */
export const textOf = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [first = 1, second = 1] = buffer
  if ((first === 0xfe && second === 0xff) || (first === 0 && opensJson(second))) {
    return iconv.decode(buffer, 'utf-16be')
  }
  if ((first === 0xff && second === 0xfe) || (opensJson(first) && second === 0)) {
    return iconv.decode(buffer, 'utf-16le')
  }
  const text = isUtf8(buffer) ? buffer.toString('utf8') : iconv.decode(buffer, 'gb18030')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

const opensJson = (byte: number): boolean => byte === 0x7b || byte === 0x22

/** The text of the first `bytesMax` bytes, without the half character a cut may leave. */
export const beginningOf = (bytes: Uint8Array, bytesMax: number): string => {
  if (bytes.length <= bytesMax) return textOf(bytes)
  const cut = bytes.subarray(0, bytesMax)
  for (let dropped = 0; dropped < 4 && dropped < cut.length; dropped += 1) {
    const whole = cut.subarray(0, cut.length - dropped)
    if (isUtf8(whole)) return textOf(whole)
  }
  return textOf(cut)
}

const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** The text without what a JSON column cannot hold: NUL and lone surrogates become U+FFFD. */
export const storable = (text: string): string => text.replace(unstorable, '\ufffd')
