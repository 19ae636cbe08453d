// Serves the landing page and its two companions.
import type { Middleware } from 'koa'
import { landingCss, landingHtml } from './page.ts'
import { landingScript } from './script.ts'

const served =
  (type: string, content: string): Middleware =>
  (ctx) => {
    ctx.type = type
    ctx.set('Content-Security-Policy', "default-src 'self'; img-src data:")
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.body = content
  }

export const landingPage = served('text/html; charset=utf-8', landingHtml)
export const landingStyle = served('text/css; charset=utf-8', landingCss)
export const landingCode = served('text/javascript; charset=utf-8', landingScript)
