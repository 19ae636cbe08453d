// How the text of an environment variable becomes a value. Each codec's name completes the sentence
// "expected …", which is all an operator sees of it.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { canonicalZone } from '../domain/schedule/zone.ts'

/** A codec over text; `parse` answers undefined for what it does not accept. */
const fromText = <A>(expected: string, parse: (text: string) => A | undefined): t.Type<A, string> =>
  new t.Type<A, string>(
    expected,
    (value): value is A => parse(String(value)) !== undefined,
    (input, context) => {
      const value = typeof input === 'string' ? parse(input.trim()) : undefined
      return value === undefined ? t.failure(input, context) : t.success(value)
    },
    String,
  )

export const integerBetween = (min: number, max: number): t.Type<number, string> =>
  fromText(`an integer between ${min} and ${max}`, (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN
    return value >= min && value <= max ? value : undefined
  })

export const oneOf = <const W extends string>(...words: readonly W[]): t.Type<W, string> =>
  fromText(`one of ${words.join(', ')}`, (text) =>
    words.find((word) => word === text.toLowerCase()),
  )

/** At least one of the words, each once, whatever the order. */
export const someOf = <const W extends string>(
  ...words: readonly W[]
): t.Type<readonly W[], string> =>
  fromText<readonly W[]>(`a comma-separated list of ${words.join(', ')}`, (text) => {
    const named = items(text)
    const unknown = named.some((name) => !words.some((word) => word === name))
    return unknown || named.length === 0 ? undefined : words.filter((word) => named.includes(word))
  })

export const yesOrNo: t.Type<boolean, string> = fromText('true or false', (text) => {
  if (/^(true|yes|on|1)$/i.test(text)) return true
  return /^(false|no|off|0)$/i.test(text) ? false : undefined
})

export const host: t.Type<string, string> = fromText('a host name or an IP address', (s) =>
  /^[0-9A-Za-z:._%-]{1,255}$/.test(s) ? s : undefined,
)

/** Relative to the folder the process was started in. */
export const folder: t.Type<string, string> = fromText('a folder', (text) => {
  if (text === '' || text.includes('\0')) return undefined
  return isAbsolute(text) ? text : resolve(text)
})

export const timeZone: t.Type<string, string> = fromText(
  'an IANA time zone such as Asia/Shanghai',
  (text) => E.getOrElseW(() => undefined)(canonicalZone(text)),
)

/** Checked for its scheme and shape only; what it names is found out by connecting. */
export const urlOf = (...schemes: readonly string[]): t.Type<string, string> =>
  fromText(`a URL that begins with ${schemes.map((s) => `${s}://`).join(' or ')}`, (text) =>
    schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`)) && !/\s/.test(text)
      ? text
      : undefined,
  )

/** Comma-separated; `/` alone stands for none. */
export const pathPrefixes: t.Type<readonly string[], string> = fromText<readonly string[]>(
  'a comma-separated list of paths that begin with /',
  (text) => {
    const paths = items(text).map((path) => path.replace(/\/+$/, ''))
    const wellFormed = paths.every(
      (path) => path === '' || /^(\/[\w.~%@:!$&'()*+;=-]+)+$/.test(path),
    )
    return wellFormed ? [...new Set(paths.filter((path) => path !== ''))] : undefined
  },
)

interface AddressRange {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Comma-separated addresses and CIDR ranges. */
export const addressRanges: t.Type<readonly AddressRange[], string> = fromText<
  readonly AddressRange[]
>('a comma-separated list of IP addresses and ranges such as 10.0.0.0/8', (text) => {
  const ranges = items(text).map(addressRange)
  const known = ranges.filter((range) => range !== undefined)
  return known.length === ranges.length && known.length > 0 ? known : undefined
})

const addressRange = (text: string): AddressRange | undefined => {
  const [address = '', length, ...more] = text.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : NaN
  if (bits < 0 || more.length > 0 || !(prefix <= bits) || address.includes('%')) return undefined
  return { address, prefix, family: bits === 32 ? 'ipv4' : 'ipv6' }
}

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
