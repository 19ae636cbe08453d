// The world the processes live in: time, chance, what they share, whom they call, and what goes
// wrong. One seed decides all of it.
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import type { EventStore, RecordedEvent, StreamAppend } from '../../src/event-store/event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import type { RecallTransport } from '../../src/scheduler/recall/transports/transport.ts'
import { createChance, type Chance } from '../support/chance.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'
import { createSharedStores, type SharedStores } from './shared-stores.ts'
import { createTrace, type Trace } from './trace.ts'

export interface World {
  /** Its wall hand is the database's clock. */
  readonly clock: VirtualClock
  readonly chance: Chance
  readonly store: EventStore
  readonly log: () => readonly RecordedEvent[]
  /** The log with its times as told by the hand of the world's clock that nobody sets. */
  readonly steadyLog: () => readonly RecordedEvent[]
  readonly shared: SharedStores
  readonly trace: Trace
  /** How far ahead processes hold wake-ups in memory. */
  readonly horizonMs: number
  /** How many of the writings of the agenda's table fail, beside what fails of everything. */
  readonly unwritable: number
  /** Draws whether something goes wrong now. Nothing does once the world is calm. */
  readonly goesWrong: (probability: number) => boolean
  readonly becomeCalm: () => void
  readonly isCalm: () => boolean
  /** What appends met with. */
  readonly storeCounts: { conflicts: number; lostReplies: number; lostRequests: number }
  /** The newest revision of each stream that anybody was told of. */
  readonly heads: Map<string, number>
  /** When whoever wrote an event was told so, by `stream@revision`, on the hand that nobody sets. */
  readonly answered: Map<string, number>
  /** While processes had the wrong time, by the database's clock. */
  readonly wrongTimes: { readonly node: string; readonly from: number; until: number }[]
  /** When processes died, on the hand of the clock that nobody sets. */
  readonly deaths: Map<string, number>
  /** Nothing sensible can come any more. */
  readonly giveUp: (why: string) => void
  readonly isGivenUp: () => boolean
  /** Troubles that no fault explains. */
  readonly troubles: string[]
}

/**
 * What a process of the simulation is given. A sabotage replaces one of them by one that breaks its
 * promise, to show that the checkers see it.
 */
export interface Ports {
  readonly store: EventStore
  readonly ownership: SharedStores['ownership']
  readonly agenda: ReturnType<SharedStores['agendaOf']>
  readonly presence: SharedStores['presence']
  readonly transport: RecallTransport
}
export type Sabotage = (ports: Ports, now: () => number) => Ports

export const createWorld = (seed: number): World => {
  const clock = createVirtualClock(Date.UTC(2026, 10, 23))
  const chance = createChance(seed)
  const trace = createTrace(() => clock.now())
  let calm = false
  const goesWrong = (probability: number): boolean => !calm && chance.happens(probability)
  const storeCounts = { conflicts: 0, lostReplies: 0, lostRequests: 0 }
  const seen = new Set<string>()
  const isSeenAgain = ({ events: [first] }: StreamAppend): boolean => {
    if (first === undefined || seen.has(first.id)) return true
    seen.add(first.id)
    return false
  }
  const writtenAt: number[] = []
  const { store, log } = createMemoryEventStore({
    // Asked once for each event, in the order of the log.
    now: () => {
      writtenAt.push(clock.monotonicNow())
      return clock.now()
    },
    faults: {
      append: (appends) => {
        const fault = calm ? 'none' : appendFault(chance)
        // What has landed answers so when it is repeated; a conflict would break the store's promise.
        const isRepeat = appends.map(isSeenAgain).includes(true)
        if (fault === 'lost-reply') storeCounts.lostReplies += 1
        if (fault === 'unavailable') storeCounts.lostRequests += 1
        return fault === 'conflict' && isRepeat ? 'none' : fault
      },
      read: () => (goesWrong(0.005) ? 'unavailable' : 'none'),
      deliver: () => (goesWrong(0.05) ? 'again' : 'once'),
      pause: async (point) => {
        // A subscription is slow now and then; a store, a little and often.
        if (point === 'deliver' && goesWrong(0.02)) await sleep(clock, chance.between(100, 4_000))
        else if (goesWrong(0.2)) await sleep(clock, chance.between(1, 50))
      },
    },
  })
  const troubles: string[] = []
  let givenUp = false
  return {
    clock,
    chance,
    store,
    log,
    steadyLog: () =>
      log().map((event, n) => ({ ...event, recordedAtMs: writtenAt[n] ?? Number.NaN })),
    shared: createSharedStores(() => clock.now()),
    trace,
    // As it is, and so short that calls and pauses outlast it.
    horizonMs: seed % 2 === 0 ? 120_000 : 5_000,
    unwritable: chance.happens(0.25) ? 0.4 : 0,
    goesWrong,
    becomeCalm: () => {
      calm = true
      trace.note('world', 'is calm from here on')
    },
    isCalm: () => calm,
    storeCounts,
    heads: new Map(),
    answered: new Map(),
    wrongTimes: [],
    deaths: new Map(),
    giveUp: (why) => {
      givenUp = true
      troubles.push(why)
    },
    isGivenUp: () => givenUp,
    troubles,
  }
}

const appendFault = (chance: Chance) => {
  const draw = chance.next()
  if (draw < 0.01) return 'lost-reply'
  if (draw < 0.02) return 'unavailable'
  if (draw < 0.03) return 'conflict'
  return 'none'
}
