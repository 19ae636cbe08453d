// The calls of the original service: bytes to parameters, parameters to a command, its outcome to
// the answer. Refused requests store nothing. Answers 200 whatever happens, a bug included, because
// old clients do not read the body of anything else.
import * as E from 'fp-ts/lib/Either.js'
import type { Context, Middleware } from 'koa'
import type { ApiDeps } from '../deps.ts'
import { readBody } from '../http/body.ts'
import { requestIdOf, survivingBugs } from '../http/requests.ts'
import { invalid, type Refusal } from '../refusals.ts'
import { wordsOf } from '../words.ts'
import { accept, refuse } from './answer.ts'
import { calls, type Caller } from './calls.ts'
import type { Done } from './done.ts'
import { callAt } from './paths.ts'
import { decodeCaller } from './request/caller.ts'
import { decodeParameters, type Parameters } from './request/parameters.ts'

export const dispatchserver = (deps: ApiDeps): Middleware => {
  const guarded = survivingBugs(deps.log, (ctx, requestId) =>
    refuse(ctx, wordsOf({ type: 'InternalError', requestId })),
  )
  return async (ctx, next) => {
    const call = callAt(ctx.path, deps.settings.contextPaths)
    if (call === 'elsewhere') {
      await next()
      return
    }
    await guarded(ctx, async () => {
      const done = await answerOf(deps, ctx, call)
      if (E.isLeft(done)) return refuse(ctx, wordsOf(done.left))
      const { position, resultValue } = done.right
      if (position !== null) ctx.set('X-Carillon-Position', position)
      accept(ctx, resultValue)
    })
  }
}

const answerOf = async (
  deps: ApiDeps,
  ctx: Context,
  call: ReturnType<typeof callAt>,
): Promise<E.Either<Refusal, Done>> => {
  const { method, path } = ctx
  if (call === 'unknown' || call === 'elsewhere') return E.left({ type: 'PathUnknown', path })
  if (method !== 'POST') return E.left({ type: 'MethodNotAllowed', method, allowed: ['POST'] })
  const caller = callerOf(ctx)
  if (E.isLeft(caller)) return caller
  const parameters = await parametersOf(deps, ctx)
  if (E.isLeft(parameters)) return parameters
  return calls[call](deps, parameters.right, caller.right)
}

const callerOf = (ctx: Context): E.Either<Refusal, Caller> => {
  const caller = decodeCaller(ctx.headers)
  if (E.isLeft(caller)) return E.left(invalid(caller.left))
  const { tenant, actor } = caller.right
  const correlationId = requestIdOf(ctx)
  const context = { source: 'api', correlationId, ...(actor === null ? {} : { actor }) } as const
  return E.right({ tenant, context })
}

const parametersOf = async (
  { clock, settings }: ApiDeps,
  ctx: Context,
): Promise<E.Either<Refusal, Parameters>> => {
  const body = await readBody(ctx.req, clock, settings.body)
  if (E.isLeft(body)) return body
  const contentType = ctx.headers['content-type'] ?? null
  const raw = { contentType, query: ctx.querystring, body: body.right }
  return E.mapLeft(invalid)(decodeParameters(raw))
}
