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
  ctx.body = textOf(answered.right)
}

/** Of an answer that several get, made once. */
const texts = new WeakMap<object, string>()

const textOf = (answered: object): string => {
  const known = texts.get(answered)
  if (known !== undefined) return known
  const text = JSON.stringify(answered)
  texts.set(answered, text)
  return text
}

const fieldOf = (of: object, name: string): unknown => Reflect.get(of, name)

export const answerRefusal = (ctx: Context, refusal: Refusal): void => {
  const { problem, headers } = problemOf(refusal)
  ctx.status = problem.status
  ctx.set({ ...headers })
  ctx.body = JSON.stringify(problem)
  ctx.set('Content-Type', 'application/problem+json; charset=utf-8')
}
