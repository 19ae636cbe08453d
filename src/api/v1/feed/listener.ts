// One listener, from its first frame to its last. It stands at a place in the log and goes from
// stretch to stretch, the kept ones as long as it keeps up and the log's own where it does not; its
// place is all that is remembered of it.
import * as E from 'fp-ts/lib/Either.js'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Fault } from '../../../commands/faults.ts'
import { Instant, instantAt } from '../../../domain/instant.ts'
import type { Position } from '../../../event-store/event-store.ts'
import { sleep, type Clock } from '../../../runtime/clock.ts'
import { problemOf } from '../../problem.ts'
import { frameOf } from './changes.ts'
import type { FeedFilter } from './filter.ts'
import type { Outlet } from './outlet.ts'
import type { Place, Stretch } from './stretch.ts'
import type { Tail } from './tail.ts'

export interface Listening {
  readonly tail: Tail
  readonly past: (place: Place) => Promise<E.Either<Fault, Stretch>>
  readonly isBefore: (a: Place, b: Place) => boolean
  readonly clock: Clock
  readonly filter: FeedFilter
  /** What lies behind the kept stretches is skipped and said to be, not read from the log. */
  readonly skips: boolean
  readonly heartbeatMs: number
}

/** A client that was cut off comes back after this long. */
const comeBackMs = 2_000
const tryAgainMs = 1_000

export const listen = async (
  listening: Listening,
  outlet: Outlet,
  start: { readonly place: Place; readonly skipped: boolean },
  signal: AbortSignal,
): Promise<void> => {
  const { tail, past, clock, skips, heartbeatMs } = listening
  let { place } = start

  const tell = (event: string): Promise<void> =>
    outlet.send(
      frameOf(event, place, { position: place, at: Instant.encode(instantAt(clock.now())) }),
    )
  const pass = async (stretch: Stretch): Promise<void> => {
    const frames = framesFor(listening, stretch, place)
    place = stretch.through
    if (frames.length > 0) await outlet.send(frames)
    else if (outlet.quietMs() >= heartbeatMs) await tell('heartbeat')
  }

  await outlet.send(`retry: ${comeBackMs}\n\n`)
  await tell('ready')
  if (start.skipped) await tell('skipped')
  while (!isAborted(signal)) {
    const next = tail.after(place)
    if (next === 'nothing-yet') {
      const broken = tail.brokenBy()
      if (broken !== null) return outlet.send(failure(broken))
      await moreOf(tail, clock, heartbeatMs - outlet.quietMs(), signal)
      if (!isAborted(signal) && outlet.quietMs() >= heartbeatMs) await tell('heartbeat')
    } else if (next !== 'no-longer-kept') {
      await pass(next)
    } else if (skips) {
      place = tail.end()
      await tell('skipped')
    } else {
      const read = await past(place)
      if (E.isRight(read)) await pass(read.right)
      else if (!read.left.retryable) return outlet.send(failure(read.left))
      else await sleep(clock, tryAgainMs, signal)
      await breathe()
    }
  }
}

const framesFor = ({ filter, isBefore }: Listening, stretch: Stretch, place: Place): Buffer =>
  place === stretch.from
    ? stretch.frames(filter)
    : stretch.framesAfter(filter, (position: Position) => isBefore(place, position))

/** The log has grown, or it is time to say that nothing happened, or the listener has gone. */
const moreOf = (tail: Tail, clock: Clock, patienceMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = (): void => {
      callOff()
      cancel()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const callOff = tail.onceGrown(wake)
    const cancel = clock.setTimer(Math.max(0, patienceMs), wake)
    signal.addEventListener('abort', wake)
  })

/** The last frame: what this is about is no position, so that the listener may come back to its own. */
const failure = (fault: Fault): string => frameOf('failed', null, problemOf(fault).problem)

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
