// `POST /api/v1/recalls/test`: one call with a given definition, to see what a callee answers. It is
// recorded in the tenant's stream of tests, belongs to no task, and is never a run.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../../domain/instant.ts'
import { RecallTarget } from '../../domain/task/definition.ts'
import { AttemptReport } from '../../domain/task/events.ts'
import { RunId, type KeyPart } from '../../domain/task/ids.ts'
import { StreamName } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { keyedRequest } from '../idempotency/keyed-request.ts'
import { nothingWritten } from '../owner-of-run.ts'
import type { RequestRefusal } from '../refusals.ts'
import { sourceOf } from './context.ts'
import { decodeFields, readJsonDocument, type JsonDocument } from './json-body.ts'
import { question } from './question.ts'
import { text } from './query.ts'
import { dataOf } from './task-body.ts'

const timeoutMsMax = 60_000

const Body = t.type({
  recall: RecallTarget,
  timeoutMs: t.refinement(t.Int, (ms) => ms >= 1 && ms <= timeoutMsMax, 'a number from 1 to 60000'),
  followRedirects: t.boolean,
})

/** Storage format: neither the name nor a field of it ever changes its meaning. */
const RecallTested = t.readonly(
  t.exact(
    t.type({
      testId: RunId,
      target: RecallTarget,
      testedAt: Instant,
      outcome: t.keyof({ succeeded: null, accepted: null, failed: null }),
      reason: t.union([t.string, t.null]),
      resultValue: t.union([t.string, t.null]),
      report: AttemptReport,
    }),
  ),
)

/** Body: `{"recall": {"type": "http", "url"} | {"type": "socket", "host", "port"}, "data"?, …}`. */
export const testRecall = (deps: ApiDeps) =>
  question(deps, { reason: text(500) }, async ({ tenant, request, query }) => {
    const body = await readJsonDocument(deps, request)
    if (E.isLeft(body)) return body
    const decoded = decodeTest(deps, body.right)
    if (E.isLeft(decoded)) return decoded
    const { recall: target, dataJson, timeoutMs, followRedirects } = decoded.right
    const { store, ids, node, useCases } = deps
    const testId = testIdUnderKey() ?? useCases.newRunId()
    const call = { testId, tenant, target, dataJson, timeoutMs, followRedirects }
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
    const event = { id: ids.eventId(), type: 'RecallTested', data, metadata }
    const kept = await store.append([
      { stream: testsStream(tenant), expected: 'any', events: [event] },
    ])()
    return E.isLeft(kept) ? E.left(nothingWritten(kept.left)) : E.right(data)
  })

/** A repetition calls under the same id, so that the callee can tell. */
const testIdUnderKey = (): RunId | null => {
  const id = RunId.decode(keyedRequest()?.idOf('test').replaceAll('-', ''))
  return E.isRight(id) ? id.right : null
}

const decodeTest = (
  { taskDefaults }: ApiDeps,
  { fields, text: sent }: JsonDocument,
): E.Either<RequestRefusal, t.TypeOf<typeof Body> & { readonly dataJson: string }> => {
  const { timeoutMs, followRedirects } = taskDefaults.policy
  const defaults = { timeoutMs: Math.min(timeoutMs, timeoutMsMax), followRedirects }
  const { data, ...given } = fields
  const known = ['recall', 'timeoutMs', 'followRedirects']
  const decoded = decodeFields(Body, known, { ...defaults, ...given }, '')
  if (E.isLeft(decoded)) return decoded
  const dataJson = dataOf({ data }, sent)
  return E.isLeft(dataJson) ? dataJson : E.right({ ...decoded.right, dataJson: dataJson.right })
}

const withoutPassword = (target: RecallTarget): RecallTarget => {
  if (target.type !== 'http' || !URL.canParse(target.url)) return target
  const url = new URL(target.url)
  if (url.password !== '') url.password = '***'
  return { ...target, url: url.href }
}

const testsStream = (tenant: KeyPart): StreamName => {
  const name = StreamName.decode(`tests-${encodeURIComponent(tenant)}`)
  if (E.isLeft(name)) throw new Error('a key part of 200 characters makes a stream name')
  return name.right
}
