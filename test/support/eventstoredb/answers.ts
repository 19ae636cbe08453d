// The small EventStoreDB's answers as protocol messages: events, verdicts, refusals.
import codes from '@eventstore/db-client/generated/code_pb.js'
import type { Code } from '@eventstore/db-client/generated/code_pb.js'
import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import statusPb from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import any from 'google-protobuf/google/protobuf/any_pb.js'
import google from 'google-protobuf/google/protobuf/empty_pb.js'
import type { Message } from 'google-protobuf'
import type { Expected, StoredEvent, Verdict } from './log.ts'

export const uuid = (id: string) => new shared.UUID().setString(id)

export const identifier = (stream: string) =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'))

export const nameIn = (of: InstanceType<typeof shared.StreamIdentifier> | undefined): string =>
  Buffer.from(of?.getStreamName_asU8() ?? []).toString('utf8')

export const eventAnswer = (event: StoredEvent) => {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.position))
    .setPreparePosition(String(event.position))
    .setData(event.data)
    .setCustomMetadata(event.metadata)
  record
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(event.createdTicks))
  const read = new streams.ReadResp.ReadEvent()
    .setEvent(record)
    .setCommitPosition(String(event.position))
  return new streams.ReadResp().setEvent(read)
}

export const notFoundAnswer = (stream: string) =>
  new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)),
  )

export const confirmation = (id: string) =>
  new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(id),
  )

export const caughtUp = () => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())

export const checkpoint = (position: bigint) =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  )

const packed = (name: string, message: Message) => {
  const details = new any.Any()
  details.pack(message.serializeBinary(), `event_store.client.${name}`)
  return details
}

const failure = (code: Code, name: string, details: Message) =>
  new statusPb.Status().setCode(code).setMessage(name).setDetails(packed(name, details))

const wrongExpectedVersion = (current: number | null, expected: Expected) => {
  const details = new shared.WrongExpectedVersion()
  if (current === null) details.setCurrentNoStream(new google.Empty())
  else details.setCurrentStreamRevision(String(current))
  if (expected === 'any') details.setExpectedAny(new google.Empty())
  else if (expected === 'none') details.setExpectedNoStream(new google.Empty())
  else if (expected === 'exists') details.setExpectedStreamExists(new google.Empty())
  else details.setExpectedStreamPosition(String(expected))
  return failure(codes.Code.ALREADY_EXISTS, 'WrongExpectedVersion', details)
}

const tooLarge = (max: number) =>
  failure(
    codes.Code.INVALID_ARGUMENT,
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(max),
  )

const badRequest = (message: string) =>
  failure(codes.Code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(message))

export type BatchVerdict =
  | Verdict
  | { readonly type: 'too-large'; readonly max: number }
  | { readonly type: 'bad-request'; readonly message: string }

/** The correlation comes back in the form in which it was given. */
export const batchAnswer = (
  correlation: InstanceType<typeof shared.UUID> | undefined,
  stream: string,
  expected: Expected,
  verdict: BatchVerdict,
) => {
  const answer = new streams.BatchAppendResp()
    .setCorrelationId(correlation)
    .setStreamIdentifier(identifier(stream))
  switch (verdict.type) {
    case 'success':
      return answer.setSuccess(batchSuccess(verdict.revision, verdict.position))
    case 'wrong-expected-version':
      return answer.setError(wrongExpectedVersion(verdict.current, expected))
    case 'too-large':
      return answer.setError(tooLarge(verdict.max))
    case 'bad-request':
      return answer.setError(badRequest(verdict.message))
  }
}

const batchSuccess = (revision: number, position: bigint | null) => {
  const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(revision))
  if (position === null) return success.setNoPosition(new google.Empty())
  return success.setPosition(
    new shared.AllStreamPosition()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  )
}

/** A call that fails as a whole, with the headers by which the client tells one kind from another. */
export const refusal = (
  code: status,
  details: string,
  headers: Readonly<Record<string, string>> = {},
): Partial<ServiceError> => {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value)
  return { code, details, metadata }
}

export const notLeader = (host: string, port: number) =>
  refusal(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  })

export const consumerTooSlow = () =>
  refusal(
    status.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. ' +
      'Client resubscription required.',
  )
