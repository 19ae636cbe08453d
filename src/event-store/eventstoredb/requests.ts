// The port's questions as messages of the Streams protocol. Nothing here sends.
// An append carries no deadline of its own: the server would measure it with its own clock, and a
// client whose clock is behind would have every append refused.
import type { ExpectedRevision, NewEvent } from '../event-store.ts'
import { storedTypeOf } from './event-type.ts'
import type { LogPlace } from './positions.ts'
import { createProtobufWriter, type ProtobufWriter } from './protocol/protobuf-writer.ts'

export interface AppendRequest {
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly events: readonly NewEvent[]
}

/** `correlation` comes back in the answer. */
export const writeAppend = (
  to: ProtobufWriter,
  correlation: number,
  { stream, expected, events }: AppendRequest,
): void =>
  to.frame(() => {
    // A UUID may be written as two numbers; ours has one that counts.
    to.message(1, () => to.message(1, () => to.uint(2, correlation)))
    to.message(2, () => {
      writeIdentifier(to, 1, stream)
      if (expected === 'any') to.empty(4)
      else if (expected === 'none') to.empty(3)
      else to.uint(2, expected)
    })
    for (const event of events) to.message(3, () => writeProposed(to, event))
    to.uint(4, 1)
  })

const writeIdentifier = (to: ProtobufWriter, field: number, stream: string): void =>
  to.message(field, () => to.text(3, stream))

const writeProposed = (to: ProtobufWriter, event: NewEvent): void => {
  to.message(1, () => to.text(2, event.id))
  writeHeader(to, 'type', storedTypeOf(event.type))
  writeHeader(to, 'content-type', 'application/json')
  to.text(3, JSON.stringify(event.metadata))
  to.text(4, JSON.stringify(event.data))
}

const writeHeader = (to: ProtobufWriter, key: string, value: string): void =>
  to.message(2, () => {
    to.text(1, key)
    to.text(2, value)
  })

export type Direction = 'forwards' | 'backwards'

const writer = createProtobufWriter()

const readMessage = (fill: () => void): Buffer => {
  writer.frame(() =>
    writer.message(1, () => {
      fill()
      writer.message(9, () => writer.empty(2)) // ids as text
    }),
  )
  return writer.take()
}

const writeDirection = (direction: Direction): void =>
  writer.uint(3, direction === 'forwards' ? 0 : 1)

export const readStreamMessage = (
  stream: string,
  read: { readonly direction: Direction; readonly from?: number; readonly limit: number },
): Buffer =>
  readMessage(() => {
    writer.message(1, () => {
      writeIdentifier(writer, 1, stream)
      if (read.from !== undefined) writer.uint(2, read.from)
      else writer.empty(read.direction === 'forwards' ? 3 : 4)
    })
    writeDirection(read.direction)
    writer.uint(5, read.limit)
    writer.empty(8) // no filter
  })

// How many events of other streams the server passes in one step of a filtered read, and between two
// checkpoints of a filtered subscription.
const searchWindow = 500

const writeStreamFilter = (prefixes: readonly string[]): void =>
  writer.message(7, () => {
    writer.message(1, () => {
      // Streams whose name starts with a dollar sign are the server's own.
      if (prefixes.length === 0 || prefixes.includes('')) writer.text(1, '^[^$]')
      else for (const prefix of prefixes) writer.text(2, prefix)
    })
    writer.uint(3, searchWindow)
    writer.uint(5, 1)
  })

const writeAllFrom = (place: LogPlace | null, direction: Direction): void =>
  writer.message(2, () => {
    if (place === null) return writer.empty(direction === 'forwards' ? 2 : 3)
    writer.message(1, () => {
      writer.uint(1, place.commit)
      writer.uint(2, place.prepare)
    })
  })

export const readAllMessage = (read: {
  readonly direction: Direction
  readonly from: LogPlace | null
  readonly prefixes: readonly string[]
  readonly limit: number
}): Buffer =>
  readMessage(() => {
    writeAllFrom(read.from, read.direction)
    writeDirection(read.direction)
    writer.uint(5, read.limit)
    writeStreamFilter(read.prefixes)
  })

export const subscribeMessage = (from: LogPlace | null, prefixes: readonly string[]): Buffer =>
  readMessage(() => {
    writeAllFrom(from, 'forwards')
    writer.empty(6)
    writeStreamFilter(prefixes)
  })
