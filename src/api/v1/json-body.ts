// JSON bodies of the REST API: read within the limits, decoded by a codec, and refused by the names
// of the fields that are wrong or unknown.
import type { IncomingMessage } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ApiDeps } from '../deps.ts'
import '../known.ts'
import { fieldsOf } from '../described.ts'
import { readBody } from '../http/body.ts'
import {
  invalid,
  type FieldProblem,
  type Refusal,
  type RequestRefusal,
  type Words,
} from '../refusals.ts'

import { anyOf, expectedBy, tagOf } from './expected.ts'

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
  if (E.isRight(json) && isObject(json.right)) return E.right({ fields: json.right, text })
  return E.left(invalid([text.trim() === '' ? empty : E.isLeft(json) ? notJson : noObject]))
}

const empty: FieldProblem = {
  field: 'body',
  message: { en: 'missing; expected a JSON object.', zh: '为空，应为 JSON 对象。' },
}
const notJson: FieldProblem = {
  field: 'body',
  message: {
    en: 'not valid JSON; expected a JSON object.',
    zh: '不是合法的 JSON，应为 JSON 对象。',
  },
}
const noObject: FieldProblem = {
  field: 'body',
  message: { en: 'expected a JSON object.', zh: '应为 JSON 对象。' },
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
  const byField = new Map<string, { readonly isMissing: boolean; readonly words: Words[] }>()
  for (const error of errors) {
    const { field, words } = placeOf(error)
    const name = path + field
    const found = byField.get(name) ?? { isMissing: error.value === undefined, words: [] }
    found.words.push(words)
    byField.set(name, found)
  }
  return [...byField].map(([field, { isMissing, words }]) => {
    const { en, zh } = anyOf(words)
    const chinese = `应为${/^[ -~]/.test(zh) ? ' ' : ''}${zh}。`
    return isMissing
      ? problem(field, `missing; expected ${en}.`, `缺少该字段，${chinese}`)
      : problem(field, `expected ${en}.`, chinese)
  })
}

/** Members of a union or an intersection stand in the path of an error, but in no document. */
const placeOf = ({ context, value }: t.ValidationError): { field: string; words: Words } => {
  const keys = context.flatMap(({ key }, index) => {
    const around = context[index - 1]?.type
    const isMember = around instanceof t.IntersectionType || around instanceof t.UnionType
    return key === '' || isMember ? [] : [key]
  })
  const codec = context.at(-1)?.type
  if (!(codec instanceof t.Type)) return { field: keys.join('.'), words: anyOf([]) }
  // An object of a kind there is not: what is wrong is the word that says its kind.
  const tag = isObject(value) ? tagOf(codec) : null
  return tag === null
    ? { field: keys.join('.'), words: expectedBy(codec) }
    : { field: [...keys, tag.field].join('.'), words: tag.words }
}

export const problem = (field: string, en: string, zh: string): FieldProblem => ({
  field,
  message: { en, zh },
})

/** For an object of one of two kinds that is not there, or is no object. */
export const notOfKind = (
  field: string,
  given: unknown,
  one: string,
  other: string,
): FieldProblem =>
  given === undefined
    ? problem(
        field,
        `missing; expected an object with the type ${one} or ${other}.`,
        `缺少该字段，应为 type 为 ${one} 或 ${other} 的对象。`,
      )
    : problem(
        field,
        `expected an object with the type ${one} or ${other}.`,
        `应为 type 为 ${one} 或 ${other} 的对象。`,
      )
