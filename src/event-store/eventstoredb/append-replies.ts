// What the server answered to one append. A success may be the recognition of a repeat: its revision
// is that of the repeated events then, not the head, and its position is missing when the events
// were truncated since.
import { revisionOf } from '../checked.ts'
import type { Position, Revision, StoreUnavailable } from '../event-store.ts'
import { unavailable } from './faults.ts'
import { ProtobufReader } from './protocol/protobuf-reader.ts'
import { placeIn } from './read-answers.ts'

export type AppendReply =
  | { readonly type: 'Appended'; readonly revision: Revision; readonly position: Position }
  | { readonly type: 'AppendedLongAgo'; readonly revision: Revision }
  | { readonly type: 'Conflict'; readonly actual: Revision | null }
  | { readonly type: 'TooLarge' }
  | StoreUnavailable

/** `correlation` is the number that {@link writeAppend} gave the request; 0: it names none of ours. */
export interface AppendAnswer {
  readonly correlation: number
  readonly reply: AppendReply
}

export const appendAnswerIn = (message: Buffer): AppendAnswer => {
  const reader = new ProtobufReader(message)
  let correlation = 0
  let reply: AppendReply = unavailable('an answer without a result')
  while (reader.next()) {
    if (reader.field === 1) correlation = reader.nested(correlationIn)
    else if (reader.field === 2) reply = reader.nested(failureIn)
    else if (reader.field === 3) reply = reader.nested(successIn)
    else reader.skip()
  }
  return { correlation, reply }
}

const correlationIn = (reader: ProtobufReader): number => {
  let correlation = 0
  while (reader.next()) {
    if (reader.field === 1) correlation = reader.nested(leastSignificantIn)
    else reader.skip()
  }
  return correlation
}

const leastSignificantIn = (reader: ProtobufReader): number => {
  let bits = 0
  while (reader.next()) {
    if (reader.field === 2) bits = reader.uint()
    else reader.skip()
  }
  return bits
}

const successIn = (reader: ProtobufReader): AppendReply => {
  let revision = 0
  let position: Position | null = null
  while (reader.next()) {
    if (reader.field === 1) revision = reader.uint()
    else if (reader.field === 3) position = reader.nested(placeIn)
    else reader.skip()
  }
  return position === null
    ? { type: 'AppendedLongAgo', revision: revisionOf(revision) }
    : { type: 'Appended', revision: revisionOf(revision), position }
}

const conflictName = 'event_store.client.WrongExpectedVersion'
const refusals = new Set(['AccessDenied', 'StreamDeleted', 'BadRequest'])

interface Details {
  /** The name of a message type, with its package. */
  readonly name: string
  /** Only in the details of a conflict; null: the stream has never had an event. */
  readonly actual: Revision | null
}

const failureIn = (reader: ProtobufReader): AppendReply => {
  let message = ''
  let details: Details = { name: '', actual: null }
  while (reader.next()) {
    if (reader.field === 2) message = reader.text()
    else if (reader.field === 3) details = reader.nested(detailsIn)
    else reader.skip()
  }
  const { name, actual } = details
  if (name === conflictName) return { type: 'Conflict', actual }
  const kind = name.slice(name.lastIndexOf('.') + 1)
  if (kind === 'MaximumAppendSizeExceeded') return { type: 'TooLarge' }
  return unavailable(`the append was not done: ${message || kind}`, !refusals.has(kind))
}

const detailsIn = (reader: ProtobufReader): Details => {
  let name = ''
  let actual: Revision | null = null
  while (reader.next()) {
    if (reader.field === 1) {
      const url = reader.text()
      name = url.slice(url.lastIndexOf('/') + 1)
    } else if (reader.field === 2 && name === conflictName) actual = reader.nested(actualIn)
    else reader.skip()
  }
  return { name, actual }
}

const actualIn = (reader: ProtobufReader): Revision | null => {
  let actual: Revision | null = null
  while (reader.next()) {
    if (reader.field === 1) actual = revisionOf(reader.uint())
    else reader.skip()
  }
  return actual
}
