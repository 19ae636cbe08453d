// What a call has to pass before it starts: a free slot or a free place in a rate, of its task and of
// its host. Whoever finds a gate closed is parked at that gate alone, so that a limit holds up nobody
// it is not meant for. A gate lives as long as a call refers to it or one of its starts still counts.
import { createWakeHeap } from '../agenda/wake-heap.ts'
import type { Heap } from './heap.ts'
import { createRateWindow } from './rate-window.ts'

/** Null: no limit. */
export interface Limits {
  /** Calls at the same time. */
  readonly concurrencyMax: number | null
  /** Calls that start within any one second. */
  readonly perSecond: number | null
}

export interface Gate<Entry> {
  readonly key: string
  readonly parked: Heap<Entry>
  /** How many may pass now. */
  readonly free: (now: number) => number
  /** When a closed gate opens by itself; null: when somebody leaves. */
  readonly opensAt: () => number | null
  readonly enter: (now: number) => void
  readonly leave: () => void
  /** From when on the gate need not be remembered. */
  readonly forgottenAt: () => number
  /** Calls that refer to it. */
  users: number
}

export interface Gates<Entry> {
  /** The gates that stand for these limits; whoever asks refers to them until `drop`. */
  readonly of: (name: string, limits: Limits, now: number) => readonly Gate<Entry>[]
  readonly drop: (gate: Gate<Entry>) => void
  readonly byKey: (key: string) => Gate<Entry> | undefined
}

export const createGates = <Entry>(lane: () => Heap<Entry>): Gates<Entry> => {
  const gates = new Map<string, Gate<Entry>>()
  const unused = createWakeHeap()

  const referred = (key: string, create: (key: string) => Gate<Entry>): Gate<Entry> => {
    const gate = gates.get(key) ?? create(key)
    gates.set(key, gate)
    gate.users += 1
    if (gate.users === 1) unused.set(key, null)
    return gate
  }

  const slots = (slotsMax: number) => (key: string) => {
    let busy = 0
    return {
      key,
      parked: lane(),
      free: () => slotsMax - busy,
      opensAt: () => null,
      enter: () => (busy += 1),
      leave: () => (busy -= 1),
      forgottenAt: () => Number.NEGATIVE_INFINITY,
      users: 0,
    }
  }

  const rate = (perSecond: number) => (key: string) => {
    const { opensAt, free, start, emptyAt } = createRateWindow(perSecond)
    const leave = (): void => undefined
    const parked = lane()
    return { key, parked, free, opensAt, enter: start, leave, forgottenAt: emptyAt, users: 0 }
  }

  return {
    of: (name, { concurrencyMax, perSecond }, now) => {
      for (let key = unused.popDue(now); key !== null; key = unused.popDue(now)) gates.delete(key)
      const found: Gate<Entry>[] = []
      if (concurrencyMax !== null)
        found.push(referred(`${concurrencyMax} of ${name}`, slots(concurrencyMax)))
      if (perSecond !== null) found.push(referred(`${perSecond}/s of ${name}`, rate(perSecond)))
      return found
    },
    drop: (gate) => {
      gate.users -= 1
      if (gate.users > 0) return
      const at = gate.forgottenAt()
      if (at === Number.NEGATIVE_INFINITY) gates.delete(gate.key)
      else unused.set(gate.key, at)
    },
    byKey: (key) => gates.get(key),
  }
}
