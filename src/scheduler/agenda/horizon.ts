// The near future of the shares this process looks after: reads what is due next from the agenda's
// table into memory, again and again further ahead, and writes the table as the log goes on. One thing
// at a time, so that a share taken on while the horizon moves is read as far as all others.
import * as E from 'fp-ts/lib/Either.js'
import { taskStreamPrefix } from '../../domain/task/ids.ts'
import type { EventStore, Position, StoreUnavailable } from '../../event-store/event-store.ts'
import { sleep } from '../../runtime/clock.ts'
import type { LogLines } from '../../runtime/log.ts'
import type { SchedulerClock } from '../ports.ts'
import type { AgendaKeeper, AgendaTrouble } from './agenda-keeper.ts'

export interface Adoption {
  readonly shares: readonly number[]
  /** The oldest position their rows are as of; null: from the beginning of the log. */
  readonly after: Position | null
  /** What came since has been followed by ourselves from here on; null: all of it. */
  readonly through: Position | null
  /** Of the shares, those that are still looked after by the same right. */
  readonly remaining: () => readonly number[]
}

export interface Horizon {
  /** A stream's next wake-up, where it is near enough to be held in memory. */
  readonly end: () => number
  /** Reads shares anew; repeated until it is done or they are somebody else's. */
  readonly adopt: (adoption: Adoption) => Promise<void>
  /** Writes what is not yet written. */
  readonly flush: () => Promise<E.Either<AgendaTrouble, void>>
  /** Until the signal aborts. */
  readonly keep: () => Promise<void>
}

/** Wake-ups further away than this stay in the agenda's table alone. */
const horizonMsDefault = 120_000
const refillShare = 1 / 2
const flushEveryMs = 2_000
const flushesPutOffMax = 5
const tryAgainMs = 1_000
const pageSize = 2_000

export const createHorizon = (deps: {
  readonly keeper: AgendaKeeper
  readonly store: Pick<EventStore, 'readAll' | 'comparePositions'>
  readonly clock: SchedulerClock
  readonly log: LogLines
  readonly signal: AbortSignal
  /** Two minutes unless said otherwise. */
  readonly horizonMs?: number | undefined
  /** A burst goes first. */
  readonly isBusy: () => boolean
  readonly wake: (stream: string, at: number) => void
}): Horizon => {
  const { keeper, store, clock, log, signal, horizonMs = horizonMsDefault } = deps
  const refillEveryMs = horizonMs * refillShare
  /** Wake-ups up to here are held in memory, and rows up to there have been read into it. */
  let end = 0
  let readThrough = 0
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  const read = (shares: readonly number[], from: number | null, through: number) =>
    keeper.read(shares, from, through, (row) => deps.wake(row.stream, row.dueAt))

  // What is attended meanwhile has to find the new end, or it would be in neither place.
  const refill = async (): Promise<boolean> => {
    end = Math.max(end, clock.now() + horizonMs)
    const next = end
    const flushed = await keeper.flush()
    const filled = E.isLeft(flushed) ? flushed : await read(keeper.kept(), readThrough, next)
    if (E.isRight(filled)) readThrough = next
    else
      log.error(
        { fault: filled.left },
        'the agenda could not be read; tasks further away wait for it',
      )
    return E.isRight(filled)
  }

  /** Streams that changed after the shares' rows were written. */
  const replay = async ({
    after,
    through,
  }: Adoption): Promise<E.Either<StoreUnavailable, void>> => {
    if (through === null) return E.right(undefined)
    for (let from = after; ;) {
      if (from !== null && store.comparePositions(from, through) >= 0) return E.right(undefined)
      const prefixes = [taskStreamPrefix]
      const page = await store.readAll({ after: from, prefixes, limit: pageSize })()
      if (E.isLeft(page)) return page
      for (const { stream } of page.right.events) keeper.touch(stream)
      if (page.right.atHead || signal.aborted) return E.right(undefined)
      from = page.right.through
      await clock.breathe()
    }
  }

  const adoptOnce = async (
    adoption: Adoption,
  ): Promise<E.Either<AgendaTrouble | StoreUnavailable, void>> => {
    const replayed = await replay(adoption)
    if (E.isLeft(replayed)) return replayed
    const shares = adoption.remaining()
    if (shares.length === 0) return E.right(undefined)
    keeper.keep(shares)
    if (end === 0) end = readThrough = clock.now() + horizonMs
    const flushed = await keeper.flush()
    return E.isLeft(flushed) ? flushed : read(shares, null, end)
  }

  const adopt = async (adoption: Adoption): Promise<void> => {
    while (!signal.aborted && adoption.remaining().length > 0) {
      const adopted = await inTurn(() => adoptOnce(adoption))
      if (E.isRight(adopted)) return
      const { shares } = adoption
      log.warn({ fault: adopted.left, shares }, 'the agenda cannot be read; trying again')
      await sleep(clock, tryAgainMs, signal)
    }
  }

  const flush = () => inTurn(() => keeper.flush())

  const keep = async (): Promise<void> => {
    let refillAt = clock.monotonicNow() + refillEveryMs
    for (let putOff = 0; ;) {
      await sleep(clock, flushEveryMs, signal)
      if (signal.aborted) break
      if (clock.monotonicNow() >= refillAt) {
        if (await inTurn(refill)) refillAt = clock.monotonicNow() + refillEveryMs
      } else if (deps.isBusy() && putOff < flushesPutOffMax) {
        putOff += 1
      } else {
        putOff = 0
        const flushed = await flush()
        if (E.isLeft(flushed))
          log.warn({ fault: flushed.left }, 'the agenda could not be written; it is tried again')
      }
    }
    await flush()
  }

  return { end: () => end, adopt, flush, keep }
}
