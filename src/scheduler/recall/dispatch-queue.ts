// The backlog of calls to make, in the order people expect: on time before catch-up, larger priority
// first, then by scheduled time; but nothing waits for ever. Every 30 seconds a waiting call gains
// one step of priority, and catch-up begins 201 steps behind, so that a call gives way only to those
// that were queued before it had caught up with them. Priorities beyond ±100 count as ±100.
//
// All waiting calls gain at the same time. Their order among each other therefore never changes, and
// a plain heap holds it: each operation takes O(log n), and equal input gives equal output.
import { createWakeHeap } from '../agenda/wake-heap.ts'
import { createGates, type Gate, type Limits } from './gates.ts'
import { createHeap } from './heap.ts'
import { createRateWindow } from './rate-window.ts'

export interface Queued {
  readonly host: string
  /** Its task, where that has limits of its own. */
  readonly task: ({ readonly name: string } & Limits) | null
  readonly catchUp: boolean
  readonly priority: number
  /** Planned instant, or the instant of the decision for a manual run. */
  readonly at: number
}

export interface Taken<T> {
  readonly item: T
  /** Gives the slots back; a second time it does nothing. */
  readonly release: () => void
}

export interface DispatchQueue<T extends Queued> {
  readonly size: number
  push(item: T): void
  /** The first item that none of its limits holds up; null when there is none. Takes its slots. */
  take(): Taken<T> | null
  /** When a rate lets a waiting item go, in milliseconds of the queue's clock; null: no rate does. */
  opensAt(): number | null
}

export interface DispatchQueueOptions<T> {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly perHost: Limits
  /** Starts within any one second, in all; null: no limit. */
  readonly perSecond: number | null
  /** Whether an item need not be called any more: it leaves without using up any limit. */
  readonly isMoot: (item: T) => boolean
  readonly onMoot: (item: T) => void
}

/** How long a call waits for one step of priority. */
export const stepMs = 30_000
const priorityMax = 100
const catchUpSteps = 2 * priorityMax + 1

interface Entry<T> {
  readonly item: T
  readonly seq: number
  readonly rank: number
  readonly gates: readonly Gate<Entry<T>>[]
  /** The gate whose opening brought it back. */
  wokenBy: Gate<Entry<T>> | null
}

const rankOf = ({ priority, catchUp }: Queued, now: number): number =>
  Math.floor(now / stepMs) -
  Math.min(priorityMax, Math.max(-priorityMax, priority)) +
  (catchUp ? catchUpSteps : 0)

const goesBefore = <T extends Queued>(a: Entry<T>, b: Entry<T>): boolean => {
  if (a.rank !== b.rank) return a.rank < b.rank
  if (a.item.catchUp !== b.item.catchUp) return b.item.catchUp
  if (a.item.priority !== b.item.priority) return a.item.priority > b.item.priority
  return a.item.at === b.item.at ? a.seq < b.seq : a.item.at < b.item.at
}

export const createDispatchQueue = <T extends Queued>(
  options: DispatchQueueOptions<T>,
): DispatchQueue<T> => {
  const { now, perHost, perSecond } = options
  const lane = () => createHeap<Entry<T>>(goesBefore)
  const ready = lane()
  const gates = createGates<Entry<T>>(lane)
  const service = perSecond === null ? null : createRateWindow(perSecond)
  /** Gates with parked calls that open by themselves. */
  const openings = createWakeHeap()
  let size = 0
  let seq = 0

  const wake = (gate: Gate<Entry<T>>): void => {
    const entry = gate.parked.pop()
    if (entry === undefined) return
    entry.wokenBy = gate
    ready.push(entry)
  }

  const park = (entry: Entry<T>, gate: Gate<Entry<T>>): void => {
    gate.parked.push(entry)
    noteOpening(gate)
  }

  const noteOpening = (gate: Gate<Entry<T>>): void => {
    const at = gate.parked.size > 0 && gate.free(now()) <= 0 ? gate.opensAt() : null
    if (at !== null) openings.set(gate.key, at)
  }

  /** Whoever was woken and does not pass after all lets the next one try. */
  const handOn = (gate: Gate<Entry<T>> | null): void => {
    if (gate !== null && gate.free(now()) > 0) wake(gate)
  }

  const openRates = (): void => {
    for (let key = openings.popDue(now()); key !== null; key = openings.popDue(now())) {
      const gate = gates.byKey(key)
      for (let free = gate?.free(now()) ?? 0; gate !== undefined && free > 0; free--) {
        if (gate.parked.size === 0) break
        wake(gate)
      }
    }
  }

  const drop = (entry: Entry<T>): void => entry.gates.forEach(gates.drop)

  const started = (entry: Entry<T>): Taken<T> => {
    const at = now()
    service?.start(at)
    for (const gate of entry.gates) {
      gate.enter(at)
      noteOpening(gate)
    }
    let held = true
    const release = (): void => {
      if (!held) return
      held = false
      for (const gate of entry.gates) {
        gate.leave()
        if (gate.opensAt() === null) handOn(gate)
      }
      drop(entry)
    }
    return { item: entry.item, release }
  }

  return {
    get size() {
      return size
    },
    push: (item) => {
      size += 1
      const at = now()
      const own = item.task === null ? [] : gates.of(`task ${item.task.name}`, item.task, at)
      const passing = [...own, ...gates.of(`host ${item.host}`, perHost, at)]
      ready.push({ item, seq: seq++, rank: rankOf(item, at), gates: passing, wokenBy: null })
    },
    take: () => {
      openRates()
      if (service !== null && service.free(now()) <= 0) return null
      for (;;) {
        const entry = ready.pop()
        if (entry === undefined) return null
        const { wokenBy } = entry
        entry.wokenBy = null
        if (options.isMoot(entry.item)) {
          size -= 1
          handOn(wokenBy)
          drop(entry)
          options.onMoot(entry.item)
          continue
        }
        const closed = entry.gates.find((gate) => gate.free(now()) <= 0)
        if (closed === undefined) {
          size -= 1
          return started(entry)
        }
        park(entry, closed)
        if (closed !== wokenBy) handOn(wokenBy)
      }
    },
    opensAt: () => {
      const next = openings.next()
      const overall = service !== null && ready.size > 0 ? service.opensAt() : null
      return overall === null || overall === Number.NEGATIVE_INFINITY
        ? next
        : Math.min(overall, next ?? overall)
    },
  }
}
