// The port's questions as messages of the Streams protocol. Pure: nothing here sends.
// An append carries no deadline of its own: the server would measure it with its own clock, and a
// client whose clock is behind would have every append refused.
import google from 'google-protobuf/google/protobuf/empty_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { ExpectedRevision, NewEvent } from '../event-store.ts'
import { storedTypeOf } from './event-type.ts'
import type { LogPlace } from './positions.ts'

type ReadOptions = InstanceType<typeof streams.ReadReq.Options>

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8')

const identifierOf = (stream: string) => {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(utf8(stream))
  return identifier
}

const uuidOf = (id: string) => {
  const uuid = new shared.UUID()
  uuid.setString(id)
  return uuid
}

const proposed = (event: NewEvent) => {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(uuidOf(event.id))
  message
    .getMetadataMap()
    .set('type', storedTypeOf(event.type))
    .set('content-type', 'application/json')
  message.setData(utf8(JSON.stringify(event.data)))
  message.setCustomMetadata(utf8(JSON.stringify(event.metadata)))
  return message
}

export interface AppendRequest {
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly events: readonly NewEvent[]
}

export const appendMessage = (correlationId: string, request: AppendRequest) => {
  const options = new streams.BatchAppendReq.Options()
  options.setStreamIdentifier(identifierOf(request.stream))
  if (request.expected === 'any') options.setAny(new google.Empty())
  else if (request.expected === 'none') options.setNoStream(new google.Empty())
  else options.setStreamPosition(String(request.expected))
  const message = new streams.BatchAppendReq()
  message.setCorrelationId(uuidOf(correlationId))
  message.setOptions(options)
  message.setProposedMessagesList(request.events.map(proposed))
  message.setIsFinal(true)
  return message
}

export type Direction = 'forwards' | 'backwards'

const readMessage = (fill: (options: ReadOptions) => void) => {
  const options = new streams.ReadReq.Options()
  const uuids = new streams.ReadReq.Options.UUIDOption()
  uuids.setString(new shared.Empty())
  options.setUuidOption(uuids)
  options.setResolveLinks(false)
  fill(options)
  const message = new streams.ReadReq()
  message.setOptions(options)
  return message
}

const directionOf = (direction: Direction) =>
  direction === 'forwards'
    ? streams.ReadReq.Options.ReadDirection.FORWARDS
    : streams.ReadReq.Options.ReadDirection.BACKWARDS

export const readStreamMessage = (
  stream: string,
  read: { readonly direction: Direction; readonly from?: number; readonly limit: number },
) =>
  readMessage((options) => {
    const of = new streams.ReadReq.Options.StreamOptions()
    of.setStreamIdentifier(identifierOf(stream))
    if (read.from !== undefined) of.setRevision(String(read.from))
    else if (read.direction === 'forwards') of.setStart(new shared.Empty())
    else of.setEnd(new shared.Empty())
    options.setStream(of)
    options.setReadDirection(directionOf(read.direction))
    options.setCount(String(read.limit))
    options.setNoFilter(new shared.Empty())
  })

// How many events of other streams the server passes in one step of a filtered read, and between two
// checkpoints of a filtered subscription.
const searchWindow = 500

const streamFilter = (prefixes: readonly string[]) => {
  const names = new streams.ReadReq.Options.FilterOptions.Expression()
  // Streams whose name starts with a dollar sign are the server's own.
  if (prefixes.length === 0 || prefixes.includes('')) names.setRegex('^[^$]')
  else names.setPrefixList([...prefixes])
  const filter = new streams.ReadReq.Options.FilterOptions()
  filter.setStreamIdentifier(names)
  filter.setMax(searchWindow)
  filter.setCheckpointintervalmultiplier(1)
  return filter
}

const allFrom = (place: LogPlace | null, direction: Direction) => {
  const all = new streams.ReadReq.Options.AllOptions()
  if (place !== null) {
    const position = new streams.ReadReq.Options.Position()
    position.setCommitPosition(place.commit)
    position.setPreparePosition(place.prepare)
    all.setPosition(position)
  } else if (direction === 'forwards') all.setStart(new shared.Empty())
  else all.setEnd(new shared.Empty())
  return all
}

export const readAllMessage = (read: {
  readonly direction: Direction
  readonly from: LogPlace | null
  readonly prefixes: readonly string[]
  readonly limit: number
}) =>
  readMessage((options) => {
    options.setAll(allFrom(read.from, read.direction))
    options.setReadDirection(directionOf(read.direction))
    options.setCount(String(read.limit))
    options.setFilter(streamFilter(read.prefixes))
  })

export const subscribeMessage = (from: LogPlace | null, prefixes: readonly string[]) =>
  readMessage((options) => {
    options.setAll(allFrom(from, 'forwards'))
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
    options.setFilter(streamFilter(prefixes))
  })
