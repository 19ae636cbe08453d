// What all questions of the REST API share: the tenant, the query string, the wait for a position
// the caller has seen. A question itself only says which parameters it knows and what it answers.
import type { IncomingMessage } from 'node:http'
import type { RouterContext } from '@koa/router'
import * as E from 'fp-ts/lib/Either.js'
import type { Middleware } from 'koa'
import { type TaskId, type KeyPart } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { Freshness } from '../../projections/views.ts'
import { answer } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import {
  invalid,
  type FieldProblem,
  type Refusal,
  type RequestRefusal,
  type Words,
} from '../refusals.ts'
import { createSharing } from './shared-answers.ts'
import { decodeQuery, everyQuestion, readKeyPart, type Fields, type Query } from './query.ts'

export interface Asked<F extends Fields> {
  readonly tenant: KeyPart
  readonly query: Query<F>
  /** Parts of the path by name, percent-decoded. */
  readonly path: Readonly<Record<string, string>>
  /** For questions whose body says what is asked. */
  readonly request: IncomingMessage
}

export type Answered = Promise<E.Either<Refusal, object>>

export const question = <F extends Fields>(
  deps: ApiDeps,
  fields: F,
  ask: (asked: Asked<F>) => Answered,
  { isFile = false }: { readonly isFile?: boolean } = {},
): Middleware<object, RouterContext> => {
  const share = createSharing<Awaited<Answered>>()
  const handle: Middleware<object, RouterContext> = async (ctx) => {
    const tenant = tenantOf(ctx.get('X-Tenant'))
    const query = decodeQuery(new URLSearchParams(ctx.querystring), fields)
    if (E.isLeft(tenant)) return answer(ctx, tenant)
    if (E.isLeft(query)) return answer(ctx, query)
    const waited = await waitFor(deps, query.right.after)
    if (E.isLeft(waited)) return answer(ctx, waited)
    const asked = { tenant: tenant.right, query: query.right, path: ctx.params, request: ctx.req }
    const isShared = ctx.method === 'GET' && !isFile
    answer(
      ctx,
      isShared ? await share(nameOf(ctx, tenant.right), () => ask(asked)) : await ask(asked),
    )
  }
  return taking(fields, handle)
}

/** All that an answer depends on. */
const nameOf = (ctx: RouterContext, tenant: KeyPart): string =>
  JSON.stringify([tenant, ctx.path, ctx.querystring, ctx.get('Accept-Language')])

const parameters = new WeakMap<object, Fields>()

/** The handler itself, of which is known now what its query string may hold. */
export const taking = <H extends object>(fields: Fields, handle: H): H => {
  parameters.set(handle, { ...fields, ...everyQuestion })
  return handle
}

/** The parameters a question knows, for whoever describes it; null: it is none. */
export const parametersOf = (handle: object): Fields | null => parameters.get(handle) ?? null

const defaultTenant = 'default'

/** Percent-encoded where it is not ASCII, as header values have to be. */
export const tenantOf = (header: string): E.Either<RequestRefusal, KeyPart> =>
  E.mapLeft(invalid)(keyPartOf('X-Tenant', header === '' ? defaultTenant : decoded(header)))

const decoded = (header: string): string => {
  try {
    return decodeURIComponent(header)
  } catch {
    return header
  }
}

const waitFor = async (
  { readModels, settings }: ApiDeps,
  after: Position | null,
): Promise<E.Either<RequestRefusal, void>> =>
  after === null || (await readModels.waitFor(after, settings.waitMs))
    ? E.right(undefined)
    : E.left({ type: 'NotVisibleYet', waitedMs: settings.waitMs })

/** A key part that the path names. */
export const readPathPart = (
  name: string,
  asked: Asked<Fields>,
): E.Either<RequestRefusal, KeyPart> => E.mapLeft(invalid)(keyPartOf(name, asked.path[name] ?? ''))

/** The task a path names. */
export const taskIdOf = (asked: Asked<Fields>): E.Either<RequestRefusal, TaskId> => {
  const group = keyPartOf('group', asked.path['group'] ?? '')
  const job = keyPartOf('job', asked.path['job'] ?? '')
  if (E.isLeft(group)) return E.left(invalid(group.left))
  if (E.isLeft(job)) return E.left(invalid(job.left))
  return E.right({ tenant: asked.tenant, group: group.right, job: job.right })
}

const keyPartOf = (field: string, text: string): E.Either<readonly FieldProblem[], KeyPart> =>
  E.mapLeft((message: Words) => [{ field, message }])(readKeyPart(text))

export const asOf = ({ position: reached, ageMs }: Freshness) => ({
  asOf: { position: reached, ageMs: ageMs === null ? null : Math.round(ageMs) },
})
