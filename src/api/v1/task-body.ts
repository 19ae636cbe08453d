// A task as `PUT /api/v1/tasks/{group}/{job}` takes it: the shape in which `GET` shows its definition,
// with `data` as plain JSON where that is handier than `dataJson`. What is left out takes the
// service's defaults; everything that is wrong is named at once.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  dataBytesMax,
  HttpRecall,
  RecallPolicy,
  RetryPolicy,
  SocketRecall,
  type RecallTarget,
  type TaskDefinition,
} from '../../domain/task/definition.ts'
import type { ApiDeps } from '../deps.ts'
import { isJsonObject, jsonDepthMax, jsonText, parseJson } from '../dispatchserver/request/json.ts'
import { invalid, type FieldProblem, type RequestRefusal } from '../refusals.ts'
import { decodeFields, isObject, problem, type JsonDocument, type JsonFields } from './json-body.ts'
import { scheduleOf } from './schedule-body.ts'

type Decoded<A> = E.Either<RequestRefusal, A>

export const decodeTaskBody = (
  deps: Pick<ApiDeps, 'taskDefaults' | 'useCases'>,
  { fields, text }: JsonDocument,
): Decoded<TaskDefinition> => {
  const others = Object.entries(fields).filter(([name]) => !parts.has(name))
  const schedule = scheduleOf(deps, fields['schedule'])
  const recall = recallOf(fields['recall'])
  const policy = policyOf(deps.taskDefaults.policy, fields['policy'])
  const data = dataOf(fields, text)
  const given = { ...ownDefaults, ...Object.fromEntries(others) }
  const own = decodeFields(Own, Object.keys(ownDefaults), given, '')
  if (E.isLeft(schedule) || E.isLeft(recall) || E.isLeft(policy) || E.isLeft(data) || E.isLeft(own))
    return E.left(invalid([schedule, recall, policy, data, own].flatMap(problemsIn)))
  return E.right({
    ...own.right,
    schedule: schedule.right,
    recall: recall.right,
    policy: policy.right,
    dataJson: data.right,
  })
}

/** Fields with a decoder of their own. */
const parts = new Set(['schedule', 'recall', 'policy', 'data', 'dataJson'])

const problemsIn = (part: Decoded<unknown>): readonly FieldProblem[] =>
  E.isLeft(part) && part.left.type === 'RequestInvalid' ? part.left.problems : []

const refused = (field: string, en: string, zh: string): E.Either<RequestRefusal, never> =>
  E.left(invalid([problem(field, en, zh)]))

const integerBetween = (min: number, max: number) =>
  t.refinement(
    t.number,
    (n) => Number.isInteger(n) && n >= min && n <= max,
    `an integer between ${min} and ${max}`,
  )
const textUpTo = (lengthMax: number) =>
  t.refinement(
    t.string,
    (text) => text.length <= lengthMax,
    `at most ${lengthMax} characters or null`,
  )
const ExtraJson = t.refinement(
  t.string,
  (text) => isJsonObject(parseJson(text)) && Buffer.byteLength(text, 'utf8') <= dataBytesMax,
  `the text of a JSON object of at most ${dataBytesMax} bytes, or null`,
)

const Own = t.type({
  priority: integerBetween(-2_147_483_648, 2_147_483_647),
  name: t.union([t.null, textUpTo(200)]),
  description: t.union([t.null, textUpTo(2_000)]),
  extraJson: t.union([t.null, ExtraJson]),
})
const ownDefaults = { priority: 0, name: null, description: null, extraJson: null }

const isHttpUrl = (url: string): boolean =>
  /^https?:\/\//i.test(url) && URL.canParse(url) && url.length <= 4_000 && !/\p{Cc}/u.test(url)

const recallOf = (given: unknown): Decoded<RecallTarget> => {
  const fields = isObject(given) ? given : {}
  switch (fields['type']) {
    case 'http': {
      const target = decodeFields(HttpRecall, ['type', 'url'], fields, 'recall.')
      return E.isLeft(target) || isHttpUrl(target.right.url)
        ? target
        : refused(
            'recall.url',
            'expected an absolute http or https URL of at most 4000 characters.',
            '应为不超过 4000 个字符的完整 http 或 https 地址。',
          )
    }
    case 'socket': {
      const target = decodeFields(SocketRecall, ['type', 'host', 'port'], fields, 'recall.')
      if (E.isLeft(target)) return target
      const { host, port } = target.right
      if (!Number.isInteger(port) || port < 1 || port > 65_535)
        return refused('recall.port', 'expected a port, 1 to 65535.', '应为端口号（1 至 65535）。')
      return host.length <= 255 && /^[^\s/?#@[\]\p{Cc}]+$/u.test(host)
        ? target
        : refused('recall.host', 'expected a host name or address.', '应为主机名或 IP 地址。')
    }
    default:
      return refused('recall.type', 'expected http or socket.', '应为 http 或 socket。')
  }
}

const dayMs = 86_400_000

/** Inclusive bounds of the policy's numbers, by path. */
const bounds: Readonly<Record<string, readonly [min: number, max: number]>> = {
  timeoutMs: [1, dayMs],
  'retries.max': [0, 1_000],
  'retries.backoffMs': [0, dayMs],
  'retries.factor': [1, 100],
  'retries.backoffMaxMs': [0, dayMs],
  'retries.jitter': [0, 1],
  reportDeadlineMs: [1_000, 366 * dayMs],
  concurrencyMax: [1, 1_000_000],
  ratePerSecond: [0.000_01, 1_000_000],
}
/** A failure that may be retried, as the `.do` calls name it too. */
const Failure = t.refinement(
  t.string,
  (word) => /^(connect|timeout|reply|[1-5]xx|[1-5]\d\d)$/.test(word),
  'connect, timeout, reply, a status such as 503 or a class such as 5xx',
)
const Retries = t.intersection([RetryPolicy, t.partial({ on: t.readonlyArray(Failure) })])

const wholeNumbers = /Ms$|[mM]ax$/

const policyOf = (defaults: RecallPolicy, given: unknown): Decoded<RecallPolicy> => {
  if (given !== undefined && !isObject(given))
    return refused('policy', 'expected a JSON object.', '应为 JSON 对象。')
  const fields = given ?? {}
  const nested = isObject(fields['retries'])
    ? decodeFields(
        Retries,
        [...Object.keys(defaults.retries), 'on'],
        { ...defaults.retries, ...fields['retries'] },
        'policy.retries.',
      )
    : E.right(null)
  if (E.isLeft(nested)) return nested
  const merged: JsonFields = {
    ...defaults,
    ...fields,
    ...(nested.right === null ? {} : { retries: nested.right }),
  }
  const policy = decodeFields(RecallPolicy, Object.keys(defaults), merged, 'policy.')
  if (E.isLeft(policy)) return policy
  const outside = Object.entries(bounds).flatMap(([path, [min, max]]) => {
    const value = valueAt(policy.right, path)
    if (typeof value !== 'number') return []
    const fits = value >= min && value <= max
    if (fits && (Number.isInteger(value) || !wholeNumbers.test(path))) return []
    return [
      problem(
        `policy.${path}`,
        `expected a number between ${min} and ${max}.`,
        `应为 ${min} 到 ${max} 之间的数。`,
      ),
    ]
  })
  return outside.length === 0 ? policy : E.left(invalid(outside))
}

const valueAt = (of: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), of)

/** The payload as JSON text, every number as it was written. */
export const dataOf = ({ data, dataJson }: JsonFields, text: string): Decoded<string> => {
  if (data !== undefined && dataJson !== undefined)
    return refused('data', 'give data or dataJson, not both.', 'data 与 dataJson 只能给出一个。')
  if (dataJson !== undefined && typeof dataJson !== 'string')
    return refused('dataJson', 'expected JSON text.', '应为 JSON 文本。')
  const field = dataJson === undefined ? 'data' : 'dataJson'
  const exact = parseJson(dataJson ?? text)
  if (exact === undefined)
    return refused(
      field,
      `expected JSON, nested at most ${jsonDepthMax} deep.`,
      `应为 JSON，嵌套不超过 ${jsonDepthMax} 层。`,
    )
  const payload = dataJson ?? jsonText(isJsonObject(exact) ? exact['data'] : null)
  return Buffer.byteLength(payload, 'utf8') <= dataBytesMax
    ? E.right(payload)
    : refused(field, `at most ${dataBytesMax} bytes.`, `不能超过 ${dataBytesMax} 字节。`)
}
