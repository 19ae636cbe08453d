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

const keptMax = 8_000

interface Stretch {
  readonly from: Position
  readonly events: readonly RecordedEvent[]
  readonly through: Position
}

interface Running {
  readonly pages: AsyncGenerator<LogPage, void, undefined>
  readonly stopping: AbortController
}

export const createTail = (
  pagesAfter: (after: Position, signal: AbortSignal) => Running['pages'],
): Tail => {
  let subscribers = 0
  let running: Running | null = null
  let stretches: readonly Stretch[] = []
  let through = beforeAll
  let atHead = false
  let growing: Promise<void> | null = null

  const stop = (): void => {
    running?.stopping.abort()
    running = null
    stretches = []
    growing = null
  }

  const keep = (page: LogPage): void => {
    const reached = page.through ?? beforeAll
    atHead = page.atHead
    const stretch = { from: through, events: page.events, through: reached }
    const newest = stretches.at(-1)
    stretches =
      newest !== undefined && page.events.length === 0
        ? [...stretches.slice(0, -1), { ...newest, through: reached }]
        : [...stretches, stretch]
    through = reached
    let events = 0
    const first = stretches.findLastIndex((kept) => (events += kept.events.length) > keptMax)
    // The newest stretch is kept whatever its size: somebody is waiting for it.
    stretches = stretches.slice(Math.min(first + 1, stretches.length - 1))
  }

  const grow = async (from: Running): Promise<void> => {
    const next = await from.pages.next()
    if (running !== from) return
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
      const oldest = stretches[0]?.from ?? through
      if (running === null || position < oldest) return null
      // Whoever read alone may be ahead; the tail comes after.
      if (position > through) return { events: [], through: position, atHead: false }
      const stretch = stretches.find((kept) => kept.through > position)
      if (stretch === undefined) return { events: [], through, atHead }
      const start = firstAfter(stretch.events, position)
      const events = stretch.events.slice(start, start + limit)
      const isRest = start + limit >= stretch.events.length
      const reached = isRest ? stretch.through : (events.at(-1)?.position ?? position)
      return { events, through: reached, atHead: atHead && reached === through }
    },
    beginAt: (position) => {
      if (running !== null) return
      const stopping = new AbortController()
      running = { pages: pagesAfter(position, stopping.signal), stopping }
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
