// What every request gets, whatever it asks for: an id that its answer, its log lines and the events
// it causes carry; a line in the access log at debug; and an answer even if this room has a bug.
import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'

const requestIds = new WeakMap<Context['req'], string>()
const usableId = /^[\w.:-]{1,64}$/

/** The caller's `X-Request-Id` where it can be used, else one of our own. */
export const requestIdOf = (ctx: Context): string => {
  const known = requestIds.get(ctx.req)
  if (known !== undefined) return known
  const given = ctx.get('X-Request-Id')
  const id = usableId.test(given) ? given : randomUUID()
  requestIds.set(ctx.req, id)
  return id
}

export const identified: Middleware = async (ctx, next) => {
  ctx.set('X-Request-Id', requestIdOf(ctx))
  await next()
}

export const accessLogged =
  (clock: Clock, log: Log): Middleware =>
  async (ctx, next) => {
    if (!log.isLevelEnabled('debug')) {
      await next()
      return
    }
    const startedAt = clock.monotonicNow()
    await next()
    log.debug(
      {
        requestId: requestIdOf(ctx),
        method: ctx.method,
        path: ctx.path,
        status: ctx.status,
        tookMs: Math.round((clock.monotonicNow() - startedAt) * 10) / 10,
      },
      'request',
    )
  }

/** Hands an unexpected error to `answer`, which tells the caller no more than the request id. */
export const survivingBugs =
  (log: Log, answer: (ctx: Context, requestId: string) => void): Middleware =>
  async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const requestId = requestIdOf(ctx)
      log.error({ err: error, requestId, method: ctx.method, path: ctx.path }, 'a request failed')
      answer(ctx, requestId)
    }
  }
