// The newest stretch of the log for all listeners of this process: one subscription, however many
// listen, and none while nobody does. What is kept is bounded by number; who falls behind it reads the
// log itself (past.ts). Kept stretches join without a gap.
import { setImmediate as breathe } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../../commands/faults.ts'
import { taskStreamPrefix } from '../../../domain/task/ids.ts'
import type { EventStore, LogPage } from '../../../event-store/event-store.ts'
import { decodePage } from '../../../projections/entry.ts'
import { sleep, type Clock } from '../../../runtime/clock.ts'
import { changeOf } from './changes.ts'
import { stretchOf, type Place, type Stretch } from './stretch.ts'

export interface Tail {
  /** Begins to follow the log unless it is followed; tells where it ends. Every join is left again. */
  readonly join: () => Promise<E.Either<Fault, Place>>
  readonly leave: () => void
  readonly end: () => Place
  /** The next stretch behind a place, or that there is none yet, or that more follows than is kept. */
  readonly after: (place: Place) => Stretch | 'nothing-yet' | 'no-longer-kept'
  /** Calls back once, when there is more or the feed has broken; answers how to call that off. */
  readonly onceGrown: (wake: () => void) => () => void
  /** Why the log cannot be followed any further. */
  readonly brokenBy: () => Fault | null
  readonly stop: () => Promise<void>
}

export const prefixes = [taskStreamPrefix]
export const pageEvents = 200
const keptEvents = 4_000
const followedEvents = 1_000
/**
 * Each listener costs a write to the network whenever there is more. With many of them more is gathered
 * first: a thousand hear of an event a tenth of a second later, and cost a fraction of the time.
 */
const gatherMsEach = 0.1
const gatherMsMin = 5
/** How long the log is followed behind the last listener, who may come back. */
const lingerMs = 60_000

type TailDeps = {
  readonly store: EventStore
  readonly clock: Clock
}

export const createTail = ({ store, clock }: TailDeps): Tail => {
  const waiting = new Set<() => void>()
  let kept: Stretch[] = []
  let end: Place = null
  let listeners = 0
  let broken: Fault | null = null
  let following: { readonly abort: AbortController; readonly over: Promise<void> } | null = null
  let beginning: Promise<E.Either<Fault, Place>> | null = null
  let cancelLinger = (): void => undefined

  const isBefore = placesOf(store)

  const wakeAll = (): void => {
    const woken = [...waiting]
    waiting.clear()
    for (const wake of woken) wake()
  }

  const take = (page: LogPage): void => {
    const { entries, fault } = decodePage(page, new Map())
    broken = fault
    const through = fault === null ? page.through : (entries.at(-1)?.recorded.position ?? end)
    if (isBefore(end, through)) {
      kept.push(stretchOf(end, through, entries.map(changeOf)))
      end = through
    }
    let events = 0
    const first = kept.findLastIndex(({ size }) => (events += size + 1) > keptEvents)
    if (first > 0) kept = kept.slice(first)
  }

  const follow = async (signal: AbortSignal): Promise<void> => {
    const subscription = store.subscribe({ after: end, prefixes, limit: followedEvents, signal })
    for await (const page of subscription) {
      if (signal.aborted) return
      take(page)
      wakeAll()
      if (broken !== null) return
      // What was written goes out before more is taken.
      const gatherMs = page.atHead ? listeners * gatherMsEach : 0
      await (gatherMs < gatherMsMin ? breathe() : sleep(clock, gatherMs, signal))
    }
  }

  const begin = async (): Promise<E.Either<Fault, Place>> => {
    const head = await store.head()()
    if (E.isLeft(head)) return E.left({ ...head.left, outcome: 'nothing-written' })
    end = head.right
    kept = []
    const abort = new AbortController()
    following = { abort, over: follow(abort.signal) }
    return head
  }

  const stop = async (): Promise<void> => {
    cancelLinger()
    const stopping = following
    following = null
    stopping?.abort.abort()
    await stopping?.over
  }

  return {
    join: async () => {
      if (broken !== null) return E.left(broken)
      listeners += 1
      cancelLinger()
      if (following !== null) return E.right(end)
      beginning ??= begin().finally(() => (beginning = null))
      const begun = await beginning
      if (E.isLeft(begun)) listeners -= 1
      return begun
    },
    leave: () => {
      listeners -= 1
      if (listeners === 0 && following !== null)
        cancelLinger = clock.setTimer(lingerMs, () => void stop())
    },
    end: () => end,
    after: (place) => {
      if (!isBefore(place, end)) return 'nothing-yet'
      return kept.findLast(({ from }) => !isBefore(place, from)) ?? 'no-longer-kept'
    },
    onceGrown: (wake) => {
      waiting.add(wake)
      return () => void waiting.delete(wake)
    },
    brokenBy: () => broken,
    stop,
  }
}

/** Whether the first place lies before the second one. */
export const placesOf =
  ({ comparePositions }: Pick<EventStore, 'comparePositions'>) =>
  (a: Place, b: Place): boolean =>
    b !== null && (a === null || comparePositions(a, b) < 0)
