// Requests to the dispatchserver calls, as its decoder sees them.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../../src/domain/instant.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import {
  decodeAdd,
  type AddDefaults,
  type AddRequest,
} from '../../src/api/dispatchserver/request/add.ts'
import {
  decodeParameters,
  type Parameters,
} from '../../src/api/dispatchserver/request/parameters.ts'
import { type Problem } from '../../src/api/dispatchserver/request/problem.ts'

export const receivedAt = instantAt(Date.UTC(2026, 10, 23))

export const addDefaults: AddDefaults = {
  zone: 'Asia/Shanghai',
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  policy: defaultPolicy,
  receivedAt,
}

export const parametersOf = (
  body: string | Uint8Array,
  contentType: string | null = null,
  query = '',
): E.Either<readonly Problem[], Parameters> =>
  decodeParameters({
    contentType,
    query,
    body: typeof body === 'string' ? Buffer.from(body) : body,
  })

const simpleTask = {
  triggerType: 'SimpleTrigger',
  jobCode: 'job1',
  groupCode: 'g1',
  startDate: 4102416000000,
}
const cronTask = {
  triggerType: 'CronTrigger',
  jobCode: 'job1',
  groupCode: 'g1',
  cronExpress: '0 0 1 * * ?',
}
const httpRecall = { recallType: 'HTTP', option: { url: 'http://127.0.0.1/x' }, data: {} }

type Changes = object

/** A valid request with some fields of `taskConfig` and `recallConfig` changed. */
export const simpleAdd = (task: Changes = {}, recall: Changes = {}) => ({
  taskConfig: { ...simpleTask, ...task },
  recallConfig: { ...httpRecall, ...recall },
})
export const cronAdd = (task: Changes = {}, recall: Changes = {}) => ({
  taskConfig: { ...cronTask, ...task },
  recallConfig: { ...httpRecall, ...recall },
})

export const decodedAdd = (
  request: object | string,
  defaults: Partial<AddDefaults> = {},
): E.Either<readonly Problem[], AddRequest> => {
  const parameters = parametersOf(typeof request === 'string' ? request : JSON.stringify(request))
  return E.isLeft(parameters)
    ? parameters
    : decodeAdd(parameters.right, { ...addDefaults, ...defaults })
}

export const fieldsOf = (decoded: E.Either<readonly Problem[], unknown>): readonly string[] =>
  E.isLeft(decoded) ? decoded.left.map(({ field }) => field) : []
