// Takes part in sharing the tasks among the processes that schedule: says that this one lives, sees
// who else does, takes the shares that fall to it as they become free, and gives up those that fall to
// somebody else. A process that was stopped for longer than its lease (suspended, starved, cut off
// from the database) notices by its own monotonic clock and does nothing more, before anybody tells it.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, Position } from '../../event-store/event-store.ts'
import { sleep } from '../../runtime/clock.ts'
import type { LogLines } from '../../runtime/log.ts'
import { createVigil } from '../../runtime/vigil.ts'
import type { SchedulerClock } from '../ports.ts'
import type { Scheduler, SchedulerStatus } from '../scheduler.ts'
import type { Member, OwnershipStore, Seen } from './ownership-store.ts'
import { createMoves } from './moves.ts'

export interface OwnershipDeps {
  readonly ownership: OwnershipStore
  readonly member: Member
  readonly leaseMs: number
  readonly store: Pick<EventStore, 'comparePositions'>
  readonly clock: SchedulerClock
  readonly log: LogLines
  /** Whether a member is a process of this place that has ended, so that its lease need not run out. */
  readonly hasEnded: (member: Member) => boolean
  /** Whether this process may decide what is due. While it may not, it wants no shares. */
  readonly isSure: () => boolean
  readonly scheduler: (office: Office) => Scheduler
}

export interface Office {
  /** False as soon as our shares may be somebody else's. */
  readonly inOffice: () => boolean
}

export interface Ownership {
  /** Until stopped. Rejects when the scheduler does. */
  readonly run: () => Promise<void>
  readonly status: () => SchedulerStatus
  /** Hands all shares over, lets calls under way finish within the grace time, and leaves. */
  readonly stop: (graceMs: number) => Promise<{ readonly unfinished: number }>
}

/** How often one looks: alone, among others, and while shares have to change hands. */
const lookAloneMs = 1_000
const lookMs = 500
const lookMovingMs = 100
/**
 * Of the lease: renewed this often, not relied on any more after that much without an answer, and
 * taken for dead by others after not having been renewed before their eyes for this much.
 */
const renewShare = 1 / 5
const reliedShare = 2 / 3
const silentShare = 9 / 10

export const createOwnership = (deps: OwnershipDeps): Ownership => {
  const { ownership, member, leaseMs, clock, log } = deps
  let isStopped = false
  let nudged = new AbortController()
  let reliedUntil = 0
  let renewAt = 0
  let wasWilling = false
  let alone = false
  let leaving = false

  // Once over, it stays over until every share has been taken anew: what was not attended to
  // meanwhile is found that way.
  let isOver = true
  const inOffice = (): boolean => {
    isOver ||= clock.monotonicNow() >= reliedUntil || !deps.isSure()
    return !isOver
  }
  const scheduler = deps.scheduler({ inOffice })
  // A call, because the compiler takes what it once saw to stay so across an await.
  const stopped = (): boolean => isStopped
  const end = (): void => {
    isStopped = true
    nudged.abort()
  }
  const vigil = createVigil(clock, leaseMs * silentShare)
  const moves = createMoves({ ...deps, scheduler, vigil })

  /** How things are, with our own lease renewed in time; null: the database did not say. */
  const look = async (willing: boolean): Promise<Seen | null> => {
    const askedAt = clock.monotonicNow()
    if (askedAt >= renewAt || willing !== wasWilling) {
      const beaten = await ownership.beat(member, willing, leaseMs)()
      if (E.isLeft(beaten)) return unanswered(beaten.left.reason)
      reliedUntil = askedAt + leaseMs * reliedShare
      renewAt = askedAt + leaseMs * renewShare
      wasWilling = willing
    }
    const seen = await ownership.look(member)()
    return E.isLeft(seen) ? unanswered(seen.left.reason) : seen.right
  }

  const unanswered = (reason: string): null => {
    log.warn({ reason }, 'who schedules what could not be read; asking again')
    return null
  }

  /** Resolves to how long things may be left as they are. */
  const turn = async (): Promise<number> => {
    if (!inOffice()) moves.dropAll(deps.isSure() ? 'the lease is lost' : 'the time is not certain')
    const ready = alone || scheduler.status().caughtUp
    const seen = await look(deps.isSure() && !leaving && ready)
    if (seen === null) return lookAloneMs
    if (scheduler.status().shares.length === 0) isOver = !deps.isSure()
    // Over since we asked: what is held has to be dropped first.
    if (!inOffice() && scheduler.status().shares.length > 0) return 0
    const others = await moves.forgetDead(seen.members)
    alone = others.every(({ willing }) => !willing)
    const settled = await moves.settle(seen, others, wasWilling && inOffice())
    return settled ? (others.length === 0 ? lookAloneMs : lookMs) : lookMovingMs
  }

  const rest = async (forMs: number): Promise<void> => {
    await sleep(clock, Math.min(forMs, leaseMs * renewShare), nudged.signal)
    if (nudged.signal.aborted) nudged = new AbortController()
  }

  const awaitEarlierVersion = async (): Promise<void> => {
    for (let told = false; !stopped();) {
      const holder = await ownership.succeed(deps.hasEnded)()
      if (E.isLeft(holder)) unanswered(holder.left.reason)
      else if (holder.right === null) return
      else if (!told) {
        told = true
        const { node } = holder.right
        log.info({ holder: node }, 'standing by: a process of an earlier version schedules')
      }
      await rest(lookAloneMs)
    }
  }

  /** Takes what nobody has where nobody else is there to take it. Answers where the log is begun. */
  const begin = async (): Promise<Position | null> => {
    for (;;) {
      const seen = await look(false)
      if (seen !== null) {
        isOver = !deps.isSure()
        const others = await moves.forgetDead(seen.members)
        alone = others.every(({ willing }) => !willing)
        await moves.settle(seen, others, alone && inOffice())
        return moves.beginAfter(seen)
      }
      await rest(lookAloneMs)
      if (stopped()) return null
    }
  }

  const run = async (): Promise<void> => {
    await awaitEarlierVersion()
    const after = await begin()
    const keepOffice = async (): Promise<void> => {
      while (!stopped()) await rest(await turn())
    }
    const running = scheduler.run(after).finally(end)
    await Promise.all([running, keepOffice()])
    await turn()
    await ownership.leave(member)()
  }

  return {
    run,
    status: scheduler.status,
    stop: async (graceMs) => {
      leaving = true
      nudged.abort()
      // The lease is renewed, and shares are handed over, while calls are still finishing.
      const result = await scheduler.stop(graceMs)
      end()
      return result
    },
  }
}
