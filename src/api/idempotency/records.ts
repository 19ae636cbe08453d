// What the log keeps of a request under an Idempotency-Key: that it was begun, and its answer. One
// stream for each tenant and key; the first append to it decides who handles the request.
// THE NAMES AND SHAPES OF THESE EVENTS ARE STORAGE FORMAT.
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import {
  StreamName,
  type AppendOutcome,
  type EventStore,
  type ExpectedRevision,
  type Position,
  type Revision,
  type StoreUnavailable,
} from '../../event-store/event-store.ts'

/** A request with this key has come, and somebody handles it. */
const RequestBegun = t.readonly(t.exact(t.type({ key: t.string, requestSha256: t.string })))

/** As much of an answer as a repetition needs. */
export const Answer = t.readonly(
  t.exact(
    t.type({
      status: t.number,
      headers: t.readonly(t.record(t.string, t.string)),
      body: t.string,
    }),
  ),
)
export type Answer = t.TypeOf<typeof Answer>

/** Whoever handled it could not tell its caller how it ended; the next repetition handles it again. */
const RequestGivenUp = t.readonly(t.exact(t.type({})))

export interface Begun {
  readonly requestSha256: string
  readonly position: Position
  readonly atMs: number
  readonly givenUp: boolean
  readonly answer: Answer | null
  readonly head: Revision
}

export interface Records {
  /** The newest use of the key; null: it was never used. */
  readonly read: () => Promise<E.Either<StoreUnavailable, Begun | null>>
  /** The outcome is a conflict where somebody else was quicker; else it is ours to handle. */
  readonly begin: (requestSha256: string, expected: ExpectedRevision) => Appending
  /** A conflict: somebody else has given their answer. */
  readonly answer: (answer: Answer, expected: Revision) => Appending
  readonly giveUp: (expected: Revision) => Appending
}

type Appending = Promise<E.Either<StoreUnavailable, AppendOutcome>>

interface RecordsDeps {
  readonly store: EventStore
  readonly newEventId: () => string
  readonly node: string
}

const triesMax = 3
/** Begun, given up, answered. */
const eventsPerUse = 3

export const recordsOf = (
  { store, newEventId, node }: RecordsDeps,
  tenant: string,
  key: string,
): Records => {
  const stream = streamOf(tenant, key)

  const append = async (type: string, data: object, expected: ExpectedRevision): Appending => {
    const id = newEventId()
    const metadata = { source: 'api', node, correlationId: id }
    const request = [{ stream, expected, events: [{ id, type, data, metadata }] }]
    for (let tries = 1; ; tries += 1) {
      // What is not known to have happened is repeated as it was.
      const appended = await store.append(request)()
      if (E.isLeft(appended) && appended.left.retryable && tries < triesMax) continue
      if (E.isLeft(appended)) return appended
      const outcome = appended.right[0]
      if (outcome === undefined) throw new Error('an append was answered without an outcome')
      return E.right(outcome)
    }
  }

  return {
    read: async () => {
      const newest = { direction: 'backwards', limit: eventsPerUse } as const
      const events = await store.readStream(stream, newest)()
      if (E.isLeft(events)) return events
      const use = events.right.slice(0, events.right.findIndex(isBegun) + 1)
      const [last, begun] = [use[0], use.at(-1)]
      if (last === undefined || begun === undefined) return E.right(null)
      return E.right({
        requestSha256: decoded(RequestBegun, begun.data).requestSha256,
        position: begun.position,
        atMs: begun.recordedAtMs,
        givenUp: last.type === 'RequestGivenUp',
        answer: last.type === 'RequestAnswered' ? decoded(Answer, last.data) : null,
        head: last.revision,
      })
    },
    begin: (requestSha256, expected) =>
      append('RequestBegun', RequestBegun.encode({ key, requestSha256 }), expected),
    answer: (answer, expected) => append('RequestAnswered', Answer.encode(answer), expected),
    giveUp: (expected) => append('RequestGivenUp', RequestGivenUp.encode({}), expected),
  }
}

const isBegun = ({ type }: { readonly type: string }): boolean => type === 'RequestBegun'

/** Nobody else writes these streams: what cannot be read is a bug. */
const decoded = <A>(codec: t.Decoder<unknown, A>, data: unknown): A => {
  const event = codec.decode(data)
  if (E.isLeft(event)) throw new Error('an idempotency record cannot be read')
  return event.right
}

const streamOf = (tenant: string, key: string): StreamName => {
  const digest = createHash('sha256').update(key).digest('hex')
  const name = StreamName.decode(`idempotency-${encodeURIComponent(tenant)}/${digest}`)
  if (E.isLeft(name)) throw new Error('a key part and a digest make a stream name')
  return name.right
}
