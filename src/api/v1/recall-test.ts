// `POST /api/v1/recalls/test`: one call with a given definition, to see what a callee answers. It is
// recorded in the tenant's stream of tests, belongs to no task, and is never a run.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { RecallTarget } from '../../domain/task/definition.ts'
import { RunId, type KeyPart } from '../../domain/task/ids.ts'
import { recallTested, RecallTested, streamOfTests } from '../../domain/task/recall-test.ts'
import { StreamName } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { described, integerBetween, serviceDefault } from '../described.ts'
import { keyedRequest } from '../idempotency/keyed-request.ts'
import { nothingWritten } from '../owner-of-run.ts'
import type { RequestRefusal } from '../refusals.ts'
import { sourceOf } from './context.ts'
import { decodeFields, readJsonDocument, type JsonDocument } from './json-body.ts'
import { question } from './question.ts'
import { reasonField } from './reason.ts'
import { RecallBody, recallOf } from './recall-body.ts'
import { dataOf } from './task-body.ts'

const timeoutMsMax = 60_000

const How = t.type({ timeoutMs: integerBetween(1, timeoutMsMax), followRedirects: t.boolean })
export const RecallTestBody = described(
  t.intersection([t.type({ recall: RecallBody }), How, t.partial({ data: t.unknown })]),
  {
    name: 'RecallTestBody',
    closed: true,
    defaults: { timeoutMs: serviceDefault, followRedirects: serviceDefault },
    example: {
      recall: { type: 'http', url: 'http://127.0.0.1:9000/callback' },
      data: { hello: 'world' },
    },
  },
)

/** Body: `{"recall": {"type": "http", "url"} | {"type": "socket", "host", "port"}, "data"?, …}`. */
export const testRecall = (deps: ApiDeps) =>
  question(deps, reasonField, async ({ tenant, request, query }) => {
    const body = await readJsonDocument(deps, request)
    if (E.isLeft(body)) return body
    const decoded = decodeTest(deps, body.right)
    if (E.isLeft(decoded)) return decoded
    const { target } = decoded.right
    const { store, ids, node, useCases } = deps
    const testId = testIdUnderKey() ?? useCases.newRunId()
    const call = { testId, tenant, ...decoded.right }
    const { result, report } = await deps.tryRecall(call)
    const data = RecallTested.encode({
      testId,
      target: withoutPassword(target),
      testedAt: useCases.now(),
      outcome: result.type,
      reason: result.type === 'failed' ? result.reason : null,
      resultValue: result.resultValue,
      report,
    })
    const metadata = {
      source: sourceOf(request),
      node,
      correlationId: testId,
      ...(query.reason === null ? {} : { reason: query.reason }),
    }
    const event = { id: ids.eventId(), type: recallTested, data, metadata }
    const stream = testsStream(tenant)
    const kept = await store.append([{ stream, expected: 'any', events: [event] }])()
    if (E.isLeft(kept)) return E.left(nothingWritten(kept.left))
    return kept.right[0]?.type === 'TooLarge'
      ? E.left({ type: 'AppendTooLarge', stream, retryable: false })
      : E.right(data)
  })

/** A repetition calls under the same id, so that the callee can tell. */
const testIdUnderKey = (): RunId | null => {
  const id = RunId.decode(keyedRequest()?.idOf('test').replaceAll('-', ''))
  return E.isRight(id) ? id.right : null
}

const decodeTest = (
  { taskDefaults }: ApiDeps,
  { fields, text: sent }: JsonDocument,
): E.Either<RequestRefusal, Omit<Parameters<ApiDeps['tryRecall']>[0], 'testId' | 'tenant'>> => {
  const { timeoutMs, followRedirects } = taskDefaults.policy
  const defaults = { timeoutMs: Math.min(timeoutMs, timeoutMsMax), followRedirects }
  const { data, recall, ...given } = fields
  const target = recallOf(recall)
  if (E.isLeft(target)) return target
  const how = decodeFields(How, { ...defaults, ...given }, '')
  if (E.isLeft(how)) return how
  const dataJson = dataOf({ data }, sent)
  if (E.isLeft(dataJson)) return dataJson
  return E.right({ ...how.right, target: target.right, dataJson: dataJson.right })
}

const withoutPassword = (target: RecallTarget): RecallTarget => {
  if (target.type !== 'http' || !URL.canParse(target.url)) return target
  const url = new URL(target.url)
  if (url.password !== '') url.password = '***'
  return { ...target, url: url.href }
}

const testsStream = (tenant: KeyPart): StreamName => {
  const name = StreamName.decode(streamOfTests(tenant))
  if (E.isLeft(name)) throw new Error('a key part of 200 characters makes a stream name')
  return name.right
}
