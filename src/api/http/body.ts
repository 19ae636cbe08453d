// Reads a request's body, bounded in size and in time, whatever was announced. Answers the bytes or
// says why there are none; never rejects, never waits for more than the limits allow. What of an
// over-long body is still on its way is let run past for a moment, so that its sender gets to read
// the answer instead of a broken connection.
import type { IncomingMessage } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '../../runtime/clock.ts'
import type { RequestRefusal } from '../refusals.ts'

export interface BodyLimits {
  readonly bytesMax: number
  readonly timeoutMs: number
}

type BodyRefusal = Extract<RequestRefusal, { type: `Body${string}` }>

const discardedBytesMax = 16 * 1024 * 1024
const discardingMsMax = 2_000

type Body = Promise<E.Either<BodyRefusal, Buffer>>

const bodies = new WeakMap<IncomingMessage, Body>()

/** A body passes by once; whoever asks again is given the same bytes. */
export const readBody = (request: IncomingMessage, clock: Clock, limits: BodyLimits): Body => {
  const known = bodies.get(request) ?? collect(request, clock, limits)
  bodies.set(request, known)
  return known
}

const collect = (
  request: IncomingMessage,
  clock: Clock,
  { bytesMax, timeoutMs }: BodyLimits,
): Body =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0

    const settle = (answer: E.Either<BodyRefusal, Buffer>): void => {
      cancelTimer()
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut)
      request.on('error', ignore)
      resolve(answer)
    }
    const tooLarge = (): void => {
      settle(E.left({ type: 'BodyTooLarge', bytesMax }))
      discardRest(request, clock)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) return tooLarge()
      chunks.push(chunk)
    }
    const onEnd = (): void => settle(E.right(Buffer.concat(chunks, bytes)))
    const onCut = (): void => settle(E.left({ type: 'BodyCutShort' }))
    const cancelTimer = clock.setTimer(timeoutMs, () => {
      settle(E.left({ type: 'BodyTooSlow', limitMs: timeoutMs }))
      discardRest(request, clock)
    })

    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut)
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) tooLarge()
  })

const discardRest = (request: IncomingMessage, clock: Clock): void => {
  let discarded = 0
  const hangUp = (): void => void request.socket.destroy()
  const cancelTimer = clock.setTimer(discardingMsMax, hangUp)
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > discardedBytesMax) hangUp()
  })
  request.on('close', cancelTimer)
}

const ignore = (): void => undefined
