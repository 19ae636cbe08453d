// A stored event on its way into the read models: decoded, and its envelope read. An event that
// cannot be decoded, or belongs to a stream named like no task, is a fault that names it; its
// envelope is read leniently, because who and why decide nothing.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEvent } from '../domain/task/events.ts'
import { taskOfStream, taskStreamPrefix, type KeyPart, type TaskId } from '../domain/task/ids.ts'
import {
  decodeRecallTested,
  testsStreamPrefix,
  type RecallTested,
} from '../domain/task/recall-test.ts'
import { decodeTaskEvent } from '../domain/task/stored.ts'
import { EventSource } from '../event-store/envelope.ts'
import type { LogPage, RecordedEvent } from '../event-store/event-store.ts'
import type { KnownTask } from './tasks/table.ts'

/** What is read of the log. */
export const followedPrefixes: readonly string[] = [taskStreamPrefix, testsStreamPrefix]

export interface Envelope {
  readonly actor: string | null
  readonly reason: string | null
  readonly source: EventSource | null
}

export interface Entry {
  readonly recorded: RecordedEvent
  readonly taskId: TaskId
  readonly event: TaskEvent
  readonly envelope: Envelope
}

/** A call that somebody tried: it belongs to no task. */
export interface TestEntry {
  readonly recorded: RecordedEvent
  readonly tenant: KeyPart
  readonly test: RecallTested
  readonly envelope: Envelope
}

export interface UndecodableEvent {
  readonly type: 'UndecodableEvent'
  readonly stream: string
  readonly revision: number
  readonly problems: readonly string[]
  readonly retryable: false
}

export interface Decoded {
  /** Of the page's events up to the first that cannot be decoded. */
  readonly entries: readonly Entry[]
  readonly tests: readonly TestEntry[]
  readonly fault: UndecodableEvent | null
}

/** `known`: tasks by stream, which saves taking a stream's name apart. */
export const decodePage = (page: LogPage, known: ReadonlyMap<string, KnownTask>): Decoded => {
  const entries: Entry[] = []
  const tests: TestEntry[] = []
  for (const recorded of page.events) {
    if (recorded.stream.startsWith(testsStreamPrefix)) {
      const test = testOf(recorded)
      if (E.isLeft(test)) return { entries, tests, fault: undecodable(recorded, test.left) }
      tests.push(test.right)
      continue
    }
    const entry = entryOf(recorded, known.get(recorded.stream))
    if (E.isLeft(entry)) return { entries, tests, fault: undecodable(recorded, entry.left) }
    entries.push(entry.right)
  }
  return { entries, tests, fault: null }
}

const testOf = (recorded: RecordedEvent): E.Either<readonly string[], TestEntry> => {
  const decoded = decodeRecallTested(recorded.stream, recorded)
  if (E.isLeft(decoded)) return decoded
  return E.right({ recorded, ...decoded.right, envelope: envelopeOf(recorded.metadata) })
}

const entryOf = (
  recorded: RecordedEvent,
  known: KnownTask | undefined,
): E.Either<readonly string[], Entry> => {
  const taskId = known === undefined ? taskOfStream(recorded.stream) : E.right(known.taskId)
  if (E.isLeft(taskId)) return E.left([taskId.left])
  const event = decodeTaskEvent(recorded)
  if (E.isLeft(event)) return event
  const envelope = envelopeOf(recorded.metadata)
  return E.right({ recorded, taskId: taskId.right, event: event.right, envelope })
}

const undecodable = (
  { stream, revision }: RecordedEvent,
  problems: readonly string[],
): UndecodableEvent => ({ type: 'UndecodableEvent', stream, revision, problems, retryable: false })

const envelopeOf = (metadata: unknown): Envelope => {
  const source = fieldOf(metadata, 'source')
  return {
    actor: textOf(metadata, 'actor'),
    reason: textOf(metadata, 'reason'),
    source: EventSource.is(source) ? source : null,
  }
}

const fieldOf = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? (Reflect.get(of, name) as unknown) : undefined

const textOf = (of: unknown, name: string): string | null => {
  const value = fieldOf(of, name)
  return typeof value === 'string' ? value.slice(0, textLengthMax) : null
}

// Longer ones would not fit an index; the whole stands in the event.
const textLengthMax = 500
