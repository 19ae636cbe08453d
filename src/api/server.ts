// The HTTP door, assembled: which request goes to which part of this room, and how the server behind
// it starts and stops. Stopping refuses new connections at once and lets requests under way finish;
// it knows neither adapters nor the scheduler, only what ApiDeps names.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import { answerRefusal } from './answer.ts'
import type { ApiDeps } from './deps.ts'
import { dispatchserver } from './dispatchserver/routes.ts'
import { accessLogged, identified, survivingBugs } from './http/requests.ts'
import { recordingKeys } from './idempotency/keyed-request.ts'
import { onceByKey } from './idempotency/once-by-key.ts'
import { routes, unmatched } from './routes.ts'
import { createInterest } from './v1/agenda/interest.ts'
import { createRosterKeeper } from './v1/agenda/roster.ts'
import { createRulesAt } from './v1/agenda/rules-at.ts'
import { keepAgendaWarm } from './v1/agenda/warm.ts'
import { createFeed } from './v1/feed/feed.ts'

export interface Api {
  /** For a server of one's own. */
  readonly callback: ReturnType<Koa['callback']>
  /** Resolves when connections are accepted, with the URL; port 0 takes a free one. */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<string>
  /** Prepares what questions about all tasks would wait for, until closed. Never rejects. */
  readonly keepWarm: () => Promise<void>
  /** Accepts nothing more, waits for requests under way for `graceMs`, then cuts them off. */
  readonly close: (graceMs: number) => Promise<void>
}

export const createApi = (deps: ApiDeps): Api => {
  const { clock, log } = deps
  const feed = createFeed(deps)
  const agenda = {
    roster: createRosterKeeper(deps.queries),
    rulesAt: createRulesAt(deps),
    interest: createInterest(clock),
  }
  let closing = false
  const warming = new AbortController()
  const app = new Koa()
  app.silent = true
  app.on('error', (error: unknown) => log.debug({ err: error }, 'an answer could not be written'))
  app.use(identified)
  app.use(accessLogged(clock, log))
  app.use(async (ctx, next) => {
    await next()
    if (closing) ctx.set('Connection', 'close')
  })
  app.use(dispatchserver(deps))
  app.use(survivingBugs(log, answerBug))
  app.use(onceByKey(deps))
  app.use(routes(recordingKeys(deps), feed, agenda).routes())
  app.use(unmatched)

  const callback = app.callback()
  const server = createServer(
    serverOptions(deps),
    (request, response) => void callback(request, response),
  )
  return {
    callback,
    listen: (address) => listen(server, address),
    keepWarm: () => keepAgendaWarm(deps, agenda, warming.signal),
    close: async (graceMs) => {
      closing = true
      warming.abort()
      await Promise.all([feed.close(), close(server, deps, graceMs)])
    },
  }
}

const answerBug = (ctx: Context, requestId: string): void =>
  answerRefusal(ctx, { type: 'InternalError', requestId })

const serverOptions = ({ settings }: ApiDeps) => ({
  keepAlive: true,
  keepAliveTimeout: settings.keepAliveMs,
  headersTimeout: settings.headersTimeoutMs,
  // The body has a limit of its own with a better answer; this one is the net below it.
  requestTimeout: settings.headersTimeoutMs + settings.body.timeoutMs + 5_000,
  connectionsCheckingInterval: 1_000,
})

const listen = (server: Server, { host, port }: { host: string; port: number }): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(urlOf(server.address()))
    })
  })

const urlOf = (address: AddressInfo | string | null): string => {
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}

const close = (server: Server, { clock }: ApiDeps, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cancelTimer = clock.setTimer(graceMs, () => server.closeAllConnections())
    server.close(() => {
      cancelTimer()
      resolve()
    })
    server.closeIdleConnections()
  })
