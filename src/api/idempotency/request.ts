// A request as its Idempotency-Key identifies it, and its answer as it is kept for repetitions.
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'koa'
import type { ApiDeps } from '../deps.ts'
import { readBody } from '../http/body.ts'
import { invalid, type Refusal } from '../refusals.ts'
import { tenantOf } from '../v1/question.ts'
import type { Answer } from './records.ts'

export interface Keyed {
  readonly tenant: string
  readonly key: string
  readonly requestSha256: string
  /** What it does cannot be looked up in the log before it has ended. */
  readonly isTrial: boolean
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export const isChange = ({ method, path }: Context): boolean =>
  changing.has(method) && path.startsWith('/api/v1/')

const usableKey = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** Null: without a tenant or a whole body it is no request yet; its handler says what is wrong. */
export const keyedBy = async (
  { clock, settings }: ApiDeps,
  ctx: Context,
  key: string,
): Promise<E.Either<Refusal, Keyed | null>> => {
  if (!usableKey.test(key)) return E.left(invalid([keyProblem]))
  const tenant = tenantOf(ctx.get('X-Tenant'))
  const body = await readBody(ctx.req, clock, settings.body)
  if (E.isLeft(tenant) || E.isLeft(body)) return E.right(null)
  const { method, path, querystring } = ctx
  const request = createHash('sha256')
    .update(JSON.stringify([method, path, querystring, ctx.get('If-Match')]))
    .update(body.right)
  return E.right({
    tenant: tenant.right,
    key,
    requestSha256: request.digest('hex'),
    isTrial: path === '/api/v1/recalls/test',
  })
}

const keyProblem = {
  field: 'Idempotency-Key',
  message: {
    en: 'expected 1 to 255 printable ASCII characters.',
    zh: '应为 1 至 255 个可打印的 ASCII 字符。',
  },
}

const answerLengthMax = 64 * 1024
const keptHeaders = ['Content-Type', 'ETag', 'Allow', 'X-Carillon-Position']

/** Null: not for repetition, because it tells the caller to try again or is too long. */
export const answerIn = (ctx: Context): Answer | null => {
  const { status, body } = ctx
  const isFinal = status < 500 && status !== 408 && !ctx.res.hasHeader('Retry-After')
  const text = typeof body === 'string' ? body : isPlain(body) ? JSON.stringify(body) : null
  if (!isFinal || text === null || text.length > answerLengthMax) return null
  const headers = keptHeaders
    .filter((name) => ctx.res.hasHeader(name))
    .map((name): readonly [string, string] => [name, ctx.response.get(name)])
  return { status, headers: Object.fromEntries(headers), body: text }
}

const isPlain = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype

export const replay = (ctx: Context, { status, headers, body }: Answer): void => {
  ctx.status = status
  ctx.body = body
  ctx.set({ ...headers, 'Cache-Control': 'no-store', 'Idempotency-Replayed': 'true' })
}
