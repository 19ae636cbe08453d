// JSON bodies of the REST API: read within the limits, decoded by a codec, and refused by the names
// of the fields that are wrong or unknown.
import type { IncomingMessage } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ApiDeps } from '../deps.ts'
import { readBody } from '../http/body.ts'
import { invalid, type FieldProblem, type Refusal, type RequestRefusal } from '../refusals.ts'

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

/** Decodes an object whose fields are all known to `known`; `path` stands in front of their names. */
export const decodeFields = <A>(
  codec: t.Decoder<unknown, A>,
  known: readonly string[],
  given: JsonFields,
  path: string,
): E.Either<RequestRefusal, A> => {
  const unknown = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => problem(path + name, 'not a field here.', '不是此处的字段。'))
  const decoded = codec.decode(given)
  if (E.isRight(decoded) && unknown.length === 0) return decoded
  const wrong = E.isLeft(decoded) ? decoded.left.map((error) => problemOf(error, path)) : []
  return E.left(invalid([...unknown, ...wrong]))
}

const problemOf = (error: t.ValidationError, path: string): FieldProblem => {
  // The members of an intersection stand in the path of an error, but in no document.
  const isMember = (index: number) => error.context[index - 1]?.type instanceof t.IntersectionType
  const keys = error.context.flatMap(({ key }, i) => (key === '' || isMember(i) ? [] : [key]))
  const expected = error.context.at(-1)?.type.name ?? 'something else'
  return problem(path + keys.join('.'), `expected ${expected}.`, `应为 ${expected}。`)
}

export const problem = (field: string, en: string, zh: string): FieldProblem => ({
  field,
  message: { en, zh },
})
