// How far the read models have come, and who waits for it. The process that applies the log tells
// after each commit; every other one looks at the checkpoint, and only while somebody waits.
import type { EventStore, Position } from '../event-store/event-store.ts'
import { sleep, type Clock } from '../runtime/clock.ts'

export interface Watch {
  readonly position: () => Position | null
  /** The read models have come this far. */
  readonly tell: (position: Position | null) => void
  /** Whether they have come as far within the time. */
  readonly waitFor: (position: Position, timeoutMs: number) => Promise<boolean>
  /** Whether anybody waits, in this process. */
  readonly isAwaited: () => boolean
}

interface WatchDeps {
  readonly store: Pick<EventStore, 'comparePositions'>
  readonly clock: Clock
  /** Whether `tell` is called as soon as there is something to tell. */
  readonly isTold: () => boolean
  /** The checkpoint; null when it cannot be read. */
  readonly look: () => Promise<Position | null>
  /** Somebody begins to wait. */
  readonly onAwaited: () => void
}

const lookEveryMs = 15

export const createWatch = ({ store, clock, isTold, look, onAwaited }: WatchDeps): Watch => {
  let current: Position | null = null
  let looking = false
  const waiting = new Map<() => void, Position>()

  const reached = (position: Position): boolean =>
    current !== null && store.comparePositions(current, position) >= 0

  const tell = (position: Position | null): void => {
    if (position === null || reached(position)) return
    current = position
    for (const [wake, wanted] of waiting) if (reached(wanted)) wake()
  }

  const lookWhileWaiting = async (): Promise<void> => {
    if (looking) return
    looking = true
    while (waiting.size > 0) {
      if (!isTold()) tell(await look())
      if (waiting.size > 0) await sleep(clock, lookEveryMs)
    }
    looking = false
  }

  return {
    position: () => current,
    tell,
    isAwaited: () => waiting.size > 0,
    waitFor: (position, timeoutMs) =>
      new Promise((resolve) => {
        if (reached(position)) return resolve(true)
        const wake = (): void => {
          cancel()
          waiting.delete(wake)
          resolve(reached(position))
        }
        const cancel = clock.setTimer(timeoutMs, wake)
        waiting.set(wake, position)
        onAwaited()
        void lookWhileWaiting()
      }),
  }
}
