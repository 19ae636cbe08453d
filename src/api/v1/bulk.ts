// One command for many tasks: `POST /api/v1/bulk/pause|resume|delete|trigger` answers at once, and the
// command goes on behind the answer; `GET /api/v1/bulk/{id}` says how far it has come. However far the
// task list is behind, what was added before the request is among the tasks.
import * as E from 'fp-ts/lib/Either.js'
import type { SeenBulk } from '../../commands/bulk/bulks.ts'
import { doneOf } from '../../domain/bulk/decider.ts'
import { BulkAction, type BulkKey, type BulkOrder } from '../../domain/bulk/events.ts'
import { BulkId } from '../../domain/bulk/ids.ts'
import { isoOf } from '../../domain/instant.ts'
import type { KeyPart } from '../../domain/task/ids.ts'
import { accepted } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { keyedRequest } from '../idempotency/keyed-request.ts'
import { nothingWritten } from '../owner-of-run.ts'
import { kebab } from '../problem.ts'
import type { Refusal } from '../refusals.ts'
import { decodeBulk, taskPages, type Asked as AskedBulk } from './bulk-order.ts'
import { sourceOf } from './context.ts'
import { readOptionalJsonObject } from './json-body.ts'
import { integerBetween, type Fields } from './query.ts'
import { question, type Asked } from './question.ts'

export const bulkActions = Object.keys(BulkAction.keys).filter(BulkAction.is)

/** Body: `{"filter", "reason"?, "until"?, "all"?, "dryRun"?}`. */
export const startBulk = (deps: ApiDeps, action: BulkAction) =>
  question(deps, {}, async ({ tenant, request }) => {
    const body = await readOptionalJsonObject(deps, request)
    if (E.isLeft(body)) return body
    const asked = decodeBulk(action, body.right, deps.useCases.now())
    if (E.isLeft(asked)) return asked
    const { order, keys, dryRun } = asked.right
    if (dryRun) return rehearse(deps, tenant, asked.right)
    const id = bulkIdOf(tenant, keyedRequest()?.idOf('bulk') ?? deps.ids.eventId())
    if (E.isLeft(id)) return id
    const source = sourceOf(request) === 'console' ? 'console' : 'api'
    const started = await deps.bulks.start(id.right, { ...order, source }, keys)
    return E.map((bulk: SeenBulk) => accepted(bulkJson(bulk)))(started)
  })

export const listBulks = (deps: ApiDeps) =>
  question(deps, { limit: integerBetween(1, 200, 20) }, async ({ tenant, query }) => {
    const listed = await deps.bulks.list(tenant, query.limit)
    return E.map((bulks: readonly SeenBulk[]) => ({ bulks: bulks.map(bulkJson) }))(listed)
  })

export const showBulk = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const id = bulkIdIn(asked)
    return E.isLeft(id) ? id : E.map(bulkJson)(await deps.bulks.find(id.right))
  })

/** `POST /api/v1/bulk/{id}/continue`: goes on with one that nobody carries out. */
export const continueBulk = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const id = bulkIdIn(asked)
    if (E.isLeft(id)) return id
    const bulk = await deps.bulks.proceed(id.right)
    return E.map((seen: SeenBulk) => accepted(bulkJson(seen)))(bulk)
  })

/** What was added before this request was made is among the tasks. */
const caughtUp = async ({
  store,
  readModels,
  settings: { rehearsalWaitMs },
}: ApiDeps): Promise<E.Either<Refusal, void>> => {
  const head = await store.head()()
  if (E.isLeft(head)) return E.left(nothingWritten(head.left))
  return head.right === null || (await readModels.waitFor(head.right, rehearsalWaitMs))
    ? E.right(undefined)
    : E.left({ type: 'NotVisibleYet', waitedMs: rehearsalWaitMs })
}

const shownMax = 20

/** How many tasks it would be, and the first of them. */
const rehearse = async (
  deps: ApiDeps,
  tenant: KeyPart,
  { order: { action, filter }, keys }: AskedBulk,
): Promise<E.Either<Refusal, object>> => {
  const current = keys === null ? await caughtUp(deps) : E.right(undefined)
  if (E.isLeft(current)) return current
  const pages = taskPages(deps.queries)
  let total = keys?.length ?? 0
  let first: readonly BulkKey[] = keys?.slice(0, shownMax) ?? []
  let cursor: string | null = null
  while (keys === null) {
    const page = await pages(tenant, filter, cursor)
    if (E.isLeft(page))
      return E.left({ type: 'ReadModelUnavailable', retryable: true, ...page.left })
    if (total === 0) first = page.right.keys.slice(0, shownMax)
    total += page.right.keys.length
    cursor = page.right.next
    if (cursor === null) break
  }
  return E.right({ dryRun: true, action, total, first })
}

const bulkIdOf = (tenant: KeyPart, name: string): E.Either<Refusal, BulkId> =>
  E.mapLeft((): Refusal => ({ type: 'PathUnknown', path: `/api/v1/bulk/${name}` }))(
    BulkId.decode({ tenant, name }),
  )

const bulkIdIn = ({ tenant, path }: Asked<Fields>): E.Either<Refusal, BulkId> =>
  bulkIdOf(tenant, path['id'] ?? '')

const stateOf = ({ state, silent }: SeenBulk): 'running' | 'interrupted' | 'done' => {
  switch (state.status) {
    case 'Running':
      return silent ? 'interrupted' : 'running'
    case 'Interrupted':
      return 'interrupted'
    case 'Ended':
      return 'done'
  }
}

const filterJson = ({ filter, keys }: BulkOrder) => (keys === null ? filter : { keys })

const bulkJson = (bulk: SeenBulk) => {
  const { order, startedAt, heardAt, status, ...progress } = bulk.state
  const { total, changed, unchanged, refused, problems } = progress
  return {
    id: bulk.bulkId.name,
    action: order.action,
    filter: filterJson(order),
    reason: order.reason,
    until: order.until === null ? null : isoOf(order.until),
    state: stateOf(bulk),
    total,
    done: doneOf(progress),
    changed,
    unchanged,
    refused,
    problems: problems.map(({ problem, ...key }) => ({ ...key, problem: kebab(problem) })),
    startedAt: isoOf(startedAt),
    heardAt: isoOf(heardAt),
    endedAt: status === 'Ended' ? isoOf(heardAt) : null,
  }
}
