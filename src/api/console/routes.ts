// Serves the console: its page for every address it knows, the page about the API, and their assets, whose names change with
// their content. The page may load only what this service serves; styles that its components write
// into it carry a nonce made for each answer.
import { randomBytes } from 'node:crypto'
import type { Router, RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import { answerRefusal } from '../answer.ts'
import { readConsole, type ConsoleFiles } from './files.ts'

const addresses = [
  '/',
  '/tasks',
  '/tasks/new',
  '/tasks/:group/:job',
  '/tasks/:group/:job/:tab',
  '/runs',
  '/runs/:runId',
  '/timeline',
  '/audit',
  '/calendars',
  '/calendars/:name',
  '/new-calendar',
  '/system',
]

export const serveConsole = (router: Router, files: ConsoleFiles = readConsole()): void => {
  const page = servePage(files.page)
  for (const address of addresses) router.get(address, page)
  router.get('/docs', servePage(files.docs))
  router.get('/assets/:name', serveAsset(files))
}

const servePage =
  (read: ConsoleFiles['page']): Middleware =>
  (ctx) => {
    const page = read()
    const nonce = randomBytes(16).toString('base64')
    ctx.set('Content-Security-Policy', policyWith(nonce))
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Referrer-Policy', 'same-origin')
    ctx.set('Cache-Control', 'no-cache')
    ctx.type = 'text/html; charset=utf-8'
    ctx.status = page === null ? 503 : 200
    ctx.body = page === null ? notBuilt : page.replaceAll('__NONCE__', nonce)
  }

const policyWith = (nonce: string): string =>
  [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    'img-src data:',
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Carillon</title>
<p>The console has not been built: run <code>npm install</code>.</p>
<p>控制台尚未构建：请运行 <code>npm install</code>。</p>
`

const serveAsset =
  (files: ConsoleFiles) =>
  (ctx: RouterContext): void => {
    const asset = files.asset(ctx.params['name'] ?? '')
    if (asset === null) return answerRefusal(ctx, { type: 'PathUnknown', path: ctx.path })
    const zipped = ctx.acceptsEncodings('gzip', 'identity') === 'gzip'
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.vary('Accept-Encoding')
    if (zipped) ctx.set('Content-Encoding', 'gzip')
    ctx.type = asset.type
    ctx.body = zipped ? asset.zipped : asset.plain
  }
