// The adapter writes and reads the server's messages itself. Here each is held against the service
// definitions that the server's own client is generated from: what one writes, the other reads.
import fc from 'fast-check'
import codes from '@eventstore/db-client/generated/code_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import statusPb from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import any from 'google-protobuf/google/protobuf/any_pb.js'
import google from 'google-protobuf/google/protobuf/empty_pb.js'
import type { Message } from 'google-protobuf'
import { describe, expect, test } from 'vitest'
import { revisionOf } from '../../src/event-store/checked.ts'
import { appendAnswerIn } from '../../src/event-store/eventstoredb/append-replies.ts'
import { positionAt } from '../../src/event-store/eventstoredb/positions.ts'
import { createFrameCutter } from '../../src/event-store/eventstoredb/protocol/grpc-frames.ts'
import { createProtobufWriter } from '../../src/event-store/eventstoredb/protocol/protobuf-writer.ts'
import { readAnswerIn } from '../../src/event-store/eventstoredb/read-answers.ts'
import {
  readAllMessage,
  readStreamMessage,
  subscribeMessage,
  writeAppend,
} from '../../src/event-store/eventstoredb/requests.ts'

const bytesOf = (message: Message): Buffer => Buffer.from(message.serializeBinary())

const messagesIn = (frames: Buffer, cuts: readonly number[] = []): readonly Buffer[] => {
  const messages: Buffer[] = []
  const cut = createFrameCutter((message) => messages.push(Buffer.from(message)))
  const ends = [...cuts.map((n) => n % (frames.length + 1)), frames.length].sort((a, b) => a - b)
  let from = 0
  for (const end of ends) {
    if (end > from) cut(frames.subarray(from, end))
    from = Math.max(from, end)
  }
  return messages
}

const event = fc.record({
  id: fc.uuid(),
  type: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((s) => s[0] !== '%'),
  data: fc.jsonValue(),
  metadata: fc.jsonValue(),
})
const appends = fc.array(
  fc.record({
    stream: fc.string({ minLength: 1, unit: 'grapheme' }),
    expected: fc.oneof(
      fc.constantFrom('none' as const, 'any' as const),
      fc.maxSafeNat().map((n) => revisionOf(n)),
    ),
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
)
const jsonIn = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'))

describe('an append', () => {
  test('is read by the generated code as it was written, however it is cut on the way', () => {
    fc.assert(
      fc.property(appends, fc.array(fc.nat(5_000)), fc.maxSafeNat(), (given, cuts, first) => {
        const writer = createProtobufWriter()
        given.forEach((append, n) => writeAppend(writer, Math.max(1, first - n), append))
        const messages = messagesIn(writer.take(), cuts)
        expect(messages).toHaveLength(given.length)
        given.forEach(({ stream, expected, events }, n) => {
          const request = streams.BatchAppendReq.deserializeBinary(messages[n] ?? Buffer.alloc(0))
          const options = request.getOptions()
          const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? []
          expect(Buffer.from(name).toString('utf8')).toBe(Buffer.from(stream).toString('utf8'))
          expect(options?.hasNoStream()).toBe(expected === 'none')
          expect(options?.hasAny()).toBe(expected === 'any')
          if (typeof expected === 'number')
            expect(options?.getStreamPosition()).toBe(String(expected))
          expect(request.getIsFinal()).toBe(true)
          const correlation = request.getCorrelationId()?.getStructured()
          expect(correlation?.getLeastSignificantBits()).toBe(String(Math.max(1, first - n)))
          const proposed = request.getProposedMessagesList().map((message) => ({
            id: message.getId()?.getString(),
            type: message.getMetadataMap().get('type'),
            data: jsonIn(message.getData_asU8()),
            metadata: jsonIn(message.getCustomMetadata_asU8()),
          }))
          expect(proposed).toEqual(
            events.map((e) => ({ ...e, ...(JSON.parse(JSON.stringify(e)) as typeof e) })),
          )
        })
      }),
      { numRuns: 60 },
    )
  })

  test('of a megabyte does not disturb the small one behind it', () => {
    const writer = createProtobufWriter()
    const one = { id: '00000000-0000-4000-8000-000000000000', type: 'T', metadata: {} }
    const append = { stream: 's', expected: 'none' as const }
    writeAppend(writer, 1, { ...append, events: [{ ...one, data: '字'.repeat(400_000) }] })
    writeAppend(writer, 2, { ...append, events: [{ ...one, data: 'small' }] })
    const sizes = messagesIn(writer.take(), [7, 70_000, 1_100_000]).map((message) => {
      const request = streams.BatchAppendReq.deserializeBinary(message)
      return request.getProposedMessagesList()[0]?.getData_asU8().byteLength
    })
    expect(sizes).toEqual([1_200_002, 7])
    writeAppend(writer, 3, { ...append, events: [{ ...one, data: 'again' }] })
    expect(messagesIn(writer.take())).toHaveLength(1)
  })
})

const answer = () =>
  new streams.BatchAppendResp()
    .setCorrelationId(
      new shared.UUID().setStructured(
        new shared.UUID.Structured().setMostSignificantBits('0').setLeastSignificantBits('77'),
      ),
    )
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('s')))

const failed = (code: number, name: string, details: Message, message = name) => {
  const packed = new any.Any()
  packed.pack(details.serializeBinary(), `event_store.client.${name}`)
  const status = new statusPb.Status().setMessage(message).setDetails(packed)
  return answer().setError(status.setCode(code === 6 ? codes.Code.ALREADY_EXISTS : codes.Code.OK))
}

const place = (commit: string, prepare: string) =>
  new shared.AllStreamPosition().setCommitPosition(commit).setPreparePosition(prepare)

describe('the answer to an append', () => {
  const success = () => new streams.BatchAppendResp.Success().setCurrentRevision('0')
  const conflict = () => new shared.WrongExpectedVersion()
  const cases: readonly (readonly [string, Message, object])[] = [
    [
      'that it landed',
      answer().setSuccess(success().setPosition(place('9007199254740991', '300'))),
      { type: 'Appended', revision: 0, position: positionAt(9_007_199_254_740_991, 300) },
    ],
    [
      'that it landed at the very beginning',
      answer().setSuccess(success().setPosition(place('0', '0'))),
      { type: 'Appended', revision: 0, position: positionAt(0, 0) },
    ],
    [
      'that it landed long ago',
      answer().setSuccess(success().setNoPosition(new google.Empty())),
      { type: 'AppendedLongAgo', revision: 0 },
    ],
    [
      'that the stream is elsewhere',
      failed(6, 'WrongExpectedVersion', conflict().setCurrentStreamRevision('41')),
      { type: 'Conflict', actual: 41 },
    ],
    [
      'that there is no stream',
      failed(6, 'WrongExpectedVersion', conflict().setCurrentNoStream(new google.Empty())),
      { type: 'Conflict', actual: null },
    ],
    [
      'that it is too large',
      failed(0, 'MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded()),
      { type: 'TooLarge' },
    ],
    [
      'that it took too long',
      failed(0, 'Timeout', new shared.Timeout()),
      { type: 'StoreUnavailable', retryable: true },
    ],
  ]
  for (const [name, message, reply] of cases) {
    test(`${name} is understood`, () => {
      const found = appendAnswerIn(bytesOf(message))
      expect(found.correlation).toBe(77)
      expect(found.reply).toMatchObject(reply)
    })
  }
})

describe('what a read brings', () => {
  const recorded = (contentType: string, data: string) => {
    const record = new streams.ReadResp.ReadEvent.RecordedEvent()
      .setId(new shared.UUID().setString('00000000-0000-4000-8000-00000000000a'))
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('task-宝/é')))
      .setStreamRevision('5')
      .setCommitPosition('70000000000')
      .setPreparePosition('70000000000')
      .setData(Buffer.from(data))
      .setCustomMetadata(Buffer.from('{"actor":"me"}'))
    record
      .getMetadataMap()
      .set('type', '%%odd')
      .set('created', '17000000000001234')
      .set('content-type', contentType)
    const read = new streams.ReadResp.ReadEvent().setEvent(record).setCommitPosition('70000000000')
    return new streams.ReadResp().setEvent(read)
  }

  test('is the event', () => {
    expect(readAnswerIn(bytesOf(recorded('application/json', '{"text":"宝"}')))).toEqual({
      type: 'Event',
      event: {
        stream: 'task-宝/é',
        revision: 5,
        position: positionAt(70_000_000_000, 70_000_000_000),
        id: '00000000-0000-4000-8000-00000000000a',
        type: '%odd',
        data: { text: '宝' },
        metadata: { actor: 'me' },
        recordedAtMs: 1_700_000_000_000,
      },
    })
  })

  test('is an event without data when the bytes are not JSON', () => {
    for (const [contentType, data] of [
      ['application/octet-stream', '{"a":1}'],
      ['application/json', '{"a":'],
      ['application/json', ''],
    ] as const)
      expect(readAnswerIn(bytesOf(recorded(contentType, data)))).toMatchObject({
        type: 'Event',
        event: { data: null },
      })
  })

  test('is how far the server has looked', () => {
    const checkpoint = new streams.ReadResp.Checkpoint()
      .setCommitPosition('900')
      .setPreparePosition('800')
    expect(readAnswerIn(bytesOf(new streams.ReadResp().setCheckpoint(checkpoint)))).toEqual({
      type: 'Checkpoint',
      through: positionAt(900, 800),
    })
  })

  test('is nothing of ours when the server talks about the call', () => {
    const talk = [
      new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()),
      new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound()),
      new streams.ReadResp().setEvent(
        new streams.ReadResp.ReadEvent().setNoPosition(new shared.Empty()),
      ),
    ]
    for (const message of talk) expect(readAnswerIn(bytesOf(message))).toEqual({ type: 'Other' })
  })
})

test('questions are read by the generated code as they were asked', () => {
  const optionsOf = (frame: Buffer) => {
    const [message = Buffer.alloc(0)] = messagesIn(frame)
    return streams.ReadReq.deserializeBinary(message).getOptions()?.toObject()
  }
  const all = readAllMessage({
    direction: 'backwards',
    from: { commit: 70_000_000_000, prepare: 5 },
    prefixes: ['task-', 'calendar-'],
    limit: 300,
  })
  expect(optionsOf(all)).toMatchObject({
    all: { position: { commitPosition: '70000000000', preparePosition: '5' } },
    readDirection: 1,
    count: '300',
    filter: { streamIdentifier: { regex: '', prefixList: ['task-', 'calendar-'] }, max: 500 },
    uuidOption: { string: {} },
  })
  expect(optionsOf(subscribeMessage(null, []))).toMatchObject({
    all: { start: {} },
    readDirection: 0,
    subscription: {},
    filter: { streamIdentifier: { regex: '^[^$]', prefixList: [] }, max: 500 },
  })
  expect(optionsOf(readStreamMessage('s', { direction: 'backwards', limit: 1 }))).toMatchObject({
    stream: { end: {} },
    readDirection: 1,
    count: '1',
    noFilter: {},
  })
  expect(
    optionsOf(readStreamMessage('s', { direction: 'forwards', from: 7, limit: 2 })),
  ).toMatchObject({ stream: { revision: '7' }, readDirection: 0, count: '2' })
})
