// Between a task event and what the log keeps of it. The type name is looked up first and only that
// event's codec is asked, so that an error says what is wrong with this event. An event that cannot
// be decoded is a Left: its consumer stops loudly.
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { problemsOf } from '../problems.ts'
import { taskEventCodecs, type TaskEvent, type TaskEventType } from './events.ts'

export interface StoredTaskEvent {
  readonly type: string
  /** JSON value. */
  readonly data: unknown
}

const isTaskEventType = (type: string): type is TaskEventType =>
  Object.hasOwn(taskEventCodecs, type)

// Each event has its own encoder; the type name is the proof that the pair fits.
type Encoders = { [K in TaskEventType]: (event: Extract<TaskEvent, { type: K }>) => object }

const encoders = Object.fromEntries(
  Object.entries(taskEventCodecs).map(([type, codec]) => [type, codec.encode]),
) as unknown as Encoders

/** The event without its type name, which stands beside it. */
export const encodeTaskEvent = (event: TaskEvent): StoredTaskEvent => {
  const encode = encoders[event.type] as (event: TaskEvent) => Record<string, unknown>
  const { type, ...data } = encode(event)
  return { type: type as string, data }
}

/** Left: one line per problem, with the path in the stored data. */
export const decodeTaskEvent = (
  stored: StoredTaskEvent,
): E.Either<readonly string[], TaskEvent> => {
  const { type, data } = stored
  if (!isTaskEventType(type)) return E.left([`unknown event type ${type}`])
  if (typeof data !== 'object' || data === null) return E.left(['data: expected an object'])
  const codec: t.Decoder<unknown, TaskEvent> = taskEventCodecs[type]
  return E.mapLeft(problemsOf)(codec.decode({ ...data, type }))
}
