// THE NAMES AND SHAPES IN THIS FILE ARE THE STORAGE FORMAT. They never change meaning.
//
// What becomes of one command that is given to many tasks. The tasks' own events stand in the tasks'
// streams, under the bulk's id as their correlation id; here stands how far the bulk has come.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { problemsOf } from '../problems.ts'
import { KeyPart } from '../task/ids.ts'

const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])
const event = <P extends t.Props>(props: P) => t.readonly(t.exact(t.type(props)))

export const BulkAction = t.keyof({ pause: null, resume: null, delete: null, trigger: null })
export type BulkAction = t.TypeOf<typeof BulkAction>

/** A task of the bulk's tenant. */
export const BulkKey = t.readonly(t.type({ group: KeyPart, job: KeyPart }))
export type BulkKey = t.TypeOf<typeof BulkKey>

/** What was asked for. */
export const BulkOrder = t.readonly(
  t.exact(
    t.type({
      action: BulkAction,
      /** Parameters of the task list, as its query string has them. */
      filter: t.readonly(t.record(t.string, t.string)),
      /** How many tasks were named one by one instead; null: the filter says which. */
      keys: nullable(t.number),
      /** For a pause: when the scheduler resumes the tasks; null: never by itself. */
      until: nullable(Instant),
      reason: nullable(t.string),
      source: t.keyof({ api: null, console: null }),
    }),
  ),
)
export type BulkOrder = t.TypeOf<typeof BulkOrder>

/** Why one task was not changed. */
export const BulkProblem = t.readonly(
  t.exact(t.type({ group: KeyPart, job: KeyPart, problem: t.string })),
)
export type BulkProblem = t.TypeOf<typeof BulkProblem>

const BulkStarted = event({
  type: t.literal('BulkStarted'),
  startedAt: Instant,
  order: BulkOrder,
})
/** Every task is named now, in the stream of the bulk's targets. */
const BulkTargetsNamed = event({
  type: t.literal('BulkTargetsNamed'),
  namedAt: Instant,
  total: t.number,
})
/** One batch of targets is done. */
const BulkAdvanced = event({
  type: t.literal('BulkAdvanced'),
  advancedAt: Instant,
  changed: t.number,
  unchanged: t.number,
  refused: t.number,
  /** Of this batch; when many were refused, not all of them. */
  problems: t.readonlyArray(BulkProblem),
})
/** The process that carried it out stopped in good order. */
const BulkInterrupted = event({ type: t.literal('BulkInterrupted'), interruptedAt: Instant })
/** Another process goes on with it, or the one that has it is still waiting; nobody else may. */
const BulkContinued = event({ type: t.literal('BulkContinued'), continuedAt: Instant })
const BulkEnded = event({ type: t.literal('BulkEnded'), endedAt: Instant })

const bulkEventCodecs = {
  BulkStarted,
  BulkTargetsNamed,
  BulkAdvanced,
  BulkInterrupted,
  BulkContinued,
  BulkEnded,
} as const

type BulkEventType = keyof typeof bulkEventCodecs
export type BulkEvent = {
  [K in BulkEventType]: t.TypeOf<(typeof bulkEventCodecs)[K]>
}[BulkEventType]

const isBulkEventType = (type: string): type is BulkEventType =>
  Object.hasOwn(bulkEventCodecs, type)

const AnyBulkEvent = t.union([
  BulkStarted,
  BulkTargetsNamed,
  BulkAdvanced,
  BulkInterrupted,
  BulkContinued,
  BulkEnded,
])

export const encodeBulkEvent = (event: BulkEvent) => {
  const { type, ...data } = AnyBulkEvent.encode(event)
  return { type, data }
}

export const decodeBulkEvent = (stored: {
  readonly type: string
  readonly data: unknown
}): E.Either<readonly string[], BulkEvent> => {
  const { type, data } = stored
  if (!isBulkEventType(type)) return E.left([`unknown event type ${type}`])
  const codec: t.Decoder<unknown, BulkEvent> = bulkEventCodecs[type]
  return E.mapLeft(problemsOf)(codec.decode({ ...(typeof data === 'object' ? data : {}), type }))
}
