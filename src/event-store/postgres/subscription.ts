// One subscriber: catches up with reads of its own, one page ahead of its consumer, then follows the
// shared tail. It may change between the two as often as its consumer is slow; all that counts is
// the position it stands at.
import type { EventStore, LogPage, Position, RecordedEvent } from '../event-store.ts'
import { startsWithAny, type LogReader } from './log-reader.ts'
import { beforeAll } from './position.ts'
import type { Tail } from './tail.ts'

export interface SubscriptionSource {
  readonly reader: LogReader
  readonly tail: Tail
  /** Says what went wrong, and resolves when it is time to try again. */
  readonly onError: (error: unknown) => Promise<void>
}

export async function* subscribeTo(
  { reader, tail, onError }: SubscriptionSource,
  { after: start, prefixes, limit, signal }: Parameters<EventStore['subscribe']>[0],
): AsyncGenerator<LogPage, void, undefined> {
  const silence = createSilence()
  let after = start ?? beforeAll
  let reachedHead = false
  let begun = false
  let ahead: Promise<LogPage | null> | null = null

  const readAlone = async (from: Position): Promise<LogPage | null> => {
    try {
      return await reader.readAll({ after: from === beforeAll ? null : from, prefixes, limit })
    } catch (error) {
      await onError(error)
      return null
    }
  }

  while (!signal.aborted) {
    // The first look is its own: nobody may have looked at the tail for a while.
    const kept = begun ? tail.after(after, limit) : null
    begun = true
    let page: LogPage | null
    if (kept !== null) {
      ahead = null
      page = pageOf(kept.events, kept.through, prefixes, kept.atHead)
      silence.passed(kept.events.length - page.events.length)
    } else {
      page = await unlessAborted(ahead ?? readAlone(after), signal)
      ahead = null
      if (page === null) continue
      if (page.atHead) tail.beginAt(page.through ?? beforeAll)
      else if (page.through !== null) ahead = readAlone(page.through)
    }

    const moved = (page.through ?? beforeAll) !== after
    after = page.through ?? beforeAll
    if (page.events.length > 0 || (page.atHead && !reachedHead) || silence.isLong(after)) {
      reachedHead ||= page.atHead
      silence.broken(after)
      tail.readAheadOf(after)
      yield page
    } else if (!moved) {
      await tail.grown(signal)
    }
  }
}

const pageOf = (
  events: readonly RecordedEvent[],
  through: Position,
  prefixes: readonly string[],
  atHead: boolean,
): LogPage => ({
  events: prefixes.length === 0 ? events : events.filter((e) => startsWithAny(e.stream, prefixes)),
  through: through === beforeAll ? null : through,
  atHead,
})

/** Events of other prefixes passing by are reported this seldom, so that checkpoints move cheaply. */
const longestMs = 250
const mostEvents = 1_000

interface Silence {
  readonly passed: (events: number) => void
  readonly isLong: (position: Position) => boolean
  readonly broken: (position: Position) => void
}

const createSilence = (): Silence => {
  let told: Position | null = null
  let toldAtMs = performance.now()
  let events = 0
  return {
    passed: (count) => {
      events += count
    },
    isLong: (position) =>
      told !== position && (events >= mostEvents || performance.now() - toldAtMs >= longestMs),
    broken: (position) => {
      told = position
      toldAtMs = performance.now()
      events = 0
    },
  }
}

const unlessAborted = async <A>(promise: Promise<A>, signal: AbortSignal): Promise<A | null> => {
  let abort = (): void => {}
  const aborted = new Promise<null>((resolve) => {
    abort = () => resolve(null)
    signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
