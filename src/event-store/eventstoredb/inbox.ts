// What a live subscription has delivered and nobody has fetched yet: events in order, and how far
// the server has looked. One reader, who waits until there is something, the line is cut, or it has
// been quiet for long.
import type { Position, RecordedEvent } from '../event-store.ts'
import { latest } from './positions.ts'

export interface Inbox {
  readonly size: () => number
  deliver(event: RecordedEvent): void
  looked(through: Position): void
  cut(reason: string): void
  /** The oldest events, at most so many, or what made the waiting end without any. */
  take(limit: number, patienceMs: number): Promise<Delivery>
}

export type Delivery =
  | {
      readonly type: 'News'
      readonly events: readonly RecordedEvent[]
      readonly through: Position
      readonly more: boolean
    }
  | { readonly type: 'Quiet' }
  | { readonly type: 'Cut'; readonly reason: string }

/** `onTaken` is called when the reader has made room. */
export const createInbox = (after: Position | null, onTaken: () => void): Inbox => {
  let events: RecordedEvent[] = []
  let seen = after
  let told = after
  let cutFor: string | null = null
  let wake = (): void => undefined

  const news = (limit: number): Delivery | null => {
    const batch = events.slice(0, limit)
    events = events.slice(limit)
    if (batch.length > 0) onTaken()
    const through = events.length === 0 ? seen : (batch.at(-1)?.position ?? told)
    if (through === null || through === told) return null
    told = through
    return { type: 'News', events: batch, through, more: events.length > 0 }
  }

  return {
    size: () => events.length,
    deliver: (event) => {
      // After a change of node the first events may be some that were seen before.
      if (seen !== null && event.position <= seen) return
      seen = event.position
      events.push(event)
      wake()
    },
    looked: (through) => {
      seen = latest(seen, through)
      wake()
    },
    cut: (reason) => {
      cutFor = reason
      wake()
    },
    take: async (limit, patienceMs) => {
      const ready = news(limit)
      if (ready !== null) return ready
      if (cutFor === null) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patienceMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const late = news(limit)
      if (late !== null) return late
      return cutFor === null ? { type: 'Quiet' } : { type: 'Cut', reason: cutFor }
    },
  }
}
