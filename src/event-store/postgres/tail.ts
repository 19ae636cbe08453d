// The newest stretch of the log, read and parsed once for all live subscribers of this process. The
// fastest of them makes it grow; who falls behind what is kept reads alone until it has caught up.
// Kept stretches join without a gap: each begins where the one before it ends. Small ones, as they come
// while little happens, are joined into one, so that there are never many.
import type { Position, RecordedEvent } from '../event-store.ts'
import type { LogReader, Stretch } from './log-reader.ts'
import { beforeAll } from './position.ts'
import type { Wake } from './wake.ts'

export interface Tail {
  /** What is kept after a position: null when that place is not within it. */
  readonly after: (position: Position, limit: number) => Kept | null
  /** A subscriber found nothing beyond this place: the tail may begin here if it has none later. */
  readonly beginAt: (position: Position) => void
  /** Resolves when the log was looked at again: it was said to grow, or it was time to look anyway. */
  readonly grown: (signal: AbortSignal) => Promise<void>
  /** Reads on while the consumer that stands at the end is busy, if the log is known to have more. */
  readonly readAheadOf: (position: Position) => void
}

export interface Kept {
  readonly events: readonly RecordedEvent[]
  readonly through: Position
  /** Nothing lay beyond when the tail last looked. */
  readonly atHead: boolean
}

interface KeptStretch {
  readonly from: Position
  readonly events: RecordedEvent[]
  bytes: number
}

const stretchEvents = 1_000
const mostEvents = 8_000
const mostBytes = 32_000_000
const joinedBytes = 1_000_000
/** A notification can be lost with its connection: this often a waiting reader looks anyway. */
const lookAnywayMs = 500
/** An append in flight holds the newest events back: it is over soon, and may not ring. */
const heldMs = 5
const longestHeldMs = 100

export const createTail = (
  reader: LogReader,
  wake: Wake,
  onError: (error: unknown) => Promise<void>,
): Tail => {
  let stretches: KeptStretch[] = []
  let from = beforeAll
  let through: Position | null = null
  /** How often the bell had rung when the last finished look began. */
  let looked = -1
  let more = false
  let held = 0
  let reading: Promise<void> | null = null

  const read = async (): Promise<void> => {
    if (through === null) return
    const rings = wake.rings()
    const start = through
    try {
      const stretch = await reader.stretch(start, stretchEvents)
      looked = rings
      held = stretch.held ? held + 1 : 0
      more = stretch.events.length === stretchEvents
      if (stretch.events.length > 0 && through === start) keep(start, stretch)
    } catch (error) {
      await onError(error)
    }
  }

  const keep = (start: Position, { events: read, bytes: size, through: end }: Stretch): void => {
    const last = stretches.at(-1)
    const joins =
      last !== undefined &&
      last.events.length + read.length <= stretchEvents &&
      last.bytes + size <= joinedBytes
    if (joins) {
      last.events.push(...read)
      last.bytes += size
    } else stretches.push({ from: start, events: [...read], bytes: size })
    through = end
    let events = 0
    let bytes = 0
    const first = stretches.findLastIndex((s) => {
      events += s.events.length
      bytes += s.bytes
      return events > mostEvents || bytes > mostBytes
    })
    // The newest stretch is kept whatever its size: somebody is waiting for it.
    stretches = stretches.slice(Math.min(first + 1, stretches.length - 1))
    from = stretches[0]?.from ?? start
  }

  const readOnce = (): Promise<void> =>
    (reading ??= read().finally(() => {
      reading = null
    }))

  const isCurrent = (): boolean => !more && looked === wake.rings()

  return {
    after: (position, limit) => {
      if (through === null || position < from || position > through) return null
      const stretch = stretches.findLast((s) => s.from <= position)
      const start = stretch === undefined ? 0 : firstAfter(stretch.events, position)
      const events = stretch?.events.slice(start, start + limit) ?? []
      const reached = events.at(-1)?.position ?? position
      return { events, through: reached, atHead: reached === through && isCurrent() }
    },
    beginAt: (position) => {
      if (through !== null && position <= through) return
      stretches = []
      from = position
      through = position
    },
    grown: async (signal) => {
      const before = through
      if (reading === null && isCurrent()) {
        const patienceMs = held === 0 ? lookAnywayMs : Math.min(longestHeldMs, heldMs * 2 ** held)
        await wake.next(looked, patienceMs, signal)
      }
      if (through === before && !signal.aborted) await readOnce()
    },
    readAheadOf: (position) => {
      if (position === through && !isCurrent()) void readOnce()
    },
  }
}

/** Where the events after a position begin; mostly at the start. */
const firstAfter = (events: readonly RecordedEvent[], position: Position): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.position ?? position) <= position) low = middle + 1
    else high = middle
  }
  return low
}
