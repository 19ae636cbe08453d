// What a read brings, one message after the other: events, how far the server has looked, and words
// about the call itself. Content that is not JSON (written by others) comes out as null data; nothing
// here judges types.
import { revisionOf, streamNameOf } from '../checked.ts'
import type { Position, RecordedEvent } from '../event-store.ts'
import { typeOf } from './event-type.ts'
import { positionAt } from './positions.ts'
import { ProtobufReader } from './protocol/protobuf-reader.ts'

export type ReadAnswer =
  | { readonly type: 'Event'; readonly event: RecordedEvent }
  | { readonly type: 'Checkpoint'; readonly through: Position }
  | { readonly type: 'Other' }

export const readAnswerIn = (message: Buffer): ReadAnswer => {
  const reader = new ProtobufReader(message)
  while (reader.next()) {
    if (reader.field === 1) {
      const event = reader.nested(readEventIn)
      return event === null ? { type: 'Other' } : { type: 'Event', event }
    }
    if (reader.field === 3) return { type: 'Checkpoint', through: reader.nested(placeIn) }
    reader.skip()
  }
  return { type: 'Other' }
}

/** Streams whose name begins so are the server's own, and no business of the port's. */
export const isOfServer = ({ stream }: RecordedEvent): boolean => stream.startsWith('$')

/** Both kinds of place have the same two fields. */
export const placeIn = (reader: ProtobufReader): Position => {
  let commit = 0
  let prepare = 0
  while (reader.next()) {
    if (reader.field === 1) commit = reader.uint()
    else if (reader.field === 2) prepare = reader.uint()
    else reader.skip()
  }
  return positionAt(commit, prepare)
}

const readEventIn = (reader: ProtobufReader): RecordedEvent | null => {
  let event: RecordedEvent | null = null
  while (reader.next()) {
    if (reader.field === 1) event = reader.nested(recordedIn)
    else reader.skip()
  }
  return event
}

const recordedIn = (reader: ProtobufReader): RecordedEvent => {
  const headers: Headers = { type: '', contentType: '', created: '' }
  let id = ''
  let stream = ''
  let revision = 0
  let prepare = 0
  let commit = 0
  let metadata = ''
  let data = ''
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        id = reader.nested(uuidTextIn)
        break
      case 2:
        stream = reader.nested(streamNameIn)
        break
      case 3:
        revision = reader.uint()
        break
      case 4:
        prepare = reader.uint()
        break
      case 5:
        commit = reader.uint()
        break
      case 6:
        reader.nested((entry) => headerIn(entry, headers))
        break
      case 7:
        metadata = reader.text()
        break
      case 8:
        data = reader.text()
        break
      default:
        reader.skip()
    }
  }
  return {
    stream: streamNameOf(stream),
    revision: revisionOf(revision),
    position: positionAt(commit, prepare),
    id,
    type: typeOf(headers.type),
    data: headers.contentType === 'application/json' ? jsonOf(data) : null,
    metadata: jsonOf(metadata),
    recordedAtMs: recordedAtMsOf(headers.created),
  }
}

interface Headers {
  type: string
  contentType: string
  created: string
}

const headerIn = (reader: ProtobufReader, headers: Headers): void => {
  let key = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === 1) key = reader.text()
    else if (reader.field === 2) value = reader.text()
    else reader.skip()
  }
  if (key === 'type') headers.type = value
  else if (key === 'content-type') headers.contentType = value
  else if (key === 'created') headers.created = value
}

const uuidTextIn = (reader: ProtobufReader): string => {
  let text = ''
  while (reader.next()) {
    if (reader.field === 2) text = reader.text()
    else reader.skip()
  }
  return text
}

const streamNameIn = (reader: ProtobufReader): string => {
  let name = ''
  while (reader.next()) {
    if (reader.field === 3) name = reader.text()
    else reader.skip()
  }
  return name
}

const jsonOf = (text: string): unknown => {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// The server stamps events with .NET ticks since the Unix epoch: 100 ns each, ten thousand in a ms.
const recordedAtMsOf = (ticks: string): number => Number(ticks.slice(0, -4))
