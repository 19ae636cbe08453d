// Every way in which callers put parameters into a request, brought to one: an object with the
// parameters by name. The body is looked at before its content type is believed, because the JDK
// labels whatever it sends as a form. Bytes in, an object or problems out; never throws.
import * as E from 'fp-ts/lib/Either.js'
import { textOf } from '../../../runtime/charset.ts'
import { formPairsMax, parseForm } from './form.ts'
import { isJsonObject, jsonDepthMax, objectIn, parseJson, type JsonObject } from './json.ts'
import { boundaryOf, parseMultipart } from './multipart.ts'
import { problem, type Problem } from './problem.ts'

export interface RawRequest {
  readonly contentType: string | null
  /** The raw query, without its question mark. */
  readonly query: string
  readonly body: Uint8Array
}

/** By name: strings from forms; from JSON whatever JSON can hold, numbers exactly. */
export type Parameters = JsonObject

/** Parameters of the body win over those of the query, later ones over earlier ones. */
export const decodeParameters = (raw: RawRequest): E.Either<readonly Problem[], Parameters> => {
  const query = decodeForm(Buffer.from(raw.query, 'utf8'))
  const body = decodeBody(raw)
  if (E.isLeft(query)) return E.left([query.left])
  if (E.isLeft(body)) return E.left([body.left])
  return E.right(unwrapped({ ...query.right, ...body.right }))
}

const decodeForm = (bytes: Uint8Array): E.Either<Problem, JsonObject> => {
  const pairs = parseForm(bytes)
  if (pairs.length <= formPairsMax) return E.right(Object.fromEntries(pairs))
  return E.left(
    problem(
      'body',
      `At most ${formPairsMax} parameters are allowed.`,
      `参数不能超过 ${formPairsMax} 个。`,
    ),
  )
}

const decodeBody = ({ body, contentType }: RawRequest): E.Either<Problem, JsonObject> => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const boundary = boundaryOf(contentType, bytes)
  if (boundary !== null) {
    return E.map((pairs: readonly (readonly [string, string])[]) => Object.fromEntries(pairs))(
      parseMultipart(bytes, boundary),
    )
  }
  const text = textOf(bytes).trim()
  if (text === '') return E.right({})
  if (text.startsWith('{') || text.startsWith('"')) return decodeJson(text)
  const isForm = /^[^\s"{[<]+=/.test(text)
  if (!isForm && /json/i.test(contentType ?? '')) return decodeJson(text)
  const isMarked = [0xef, 0xfe, 0xff].includes(bytes[0] ?? 0) // a byte-order mark
  return decodeForm(isMarked ? Buffer.from(text) : bytes)
}

const decodeJson = (text: string): E.Either<Problem, JsonObject> => {
  const object = objectIn(text)
  if (object !== null) return E.right(object)
  return E.left(
    parseJson(text) === undefined
      ? problem(
          'body',
          `The body is not valid JSON, or nested deeper than ${jsonDepthMax} levels.`,
          `交换信息格式不正确：请求体不是合法的 JSON，或嵌套超过 ${jsonDepthMax} 层。`,
        )
      : problem(
          'body',
          'The body is JSON, but not an object.',
          '交换信息格式不正确：请求体须为 JSON 对象。',
        ),
  )
}

/** What any of the calls takes at its top level; where one is present, `data` is no wrapper. */
const knownNames = ['recallConfig', 'taskConfig', 'jobName', 'groupName', 'id', 'resultValue']

/** Takes the parameters out of `data=<json>`, or out of JSON that stands where a name should. */
const unwrapped = (parameters: JsonObject): Parameters => {
  if (knownNames.some((name) => Object.hasOwn(parameters, name))) return parameters
  const { data, ...beside } = parameters
  const wrapped = objectIn(data)
  if (wrapped !== null) return { ...beside, ...wrapped }
  const [[name, value] = ['', null], ...more] = Object.entries(parameters)
  const bare = more.length === 0 && value === '' ? parseJson(name) : null
  return isJsonObject(bare) ? bare : parameters
}
