// Which version this is: what package.json says.
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

const Package = t.type({ version: t.string })

const versionIn = (text: string): string => {
  const decoded = Package.decode(JSON.parse(text))
  return E.isLeft(decoded) ? 'unknown' : decoded.right.version
}

export const version = versionIn(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
