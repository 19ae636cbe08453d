// `GET /api/v1/openapi.json`: the description, made when it is first asked for.
import type { Router } from '@koa/router'
import type { Middleware } from 'koa'
import { describeApi } from './document.ts'

export const serveDescription = (router: Router): Middleware => {
  let text: string | null = null
  return (ctx) => {
    text ??= JSON.stringify(describeApi(router))
    ctx.set('Cache-Control', 'no-cache')
    ctx.type = 'application/json; charset=utf-8'
    ctx.body = text
  }
}
