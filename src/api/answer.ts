// How everything but the `.do` calls is answered: what was asked for as JSON, or why not as
// problem+json with the status that problem.ts gives it.
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'koa'
import { problemOf } from './problem.ts'
import type { Refusal } from './refusals.ts'

/** An answer that is not simply JSON writes itself: a file, a stream. */
export type Written = (ctx: Context) => void

const isWritten = (answered: object): answered is Written => typeof answered === 'function'

/** What was asked for goes on behind the answer. */
export const accepted =
  (json: object): Written =>
  (ctx) => {
    ctx.status = 202
    ctx.set('Cache-Control', 'no-store')
    ctx.body = json
  }

/** An answer of which a field is JSON already; made once, for all that share it. */
export const withJson = (name: string, json: string, rest: object): Written => {
  const others = JSON.stringify(rest).slice(1)
  const bytes = Buffer.from(`{${JSON.stringify(name)}:${json}${others === '}' ? '' : ','}${others}`)
  return (ctx) => {
    ctx.status = 200
    ctx.set('Cache-Control', 'no-store')
    ctx.type = 'json'
    ctx.body = bytes
  }
}

export const answer = (ctx: Context, answered: E.Either<Refusal, object>): void => {
  if (E.isLeft(answered)) return answerRefusal(ctx, answered.left)
  if (isWritten(answered.right)) return answered.right(ctx)
  ctx.status = fieldOf(answered.right, 'created') === true ? 201 : 200
  const revision = fieldOf(answered.right, 'changeRevision') ?? fieldOf(answered.right, 'revision')
  if (typeof revision === 'number') ctx.set('ETag', `"${revision}"`)
  const position = fieldOf(answered.right, 'position')
  if (ctx.method !== 'GET' && typeof position === 'string') ctx.set('X-Carillon-Position', position)
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'json'
  // What a change was answered is kept as text.
  ctx.body = ctx.method === 'GET' ? bytesOf(answered.right) : JSON.stringify(answered.right)
}

/** Of an answer that several get, made once. */
const shared = new WeakMap<object, Buffer>()

const bytesOf = (answered: object): Buffer => {
  const known = shared.get(answered)
  if (known !== undefined) return known
  const bytes = Buffer.from(JSON.stringify(answered))
  shared.set(answered, bytes)
  return bytes
}

const fieldOf = (of: object, name: string): unknown => Reflect.get(of, name)

export const answerRefusal = (ctx: Context, refusal: Refusal): void => {
  const { problem, headers } = problemOf(refusal)
  ctx.status = problem.status
  ctx.set({ ...headers })
  ctx.body = JSON.stringify(problem)
  ctx.set('Content-Type', 'application/problem+json; charset=utf-8')
}
