// Who is calling, from the cookies of the original's portal: `tenantid` selects the tenant, `userid`
// is the actor, `sysid` the system. All may be absent. A tenant that cannot be one is refused, never
// replaced by the default: that would be somebody else's data.
import * as E from 'fp-ts/lib/Either.js'
import { type IncomingHttpHeaders } from 'node:http'
import { KeyPart, keyPartLengthMax } from '../../../domain/task/ids.ts'
import { storable, textOf } from '../../../runtime/charset.ts'
import { unescaped } from './form.ts'
import { problem, type Problem } from './problem.ts'

export interface Caller {
  readonly tenant: KeyPart
  readonly actor: string | null
  readonly sysid: string | null
}

const actorLengthMax = 200

/** The tenant is the cookie's, else the header `X-Tenant`'s, else `default`. */
export const decodeCaller = (
  headers: IncomingHttpHeaders,
): E.Either<readonly Problem[], Caller> => {
  const cookies = cookiesIn(headers.cookie ?? '')
  const given = cookies.get('tenantid') ?? (rawText(String(headers['x-tenant'] ?? '')) || 'default')
  const tenant = KeyPart.decode(given)
  if (E.isLeft(tenant)) {
    return E.left([
      problem(
        'tenantid',
        `1 to ${keyPartLengthMax} printable characters are expected.`,
        `须为 1 到 ${keyPartLengthMax} 个可见字符。`,
      ),
    ])
  }
  return E.right({
    tenant: tenant.right,
    actor: cookies.get('userid')?.slice(0, actorLengthMax) ?? null,
    sysid: cookies.get('sysid')?.slice(0, actorLengthMax) ?? null,
  })
}

/** Values that say something, by name in lower case; the first of a name counts. */
const cookiesIn = (header: string): ReadonlyMap<string, string> => {
  const cookies = new Map<string, string>()
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const name = pair.slice(0, equals).trim().toLowerCase()
    const value = rawText(
      pair
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    )
    if (value !== '' && !cookies.has(name)) cookies.set(name, value)
  }
  return cookies
}

/** Node reads headers as one character per byte; percent escapes are bytes too, plus signs are not. */
const rawText = (text: string): string =>
  storable(textOf(unescaped(text.replaceAll('+', '%2B')))).trim()
