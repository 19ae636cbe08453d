// One subscriber: catches up with reads of its own, one page ahead of its consumer, then follows the
// tail that all subscribers of its prefixes share. It may change between the two as often as its
// consumer is slow; all that counts is the position it stands at.
import type { EventStore, LogPage } from '../event-store.ts'
import { catchUp, logPages, type LogPagesSource } from './log-pages.ts'
import { beforeAll, createTail, type Tail } from './tail.ts'

export type Subscribe = (
  question: Parameters<EventStore['subscribe']>[0],
) => AsyncGenerator<LogPage, void, undefined>

/** Pages are kept in this size, and handed on in whatever size a subscriber asks for. */
const keptPage = 1_000

export const createSubscribe = (source: LogPagesSource): Subscribe => {
  const tails = new Map<string, Tail>()

  const tailOf = (prefixes: readonly string[]): Tail => {
    const key = JSON.stringify([...prefixes].sort())
    const known = tails.get(key)
    if (known !== undefined) return known
    const tail = createTail((after, signal) =>
      logPages(source, { after, prefixes, limit: keptPage }, signal),
    )
    tails.set(key, tail)
    return tail
  }

  return async function* subscribe({ after, prefixes, limit, signal }) {
    const tail = tailOf(prefixes)
    let through = after
    let reachedHead = false
    const isNews = (page: LogPage): boolean => {
      const isNew = page.through !== through || (page.atHead && !reachedHead)
      reachedHead ||= page.atHead
      through = page.through
      return isNew
    }
    tail.join()
    try {
      while (!isAborted(signal)) {
        // The first look is its own: nobody may have looked at the tail for a while.
        for await (const page of catchUp(source, { after: through, prefixes, limit }, signal)) {
          if (isNews(page)) yield page
          if (isAborted(signal)) return
          if (page.atHead) tail.beginAt(page.through ?? beforeAll)
          if (tail.after(through ?? beforeAll, limit) !== null) break
        }
        for (;;) {
          const kept = tail.after(through ?? beforeAll, limit)
          if (kept === null || isAborted(signal)) break
          if (kept.through === (through ?? beforeAll)) await tail.grown(signal)
          else if (isNews(kept)) yield kept
        }
      }
    } finally {
      tail.leave()
    }
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
