// The newest stretch of the log, fetched and decoded once for all subscribers of the same prefixes in
// this process: the scheduler, the read models and whoever watches a feed stand close together, and a
// burst read three times over costs more than deciding it. The fastest subscriber makes the tail grow;
// who falls behind what is kept reads alone until it has caught up. Kept pages join without a gap.
import type { LogPage, Position, RecordedEvent } from '../event-store.ts'
import { positionAt } from './positions.ts'

export interface Tail {
  /** What is kept after a position; null when that place is not within it. */
  after(position: Position, limit: number): Kept | null
  /** A subscriber found nothing beyond this place: the tail begins here if it has nothing yet. */
  beginAt(position: Position): void
  /** Resolves when the tail has grown, or the signal aborts. */
  grown(signal: AbortSignal): Promise<void>
  /** Whoever joins leaves; without anybody the tail ends. */
  join(): void
  leave(): void
}

export interface Kept {
  readonly events: readonly RecordedEvent[]
  readonly through: Position
  readonly atHead: boolean
}

/** Where the empty log ends. No event is at its very beginning. */
export const beforeAll = positionAt(0, 0)

/** And up to twice as many for a while. */
const keptMax = 8_000

interface Running {
  readonly pages: AsyncGenerator<LogPage, void, undefined>
  readonly stopping: AbortController
}

export const createTail = (
  pagesAfter: (after: Position, signal: AbortSignal) => Running['pages'],
): Tail => {
  let subscribers = 0
  let running: Running | null = null
  /** All events after `from`, through `through`. */
  let events: RecordedEvent[] = []
  let from = beforeAll
  let through = beforeAll
  let atHead = false
  let growing: Promise<void> | null = null

  const stop = (): void => {
    running?.stopping.abort()
    running = null
    events = []
    growing = null
  }

  const keep = (page: LogPage): void => {
    atHead = page.atHead
    through = page.through ?? beforeAll
    for (const event of page.events) events.push(event)
    if (events.length <= 2 * keptMax) return
    // Half at a time, so that an event costs the same however many are kept.
    const dropped = events.splice(0, events.length - keptMax)
    from = dropped.at(-1)?.position ?? from
  }

  const grow = async (source: Running): Promise<void> => {
    const next = await source.pages.next()
    if (running !== source) return
    if (next.done === true) stop()
    else keep(next.value)
    growing = null
  }

  return {
    join: () => {
      subscribers += 1
    },
    leave: () => {
      subscribers -= 1
      if (subscribers === 0) stop()
    },
    after: (position, limit) => {
      if (running === null || position < from) return null
      // Whoever read alone may be ahead; the tail comes after.
      if (position > through) return { events: [], through: position, atHead: false }
      const start = firstAfter(events, position)
      const page = events.slice(start, start + limit)
      const isRest = start + limit >= events.length
      const reached = isRest ? through : (page.at(-1)?.position ?? position)
      return { events: page, through: reached, atHead: atHead && isRest }
    },
    beginAt: (position) => {
      if (running !== null) return
      const stopping = new AbortController()
      running = { pages: pagesAfter(position, stopping.signal), stopping }
      from = position
      through = position
      atHead = true
    },
    grown: async (signal) => {
      if (running === null) return
      growing ??= grow(running)
      await unlessAborted(growing, signal)
    },
  }
}

/** Where the events after a position begin. */
const firstAfter = (events: readonly RecordedEvent[], position: Position): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.position ?? position) <= position) low = middle + 1
    else high = middle
  }
  return low
}

const unlessAborted = async (promise: Promise<void>, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  let abort = (): void => undefined
  const aborted = new Promise<void>((resolve) => (abort = resolve))
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
