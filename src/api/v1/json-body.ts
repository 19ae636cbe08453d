// JSON bodies of the REST API: read within the limits, decoded by a codec, and refused by the names
// of the fields that are wrong or unknown.
import type { IncomingMessage } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ApiDeps } from '../deps.ts'
import '../known.ts'
import { descriptionOf, fieldsOf } from '../described.ts'
import { readBody } from '../http/body.ts'
import {
  invalid,
  type FieldProblem,
  type Refusal,
  type RequestRefusal,
  type Words,
} from '../refusals.ts'

export type JsonFields = Readonly<Record<string, unknown>>

export interface JsonDocument {
  readonly fields: JsonFields
  /** As it was sent: numbers in it have all their digits. */
  readonly text: string
}

export const readJsonDocument = async (
  { clock, settings }: Pick<ApiDeps, 'clock' | 'settings'>,
  request: IncomingMessage,
): Promise<E.Either<Refusal, JsonDocument>> => {
  const body = await readBody(request, clock, settings.body)
  if (E.isLeft(body)) return body
  const text = body.right.toString('utf8')
  const json = E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => null,
  )
  return E.isRight(json) && isObject(json.right)
    ? E.right({ fields: json.right, text })
    : E.left(invalid([problem('body', 'expected a JSON object.', '应为 JSON 对象。')]))
}

export const readJsonObject = async (
  deps: Pick<ApiDeps, 'clock' | 'settings'>,
  request: IncomingMessage,
): Promise<E.Either<Refusal, JsonFields>> =>
  E.map(({ fields }: JsonDocument) => fields)(await readJsonDocument(deps, request))

/** For requests whose body may be left out. */
export const readOptionalJsonObject = async (
  deps: Pick<ApiDeps, 'clock' | 'settings'>,
  request: IncomingMessage,
): Promise<E.Either<Refusal, JsonFields>> =>
  request.headers['transfer-encoding'] === undefined &&
  (request.headers['content-length'] ?? '0') === '0'
    ? E.right({})
    : readJsonObject(deps, request)

export const isObject = (value: unknown): value is JsonFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Decodes an object whose fields the codec all knows; `path` stands in front of their names. */
export const decodeFields = <A>(
  codec: t.Type<A, unknown>,
  given: JsonFields,
  path: string,
): E.Either<RequestRefusal, A> => {
  const known = fieldsOf(codec)
  const unknown = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => problem(path + name, 'not a field here.', '不是此处的字段。'))
  const decoded = codec.decode(given)
  if (E.isRight(decoded) && unknown.length === 0) return decoded
  const wrong = E.isLeft(decoded) ? problemsOf(decoded.left, path) : []
  return E.left(invalid([...unknown, ...wrong]))
}

/** One problem a field: what any member of a union would have taken is named in it. */
const problemsOf = (errors: t.Errors, path: string): readonly FieldProblem[] => {
  const byField = new Map<string, readonly Words[]>()
  for (const error of errors) {
    const field = path + fieldIn(error)
    byField.set(field, [...(byField.get(field) ?? []), expectedBy(error)])
  }
  return [...byField].map(([field, words]) => {
    const en = [...new Set(words.map((one) => one.en))].join(' or ')
    const zh = [...new Set(words.map((one) => one.zh))].join('或')
    return problem(field, `expected ${en}.`, `应为${/^[ -~]/.test(zh) ? ' ' : ''}${zh}。`)
  })
}

/** Members of a union or an intersection stand in the path of an error, but in no document. */
const fieldIn = ({ context }: t.ValidationError): string =>
  context
    .flatMap(({ key }, index) => {
      const around = context[index - 1]?.type
      const isMember = around instanceof t.IntersectionType || around instanceof t.UnionType
      return key === '' || isMember ? [] : [key]
    })
    .join('.')

const expectedBy = ({ context }: t.ValidationError): Words => {
  const codec = context.at(-1)?.type
  const name = codec?.name ?? 'something else'
  const isKnown = codec instanceof t.Type
  return (isKnown ? descriptionOf(codec).expected : undefined) ?? { en: name, zh: name }
}

export const problem = (field: string, en: string, zh: string): FieldProblem => ({
  field,
  message: { en, zh },
})
