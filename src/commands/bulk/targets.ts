// Which tasks a bulk is about: named once, in batches, in a stream beside the bulk's own, so that an
// interrupted bulk goes on with the very same tasks, whatever has been added or changed meanwhile.
// One event is one batch; its revision is the batch's number.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { BulkKey, type BulkOrder } from '../../domain/bulk/events.ts'
import { streamOfTargets, type BulkId } from '../../domain/bulk/ids.ts'
import {
  Revision,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '../../event-store/event-store.ts'
import type { Fault } from '../faults.ts'
import { streamNamed } from './bulk-commands.ts'

/** Tasks of one batch. */
export const batchSize = 100

export interface TargetPage {
  readonly keys: readonly BulkKey[]
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null
}

/** Asks which tasks an order is about, page by page. */
export type TargetPages = (
  tenant: BulkId['tenant'],
  filter: BulkOrder['filter'],
  cursor: string | null,
) => Promise<E.Either<{ readonly reason: string }, TargetPage>>

/** Storage format. */
const BulkTargets = t.readonly(
  t.exact(
    t.type({
      keys: t.readonlyArray(BulkKey),
      /** Named so far, this batch included. */
      count: t.number,
      /** Where naming goes on behind this batch; null: it is the last one, or within a page. */
      next: t.union([t.string, t.null]),
    }),
  ),
)

export interface Named {
  readonly count: number
  readonly next: string | null
  readonly revision: Revision | null
}

export interface Targets {
  /** How far naming has come. */
  readonly named: () => Promise<E.Either<Fault, Named>>
  /** False: somebody else names them. */
  readonly name: (page: TargetPage, so: Named) => Promise<E.Either<Fault, boolean>>
  readonly batch: (number: number) => Promise<E.Either<Fault, readonly BulkKey[]>>
}

export const targetsOf = (
  {
    store,
    newEventId,
    node,
  }: {
    readonly store: EventStore
    readonly newEventId: () => string
    readonly node: string
  },
  bulkId: BulkId,
): Targets => {
  const stream = streamNamed(streamOfTargets(bulkId))
  const metadata = { source: 'api', node, correlationId: bulkId.name }

  const eventsFor = ({ keys, next }: TargetPage, count: number): readonly NewEvent[] => {
    const batches = Math.max(1, Math.ceil(keys.length / batchSize))
    return Array.from({ length: batches }, (_, n) => {
      const upTo = Math.min(keys.length, (n + 1) * batchSize)
      const data = BulkTargets.encode({
        keys: keys.slice(n * batchSize, upTo),
        count: count + upTo,
        next: n === batches - 1 ? next : null,
      })
      return { id: newEventId(), type: 'BulkTargets', data, metadata }
    })
  }

  return {
    named: async () => {
      const newest = await store.readStream(stream, { direction: 'backwards', limit: 1 })()
      if (E.isLeft(newest)) return E.left(unread(newest.left))
      const [last] = newest.right
      if (last === undefined) return E.right({ count: 0, next: null, revision: null })
      const { count, next } = decoded(last.data)
      return E.right({ count, next, revision: last.revision })
    },
    name: async (page, { count, revision }) => {
      const expected: ExpectedRevision = revision ?? 'none'
      const events = eventsFor(page, count)
      const answered = await store.append([{ stream, expected, events }])()
      if (E.isLeft(answered)) return E.left(unread(answered.left))
      const [outcome] = answered.right
      if (outcome?.type === 'TooLarge')
        return E.left({ type: 'AppendTooLarge', stream, retryable: false })
      return E.right(outcome?.type === 'Appended')
    },
    batch: async (number) => {
      const from = Revision.decode(number)
      if (E.isLeft(from)) throw new Error(`not the number of a batch: ${number}`)
      const options = { direction: 'forwards', from: from.right, limit: 1 } as const
      const read = await store.readStream(stream, options)()
      if (E.isLeft(read)) return E.left(unread(read.left))
      return E.right(read.right[0] === undefined ? [] : decoded(read.right[0].data).keys)
    },
  }
}

/** Naming again what may have been named is safe: it is named at a revision. */
const unread = (fault: { readonly reason: string; readonly retryable: boolean }): Fault => ({
  type: 'StoreUnavailable',
  outcome: 'nothing-written',
  ...fault,
})

/** Nobody else writes these streams: what cannot be read is a bug. */
const decoded = (data: unknown): t.TypeOf<typeof BulkTargets> => {
  const targets = BulkTargets.decode(data)
  if (E.isLeft(targets)) throw new Error("a bulk's targets cannot be read")
  return targets.right
}
