// A task's stream for questions about its past: decoded pages in either direction, and the place where
// something had not been settled yet, found by halving.
import * as E from 'fp-ts/lib/Either.js'
import { undecodable } from '../../commands/load.ts'
import { taskCodec, taskStream } from '../../commands/tasks.ts'
import type { HistoryEntry } from '../../domain/history/entry.ts'
import type { Instant } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { EventMetadata } from '../../event-store/envelope.ts'
import {
  Revision,
  revisionBefore,
  type EventStore,
  type RecordedEvent,
} from '../../event-store/event-store.ts'
import type { Refusal } from '../refusals.ts'

export type { Revision } from '../../event-store/event-store.ts'

export interface StreamPage {
  readonly entries: readonly HistoryEntry[]
  /** Where the next page begins; null: there is none. */
  readonly next: Revision | null
}

export interface TaskStream {
  /** `from` is inclusive; null: from the head, or from the beginning. */
  readonly read: (
    direction: 'forwards' | 'backwards',
    limit: number,
    from: Revision | null,
  ) => Promise<E.Either<Refusal, StreamPage>>
  /** An event, not far from the newest one, up to which nothing at or after an instant was settled. */
  readonly settledBefore: (instant: Instant) => Promise<E.Either<Refusal, Revision | null>>
  readonly after: (revision: Revision | null) => Revision
}

export const streamOf = (store: EventStore, taskId: TaskId): TaskStream => {
  const name = taskStream(taskId)

  const read: TaskStream['read'] = async (direction, limit, from) => {
    const start = from === null ? {} : { from }
    const page = await store.readStream(name, { direction, limit, ...start })()
    if (E.isLeft(page)) return E.left({ ...page.left, outcome: 'nothing-written' })
    const entries: HistoryEntry[] = []
    for (const recorded of page.right) {
      const entry = entryOf(recorded)
      if (E.isLeft(entry)) return entry
      entries.push(entry.right)
    }
    const last = page.right.at(-1)
    const whole = last === undefined || page.right.length < limit
    const next = direction === 'forwards' ? revisionAfter : revisionBefore
    return E.right({ entries, next: whole ? null : next(last.revision) })
  }

  /** By the first decision at or after a revision; null: there is none. */
  const settledAt = async (revision: Revision): Promise<E.Either<Refusal, Settled | null>> => {
    for (let from: Revision | null = revision; from !== null;) {
      const page: E.Either<Refusal, StreamPage> = await read('forwards', lookAhead, from)
      if (E.isLeft(page)) return page
      for (const { event, ref } of page.right.entries)
        if ('trigger' in event)
          return E.right({ through: event.trigger.decidedThrough, revision: ref.revision })
      from = page.right.next
    }
    return E.right(null)
  }

  const settledBefore = async (instant: Instant): Promise<E.Either<Refusal, Revision | null>> => {
    const newest = await read('backwards', 1, null)
    const oldest = await read('forwards', 1, null)
    if (E.isLeft(newest)) return newest
    if (E.isLeft(oldest)) return oldest
    let low = (oldest.right.entries[0]?.ref.revision ?? 0) - 1
    let high = (newest.right.entries[0]?.ref.revision ?? -1) + 1
    const first = low
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2)
      const settled = await settledAt(revisionOf(middle))
      if (E.isLeft(settled)) return settled
      if (settled.right === null || settled.right.revision >= high) high = middle
      else if (settled.right.through < instant) low = settled.right.revision
      else high = middle
    }
    return E.right(low === first ? null : revisionOf(low))
  }

  return {
    read,
    settledBefore,
    after: (revision) => (revision === null ? revisionOf(0) : revisionAfter(revision)),
  }
}

interface Settled {
  readonly through: Instant
  readonly revision: number
}

const lookAhead = 5

const revisionAfter = (revision: Revision): Revision => revisionOf(revision + 1)

const revisionOf = (n: number): Revision => {
  const revision = Revision.decode(n)
  if (E.isLeft(revision)) throw new Error(`not a revision: ${n}`)
  return revision.right
}

const entryOf = (recorded: RecordedEvent): E.Either<Refusal, HistoryEntry> => {
  const event = taskCodec.decode(recorded)
  if (E.isLeft(event)) return E.left(undecodable(recorded, event.left))
  const { stream, revision, position, type } = recorded
  const metadata = EventMetadata.decode(recorded.metadata)
  const { actor = null, reason = null, source = null } = E.isRight(metadata) ? metadata.right : {}
  const ref = { stream, revision, position, type }
  return E.right({ event: event.right, ref, actor, reason, source })
}
