// What a listener is sent, at the pace its connection takes it and within its share of what this
// process spends on listeners. Nothing is put aside: while a listener is slow, nothing more is made for
// it, and one that takes nothing for too long is let go; it may come back to where it was.
import type { ServerResponse } from 'node:http'
import { sleep, type Clock } from '../../../runtime/clock.ts'

export interface Outlet {
  /** Resolves when more may be sent. */
  readonly send: (frames: Buffer | string) => Promise<void>
  /** For how long nothing has been sent. */
  readonly quietMs: () => number
}

export interface OutletLimits {
  /** A listener that takes nothing for so long is let go. */
  readonly stalledMs: number
  /** To all listeners of this process together. */
  readonly bytesPerMs: number
}

const pieceBytes = 64 * 1024
/** So far a listener may run ahead of its share. */
const creditMs = 500

export const createOutlet = (
  response: ServerResponse,
  clock: Clock,
  limits: OutletLimits,
  listeners: () => number,
  signal: AbortSignal,
): Outlet => {
  let sentAt = clock.monotonicNow()
  /** When its share of what was sent so far will be over. */
  let paidUntil = sentAt

  const write = async (piece: Buffer): Promise<void> => {
    sentAt = clock.monotonicNow()
    if (!response.write(piece)) await drained(response, clock, limits.stalledMs, signal)
    const now = clock.monotonicNow()
    paidUntil = Math.max(paidUntil, now) + (piece.length * listeners()) / limits.bytesPerMs
    if (paidUntil - now > creditMs) await sleep(clock, paidUntil - now - creditMs, signal)
  }

  return {
    send: async (frames) => {
      const bytes = typeof frames === 'string' ? Buffer.from(frames) : frames
      for (let at = 0; at < bytes.length && !signal.aborted; at += pieceBytes)
        await write(bytes.subarray(at, at + pieceBytes))
    },
    quietMs: () => clock.monotonicNow() - sentAt,
  }
}

const drained = (
  response: ServerResponse,
  clock: Clock,
  stalledMs: number,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      cancel()
      response.off('drain', done)
      signal.removeEventListener('abort', letGo)
      resolve()
    }
    const letGo = (): void => {
      response.destroy()
      done()
    }
    const cancel = clock.setTimer(stalledMs, letGo)
    response.on('drain', done)
    signal.addEventListener('abort', letGo)
  })
