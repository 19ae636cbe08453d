// The log page by page, for ever: read until the head is reached, then live until the line is cut, then
// read again from where the last page ended. Reading ahead stops at one page. In a crowd of events the
// line is left and pages are read, a hundred events in one answer instead of each in its own. While
// nothing arrives, a read now and then moves on past other prefixes' events, and notices a line that
// has gone dead without saying so.
import { setTimeout as pause } from 'node:timers/promises'
import type { LogPage, Position } from '../event-store.ts'
import type { Connection } from './connection.ts'
import { openLive } from './live.ts'
import { pauseBefore } from './patience.ts'
import type { PageQuestion, Reads } from './reads.ts'

type Pages = AsyncGenerator<LogPage, void, undefined>

export interface LogPagesSource {
  readonly connection: Connection
  readonly reads: Reads
  /** How long a live subscription may be quiet before a read looks whether that is right. */
  readonly quietMs: number
  readonly onTrouble: (trouble: string) => void
}

/** So many events at once are a crowd. */
const crowd = 100
/** In a crowd, events are left to gather for so long. */
const gatheringMs = 10

export async function* logPages(
  store: LogPagesSource,
  { after, prefixes, limit }: PageQuestion,
  signal: AbortSignal,
): Pages {
  let through = after
  let fruitless = 0
  while (!isAborted(signal)) {
    for await (const page of catchUp(store, { after: through, prefixes, limit }, signal)) {
      through = page.through
      yield page
      if (isAborted(signal)) return
    }
    fruitless += 1
    for await (const page of follow(store, { after: through, prefixes, limit }, signal)) {
      fruitless = 0
      through = page.through
      yield page
      if (isAborted(signal)) return
    }
    if (fruitless > 0) await pauseUnless(signal, pauseBefore(fruitless))
  }
}

// Pages until the head has been reached and no crowd is left, the next one asked for while the consumer
// works on this one. What cannot be read is asked for again, with growing pauses, until the signal
// aborts.
export async function* catchUp(
  { reads, onTrouble }: LogPagesSource,
  question: PageQuestion,
  signal: AbortSignal,
): Pages {
  const readPage = reads.pageReader()
  const ask = async (after: Position | null): Promise<LogPage | null> => {
    for (let attempt = 1; !isAborted(signal); attempt += 1) {
      const page = await readPage({ ...question, after })
      if (!('type' in page)) return page
      onTrouble(page.reason)
      await pauseUnless(signal, pauseBefore(attempt))
    }
    return null
  }
  for (let next = ask(question.after); ;) {
    const page = await next
    if (page === null) return
    if (!page.atHead) next = ask(page.through)
    yield page
    if (!page.atHead) continue
    if (page.events.length < crowd) return
    await pauseUnless(signal, gatheringMs)
    next = ask(page.through)
  }
}

async function* follow(
  { connection, reads, quietMs, onTrouble }: LogPagesSource,
  { after, prefixes, limit }: PageQuestion,
  signal: AbortSignal,
): Pages {
  const leaving = new AbortController()
  const inbox = openLive(connection, after, prefixes, AbortSignal.any([signal, leaving.signal]))
  try {
    for (let through = after; ;) {
      const delivery = await inbox.take(limit, quietMs)
      if (delivery.type === 'Cut') return isAborted(signal) ? undefined : onTrouble(delivery.reason)
      if (delivery.type === 'News') {
        through = delivery.through
        yield { events: delivery.events, through, atHead: !delivery.more }
        if (delivery.events.length >= crowd) return
        continue
      }
      const page = await reads.readPage({ after: through, prefixes, limit })
      // Events that the live line should have brought: it is late or dead, reading brings them.
      if ('type' in page || page.events.length > 0) return
      if (page.through === null || page.through === through) continue
      through = page.through
      inbox.looked(through)
      yield page
    }
  } finally {
    leaving.abort()
  }
}

const pauseUnless = (signal: AbortSignal, ms: number): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined)

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
