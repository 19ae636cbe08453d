// A task as `PUT /api/v1/tasks/{group}/{job}` takes it: the shape in which `GET` shows its definition,
// with `data` as plain JSON where that is handier than `dataJson`. What is left out takes the
// service's defaults; everything that is wrong is named at once.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  dataBytesMax,
  retentionDaysMax,
  type TaskDefinition,
} from '../../domain/task/definition.ts'
import type { ApiDeps } from '../deps.ts'
import { described, integerBetween, nullable, serviceDefault, textUpTo } from '../described.ts'
import { isJsonObject, jsonDepthMax, jsonText, parseJson } from '../dispatchserver/request/json.ts'
import { invalid, type FieldProblem, type RequestRefusal } from '../refusals.ts'
import { decodeFields, problem, type JsonDocument, type JsonFields } from './json-body.ts'
import { PolicyBody, policyOf } from './policy-body.ts'
import { RecallBody, recallOf } from './recall-body.ts'
import { ScheduleBody, scheduleOf } from './schedule-body.ts'

type Decoded<A> = E.Either<RequestRefusal, A>

const ExtraJson = described(
  t.refinement(
    t.string,
    (text) => isJsonObject(parseJson(text)) && Buffer.byteLength(text, 'utf8') <= dataBytesMax,
    'the text of a JSON object',
  ),
  {
    schema: { type: 'string', maxLength: dataBytesMax },
    expected: {
      en: `the text of a JSON object of at most ${dataBytesMax} bytes`,
      zh: `不超过 ${dataBytesMax} 字节的 JSON 对象文本`,
    },
  },
)

const ownFields = {
  priority: integerBetween(-2_147_483_648, 2_147_483_647),
  name: nullable(textUpTo(200)),
  description: nullable(textUpTo(2_000)),
  extraJson: nullable(ExtraJson),
  retentionDays: nullable(integerBetween(1, retentionDaysMax)),
}
const Own = t.type(ownFields)
const ownDefaults = {
  priority: 0,
  name: null,
  description: null,
  extraJson: null,
  retentionDays: null,
}

/** What the parts below decode, as one. */
export const TaskBody = described(
  t.intersection([
    t.type({ schedule: ScheduleBody, recall: RecallBody, policy: PolicyBody, ...ownFields }),
    t.partial({ data: t.unknown, dataJson: t.string }),
  ]),
  {
    name: 'TaskBody',
    closed: true,
    defaults: { ...ownDefaults, policy: serviceDefault },
    fields: {
      data: `What the callee gets: any JSON of at most ${dataBytesMax} bytes.`,
      dataJson: 'The same as text, for numbers that not every language can hold. One of both.',
      priority: 'Larger goes first in a backlog.',
      retentionDays:
        'Days its ended runs are kept, where that is less than the service keeps them.',
      extraJson: 'Fields of the caller’s own, as the text of a JSON object.',
    },
    example: {
      schedule: { type: 'cron', expression: '0 0 2 * * ?', zone: 'Asia/Shanghai' },
      recall: { type: 'http', url: 'http://127.0.0.1:9000/callback' },
      data: { hello: 'world' },
      policy: { timeoutMs: 5_000, retries: { max: 3, on: ['connect', '5xx'] } },
    },
  },
)

/** Merged with the definition as it stands, then decoded as a {@link TaskBody}. */
export const TaskPatch = described(t.record(t.string, t.unknown), {
  name: 'TaskPatch',
  patchOf: TaskBody,
  example: { schedule: { expression: '0 0 3 * * ?' }, policy: { retries: null } },
})

export const decodeTaskBody = (
  deps: Pick<ApiDeps, 'taskDefaults' | 'useCases'>,
  { fields, text }: JsonDocument,
): Decoded<TaskDefinition> => {
  const others = Object.entries(fields).filter(([name]) => !parts.has(name))
  const schedule = scheduleOf(deps, fields['schedule'])
  const recall = recallOf(fields['recall'])
  const policy = policyOf(deps.taskDefaults.policy, fields['policy'])
  const data = dataOf(fields, text)
  const own = decodeFields(Own, { ...ownDefaults, ...Object.fromEntries(others) }, '')
  if (E.isLeft(schedule) || E.isLeft(recall) || E.isLeft(policy) || E.isLeft(data) || E.isLeft(own))
    return E.left(invalid([schedule, recall, policy, data, own].flatMap(problemsIn)))
  const { retentionDays, ...rest } = own.right
  return E.right({
    ...rest,
    ...(retentionDays === null ? {} : { retentionDays }),
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
