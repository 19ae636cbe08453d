// `Idempotency-Key`: a changing request may be repeated, by a caller who lost the answer or by many
// at once, and is carried out once; every repetition gets the first one's answer. The log decides:
// the first append to the key's stream says who handles the request, and its commands find what they
// wrote before (see keyed-request.ts). So a process that dies between append and answer, or one that
// merely dawdles, can be stepped in for without anything being done twice.
import * as E from 'fp-ts/lib/Either.js'
import type { Context, Middleware } from 'koa'
import { createStreamQueue } from '../../commands/stream-queue.ts'
import type { Position, Revision } from '../../event-store/event-store.ts'
import { sleep } from '../../runtime/clock.ts'
import { answerRefusal } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { nothingWritten } from '../owner-of-run.ts'
import type { Refusal } from '../refusals.ts'
import { handleUnderKey } from './keyed-request.ts'
import { answerIn, isChange, keyedBy, replay, type Keyed } from './request.ts'
import { recordsOf, type Answer, type Records } from './records.ts'

/** How long a key is remembered. */
export const keyKeptMs = 24 * 3_600_000
/** How long somebody else's handling is waited for before it is stepped in for. */
const stepInAfterMs = 2_000
/** How long a repetition waits for the first one's answer, all in all. */
const waitMsMax = 15_000
/** A trial call cannot be found in the log while it is under way; it is over by then. */
const trialMsMax = 75_000

interface Attended {
  readonly position: Position
  readonly head: Revision
  readonly givenUp: boolean
  /** Null: it is ours to find one. */
  readonly answer: Answer | null
}

export const onceByKey = (deps: ApiDeps): Middleware => {
  const { clock, ids, node, store } = deps
  const inTurn = createStreamQueue()

  /** Until there is an answer, or it is ours to find one. */
  const attend = async (
    keyed: Keyed,
    records: Records,
    isOver: () => boolean,
  ): Promise<E.Either<Refusal, Attended>> => {
    const startedAt = clock.monotonicNow()
    /** Of a stream whose events were kept long enough and are gone. */
    let emptied: Revision | null = null
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 250)) {
      const read = await records.read()
      if (E.isLeft(read)) return E.left(nothingWritten(read.left))
      const use = read.right
      if (use === null || use.atMs + keyKeptMs < clock.now()) {
        const expected = use?.head ?? emptied ?? 'none'
        const begun = await records.begin(keyed.requestSha256, expected)
        if (E.isLeft(begun)) return E.left(nothingWritten(begun.left))
        if (begun.right.type === 'Conflict') {
          emptied = begun.right.actual
          continue
        }
        if (begun.right.type === 'TooLarge') throw new Error('a key and a digest are not large')
        const { revision: head, position } = begun.right
        return E.right({ position, head, answer: null, givenUp: false })
      }
      const { key, requestSha256 } = keyed
      if (use.requestSha256 !== requestSha256)
        return E.left({ type: 'IdempotencyKeyReused', key } as const)
      const waitedMs = clock.monotonicNow() - startedAt
      const isLeft = keyed.isTrial ? use.atMs + trialMsMax < clock.now() : waitedMs >= stepInAfterMs
      if (use.answer !== null || use.givenUp || isLeft) return E.right(use)
      if (isOver()) return E.left({ type: 'IdempotencyKeyBusy', key } as const)
      await sleep(clock, pauseMs)
    }
  }

  const carryOut = async (
    ctx: Context,
    next: () => Promise<unknown>,
    keyed: Keyed,
    isOver: () => boolean,
  ): Promise<void> => {
    const records = recordsOf(
      { store, node, newEventId: () => ids.eventId() },
      keyed.tenant,
      keyed.key,
    )
    const attended = await attend(keyed, records, isOver)
    if (E.isLeft(attended)) return answerRefusal(ctx, attended.left)
    if (attended.right.answer !== null) return replay(ctx, attended.right.answer)
    const { head, position, givenUp } = attended.right
    let answer: Answer | null = null
    try {
      await handleUnderKey({ ...keyed, after: position }, next)
      answer = answerIn(ctx)
    } finally {
      if (answer === null && !givenUp) await records.giveUp(head)
    }
    if (answer === null) return
    const kept = await records.answer(answer, head)
    if (E.isLeft(kept) || kept.right.type === 'Appended') return
    // Somebody who stepped in was quicker, and theirs is the answer.
    const theirs = await records.read()
    if (E.isRight(theirs) && theirs.right?.answer) replay(ctx, theirs.right.answer)
  }

  return async (ctx, next) => {
    const given = ctx.get('Idempotency-Key')
    const keyed = given === '' || !isChange(ctx) ? E.right(null) : await keyedBy(deps, ctx, given)
    if (E.isLeft(keyed)) return answerRefusal(ctx, keyed.left)
    const { right: request } = keyed
    if (request === null) {
      await next()
      return
    }
    let isOver = false
    let isInLine = true
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.setTimer(waitMsMax, () => {
        isOver = true
        if (!isInLine) return
        answerRefusal(ctx, { type: 'IdempotencyKeyBusy', key: request.key })
        resolve()
      })
      const work = async (): Promise<void> => {
        if (isOver) return
        isInLine = false
        await carryOut(ctx, next, request, () => isOver).finally(cancel)
      }
      inTurn(`${request.tenant} ${request.key}`, work).then(resolve, reject)
    })
  }
}
