// A subscriber's pages, for ever: read until the head is reached, then live until the line is cut,
// then read again from where the consumer stands. Reading ahead stops at one page. While nothing
// arrives, a read now and then moves the checkpoint past other prefixes' events, and notices a line
// that has gone dead without saying so.
import { setTimeout as pause } from 'node:timers/promises'
import type { EventStore, LogPage, Position } from '../event-store.ts'
import type { Connection } from './connection.ts'
import { openLive } from './live.ts'
import { pauseBefore } from './patience.ts'
import type { PageQuestion, Reads } from './reads.ts'

type Pages = AsyncGenerator<LogPage, void, undefined>

export interface Subscriptions {
  readonly connection: Connection
  readonly reads: Reads
  /** How long a live subscription may be quiet before a read looks whether that is right. */
  readonly quietMs: number
  readonly onTrouble: (trouble: string) => void
}

export async function* subscribeTo(
  store: Subscriptions,
  { signal, after, prefixes, limit }: Parameters<EventStore['subscribe']>[0],
): Pages {
  let through = after
  let reachedHead = false
  let fruitless = 0
  while (!isAborted(signal)) {
    for await (const page of catchUp(store, { after: through, prefixes, limit }, signal)) {
      const isNews = page.through !== through || (page.atHead && !reachedHead)
      reachedHead ||= page.atHead
      through = page.through
      if (isNews) yield page
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

// Pages until the head, the next one asked for while the consumer works on this one. What cannot be
// read is asked for again, with growing pauses, until the signal aborts.
async function* catchUp(
  { reads, onTrouble }: Subscriptions,
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
    if (page.atHead) return
  }
}

async function* follow(
  { connection, reads, quietMs, onTrouble }: Subscriptions,
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
