// `GET /api/v1/feed`: what happens to tasks and runs, as it happens, by server-sent events. Every frame
// has the position of its event as id, so that a client that was cut off goes on where it was
// (`Last-Event-ID`, or `after`). Listeners cost one subscription to the log together, and there are no
// more of them than the settings allow.
import type { RouterContext } from '@koa/router'
import * as E from 'fp-ts/lib/Either.js'
import { answer } from '../../answer.ts'
import type { ApiDeps } from '../../deps.ts'
import { invalid, type Refusal } from '../../refusals.ts'
import { decodeQuery, oneOf, position } from '../query.ts'
import { taking, tenantOf } from '../question.ts'
import { feedFilter, feedFilters, type FeedFilter } from './filter.ts'
import { listen } from './listener.ts'
import { createOutlet } from './outlet.ts'
import { createPast } from './past.ts'
import type { Place } from './stretch.ts'
import { createTail, placesOf } from './tail.ts'

export interface Feed {
  readonly serve: (ctx: RouterContext) => Promise<void>
  /** Lets every listener go; they are told nothing and come back, to whom answers then. */
  readonly close: () => Promise<void>
}

type FeedDeps = Pick<ApiDeps, 'store' | 'clock' | 'settings'>

interface Wanted {
  readonly filter: FeedFilter
  readonly after: Place
  readonly skips: boolean
}

export const createFeed = (deps: FeedDeps): Feed => {
  const { store, clock } = deps
  const { listenersMax, heartbeatMs, ...limits } = deps.settings.feed
  const tail = createTail(deps)
  const past = createPast(deps)
  const isBefore = placesOf(store)
  const listeners = new Set<AbortController>()
  let closed = false

  const admit = async (ctx: RouterContext): Promise<E.Either<Refusal, Wanted & Start>> => {
    const wanted = wantedBy(ctx)
    if (E.isLeft(wanted)) return wanted
    if (listeners.size >= listenersMax) return E.left({ type: 'TooManyListeners', listenersMax })
    const joined = await tail.join()
    if (E.isLeft(joined)) return joined
    const start = await startOf(deps, wanted.right.after, joined.right, isBefore)
    if (E.isLeft(start)) tail.leave()
    return E.isLeft(start) ? start : E.right({ ...wanted.right, ...start.right })
  }

  const serve = async (ctx: RouterContext): Promise<void> => {
    const admitted = await admit(ctx)
    if (E.isLeft(admitted)) return answer(ctx, admitted)
    const listener = new AbortController()
    const { signal } = listener
    const { res } = ctx
    listeners.add(listener)
    res.once('close', () => listener.abort())
    if (closed || res.destroyed) listener.abort()
    openStream(ctx)
    try {
      const outlet = createOutlet(res, clock, limits, () => listeners.size, signal)
      const { filter, skips, ...start } = admitted.right
      const listening = { tail, past, isBefore, clock, filter, skips, heartbeatMs }
      if (ctx.method !== 'HEAD') await listen(listening, outlet, start, signal)
    } finally {
      listeners.delete(listener)
      tail.leave()
      res.end()
      if (closed) await tail.stop()
    }
  }

  return {
    serve: taking(fields, serve),
    close: () => {
      closed = true
      for (const listener of listeners) listener.abort()
      return tail.stop()
    },
  }
}

const fields = { ...feedFilters, lag: oneOf(['read', 'skip']) } as const

/** A client that comes back names its place in the header, and still its first one in the query. */
const wantedBy = (ctx: RouterContext): E.Either<Refusal, Wanted> => {
  const tenant = tenantOf(ctx.get('X-Tenant'))
  if (E.isLeft(tenant)) return tenant
  const query = decodeQuery(new URLSearchParams(ctx.querystring), fields)
  if (E.isLeft(query)) return query
  const filter = feedFilter(tenant.right, query.right)
  if (E.isLeft(filter)) return filter
  const header = ctx.get('Last-Event-ID')
  const last = header === '' ? E.right(query.right.after) : position.read(header)
  if (E.isLeft(last)) return E.left(invalid([{ field: 'Last-Event-ID', message: last.left }]))
  return E.right({ filter: filter.right, after: last.right, skips: query.right.lag === 'skip' })
}

interface Start {
  readonly place: Place
  /** The place asked for is not one of this log, or no longer. */
  readonly skipped: boolean
}

/** A place beyond the log's end comes from a log that was put back since. */
const startOf = async (
  { store }: FeedDeps,
  after: Place,
  end: Place,
  isBefore: (a: Place, b: Place) => boolean,
): Promise<E.Either<Refusal, Start>> => {
  if (after === null) return E.right({ place: end, skipped: false })
  if (!isBefore(end, after)) return E.right({ place: after, skipped: false })
  const head = await store.head()()
  if (E.isLeft(head)) return E.left({ ...head.left, outcome: 'nothing-written' })
  return isBefore(head.right, after)
    ? E.right({ place: head.right, skipped: true })
    : E.right({ place: after, skipped: false })
}

/** Sent at once, and by nobody in between kept back. The connection serves nothing else afterwards. */
const openStream = (ctx: RouterContext): void => {
  ctx.status = 200
  ctx.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    Connection: 'close',
  })
  ctx.respond = false
  ctx.res.flushHeaders()
}
