// Terms of office: waits for the lease, schedules while it is held, and stops when it is lost. A
// process that was stopped for longer than its lease (suspended, starved, cut off from the database)
// notices by its own monotonic clock and does nothing more, before anybody tells it.
import * as E from 'fp-ts/lib/Either.js'
import { sleep } from '../../runtime/clock.ts'
import type { SchedulerClock, SchedulerLog } from '../ports.ts'
import type { Scheduler, SchedulerStatus } from '../scheduler.ts'
import type { Candidate, LeaseHeld, LeaseStore } from './lease.ts'

export interface TermsDeps {
  readonly lease: LeaseStore
  readonly candidate: Candidate
  readonly leaseMs: number
  readonly clock: SchedulerClock
  readonly log: SchedulerLog
  /** Whether a holder is a process of this place that has ended, so that its lease need not run out. */
  readonly hasEnded: (holder: Candidate) => boolean
  /** Whether this process may decide what is due. While it may not, it does not ask for the lease. */
  readonly isSure: () => boolean
  /** A scheduler for one term. */
  readonly begin: (term: Term) => Scheduler
}

export interface Term {
  /** False as soon as the lease may be somebody else's. */
  readonly inOffice: () => boolean
  /** Who had the tasks before; null: nobody, or not known. */
  readonly predecessor: string | null
}

export interface Terms {
  /** Until stopped. Rejects when a scheduler does. */
  readonly run: () => Promise<void>
  /** Null while another process schedules. */
  readonly status: () => SchedulerStatus | null
  /** Lets calls under way finish within the grace time, then hands the lease over. */
  readonly stop: (graceMs: number) => Promise<{ readonly unfinished: number }>
}

const lookEveryMs = 1_000
/** Of the lease: renewed this often, and not relied on any more after that much without an answer. */
const renewShare = 1 / 5
const reliedShare = 2 / 3

export const createTerms = (deps: TermsDeps): Terms => {
  const { lease, candidate, leaseMs, clock, log } = deps
  const abort = new AbortController()
  const { signal } = abort
  let scheduler: Scheduler | null = null
  let reliedUntil = 0
  let told: string | null = null
  let stopping = false

  /** Who holds the lease after we asked for it; null: the database did not say. */
  const ask = async (): Promise<LeaseHeld | null> => {
    const askedAt = clock.monotonicNow()
    const seen = await lease.look()()
    if (E.isLeft(seen)) return unanswered(seen.left.reason)
    const other = seen.right?.holder ?? null
    const dead = other !== null && other.node !== candidate.node && deps.hasEnded(other)
    const held = await lease.hold(candidate, leaseMs, dead ? other.node : null)()
    if (E.isLeft(held)) return unanswered(held.left.reason)
    if (isOurs(held.right)) reliedUntil = askedAt + leaseMs * reliedShare
    return held.right
  }

  const unanswered = (reason: string): null => {
    log.warn({ reason }, 'the lease of the scheduler could not be read; asking again')
    return null
  }

  const isOurs = ({ holder }: LeaseHeld): boolean => holder.node === candidate.node

  // Once over, a term stays over: what it did not attend to meanwhile, the next one finds.
  const createTerm = (): (() => boolean) => {
    let over = false
    return () => {
      over ||= clock.monotonicNow() >= reliedUntil || !deps.isSure()
      return !over
    }
  }

  const standBy = (held: LeaseHeld | null): void => {
    if (held === null || held.holder.node === told) return
    told = held.holder.node
    log.info({ holder: told }, 'standing by: another process schedules')
  }

  const keepOffice = async (inOffice: () => boolean, over: AbortSignal): Promise<void> => {
    while (inOffice() && !isAborted(over)) {
      await sleep(clock, leaseMs * renewShare, over)
      if (isAborted(over) || !inOffice()) return
      const held = await ask()
      if (held !== null && !isOurs(held)) reliedUntil = 0
    }
  }

  const serve = async (predecessor: string | null): Promise<void> => {
    told = null
    const inOffice = createTerm()
    const current = deps.begin({ inOffice, predecessor })
    scheduler = current
    const over = new AbortController()
    const running = current.run().finally(() => over.abort())
    await Promise.race([running, keepOffice(inOffice, AbortSignal.any([over.signal, signal]))])
    if (!signal.aborted && !over.signal.aborted) {
      const what = deps.isSure() ? 'the lease is lost' : 'the time is not certain'
      log.warn({}, `${what}: this process schedules nothing until it has it again`)
      await current.stop(0)
    }
    await running
    scheduler = null
    // Whoever can tell the time need not wait for the end of a lease that nobody uses.
    if (!deps.isSure()) await lease.release(candidate)()
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted && !stopping) {
      const held = deps.isSure() ? await ask() : null
      if (isAborted(signal)) break
      if (held !== null && isOurs(held)) await serve(held.before)
      else standBy(held)
      if (!isAborted(signal)) await sleep(clock, lookEveryMs, signal)
    }
    await lease.release(candidate)()
  }

  return {
    run,
    status: () => scheduler?.status() ?? null,
    stop: async (graceMs) => {
      stopping = true
      // The lease is renewed for as long as calls are still finishing.
      const stopped = (await scheduler?.stop(graceMs)) ?? { unfinished: 0 }
      abort.abort()
      return stopped
    },
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
