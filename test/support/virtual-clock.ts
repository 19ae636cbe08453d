// A clock that moves only when told. Advancing runs the timers that come due, in the order of their
// due times (then of their setting), and after each lets every promise settle that the timer set in
// motion, so that a run is the same every time.
import { type Clock } from '../../src/runtime/clock.ts'

export interface VirtualClock extends Clock {
  /** Moves both hands forward by this much. */
  advanceBy(ms: number): Promise<void>
  /** Moves both hands forward until the wall clock shows this. */
  advanceTo(epochMs: number): Promise<void>
  /** Moves the wall clock alone: someone set it. No timer runs. */
  stepWall(ms: number): void
  /** Monotonic time of the next timer; null without one. */
  nextTimerAt(): number | null
  /** Lets everything settle that waits for promises alone. */
  settle(): Promise<void>
}

interface Timer {
  readonly dueAt: number
  readonly sequence: number
  readonly callback: () => void
  isOff: boolean
}

export const createVirtualClock = (startAt = Date.UTC(2026, 10, 23)): VirtualClock => {
  let monotonic = 0
  let wallOffset = startAt
  let sequence = 0
  const timers = timerHeap()

  // A macrotask begins only when the queue of microtasks is empty.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  const advanceBy = async (ms: number): Promise<void> => {
    const target = monotonic + ms
    await settle()
    for (let next = timers.peek(); next && next.dueAt <= target; next = timers.peek()) {
      timers.pop()
      monotonic = Math.max(monotonic, next.dueAt)
      next.callback()
      await settle()
    }
    monotonic = target
    await settle()
  }

  return {
    now: () => Math.floor(wallOffset + monotonic),
    monotonicNow: () => monotonic,
    setTimer: (delayMs, callback) => {
      const dueAt = monotonic + Math.max(0, delayMs)
      const timer: Timer = { dueAt, sequence: sequence++, callback, isOff: false }
      timers.push(timer)
      return () => void (timer.isOff = true)
    },
    advanceBy,
    advanceTo: (epochMs) => advanceBy(Math.max(0, epochMs - (wallOffset + monotonic))),
    stepWall: (ms) => {
      wallOffset += ms
    },
    nextTimerAt: () => timers.peek()?.dueAt ?? null,
    settle,
  }
}

/** A binary heap; called-off timers stay in it until they surface. */
const timerHeap = () => {
  const heap: Timer[] = []
  const before = (a: Timer, b: Timer): boolean =>
    a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence)
  const swap = (i: number, j: number): void => {
    const held = heap[i]!
    heap[i] = heap[j]!
    heap[j] = held
  }

  const push = (timer: Timer): void => {
    heap.push(timer)
    let i = heap.length - 1
    while (i > 0 && before(heap[i]!, heap[(i - 1) >> 1]!)) {
      swap(i, (i - 1) >> 1)
      i = (i - 1) >> 1
    }
  }

  const pop = (): void => {
    swap(0, heap.length - 1)
    heap.pop()
    for (let i = 0; ;) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child
      }
      if (least === i) return
      swap(i, least)
      i = least
    }
  }

  const peek = (): Timer | undefined => {
    while (heap[0]?.isOff) pop()
    return heap[0]
  }

  return { push, pop, peek }
}
