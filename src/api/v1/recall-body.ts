// Whom a recall calls, as the REST API takes it.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { RecallTarget } from '../../domain/task/definition.ts'
import { described, integerBetween } from '../described.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { decodeFields, isObject, problem, notOfKind } from './json-body.ts'

const urlLengthMax = 4_000

const HttpUrl = described(
  t.refinement(
    t.string,
    (url) =>
      /^https?:\/\//i.test(url) &&
      URL.canParse(url) &&
      url.length <= urlLengthMax &&
      !/\p{Cc}/u.test(url),
    'an http URL',
  ),
  {
    schema: {
      type: 'string',
      format: 'uri',
      pattern: '^[hH][tT][tT][pP][sS]?://',
      maxLength: urlLengthMax,
    },
    expected: {
      en: `an absolute http or https URL of at most ${urlLengthMax} characters`,
      zh: `不超过 ${urlLengthMax} 个字符的完整 http 或 https 地址`,
    },
  },
)

const HostName = described(
  t.refinement(
    t.string,
    (host) => host.length <= 255 && /^[^\s/?#@[\]\p{Cc}]+$/u.test(host),
    'a host',
  ),
  {
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\s/?#@\\[\\]]+$' },
    expected: { en: 'a host name or address', zh: '主机名或 IP 地址' },
  },
)

const HttpTarget = described(t.type({ type: t.literal('http'), url: HttpUrl }), {
  name: 'HttpTarget',
  closed: true,
  about: 'Called with `POST`.',
  example: { type: 'http', url: 'http://127.0.0.1:9000/callback' },
})
const SocketTarget = described(
  t.type({ type: t.literal('socket'), host: HostName, port: integerBetween(1, 65_535) }),
  { name: 'SocketTarget', closed: true, about: 'Called over TCP, with one line of JSON.' },
)
export const RecallBody = described(t.union([HttpTarget, SocketTarget]), { name: 'RecallBody' })

export const recallOf = (given: unknown): E.Either<RequestRefusal, RecallTarget> => {
  if (!isObject(given)) return E.left(invalid([notOfKind('recall', given, 'http', 'socket')]))
  const fields = given
  switch (fields['type']) {
    case 'http':
      return decodeFields(HttpTarget, fields, 'recall.')
    case 'socket':
      return decodeFields(SocketTarget, fields, 'recall.')
    default:
      return E.left(invalid([problem('recall.type', 'expected http or socket.', httpOrSocket)]))
  }
}

const httpOrSocket = '应为 http 或 socket。'
