// Recorded events as the protocol carries them, turned into the port's. Events that another
// application wrote in a form other than JSON come out with null data; nothing here judges types.
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { revisionOf, streamNameOf } from '../checked.ts'
import type { RecordedEvent } from '../event-store.ts'
import { typeOf } from './event-type.ts'
import { positionAt } from './positions.ts'

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

const jsonOf = (bytes: Uint8Array): unknown => {
  if (bytes.byteLength === 0) return null
  try {
    return JSON.parse(textOf(bytes))
  } catch {
    return null
  }
}

// The server stamps events with .NET ticks since the Unix epoch: 100 ns each, ten thousand in a ms.
const recordedAtMsOf = (ticks: string | undefined): number => Number(ticks?.slice(0, -4) ?? 0)

/** Null for the server's own streams, and for answers that carry no event. */
export const recordedOf = (answer: ReadResp): RecordedEvent | null => {
  const record = answer.getEvent()?.getEvent()
  const name = record?.getStreamIdentifier()?.getStreamName_asU8()
  if (record === undefined || name === undefined) return null
  const stream = textOf(name)
  if (stream.startsWith('$')) return null
  const headers = record.getMetadataMap()
  return {
    stream: streamNameOf(stream),
    revision: revisionOf(Number(record.getStreamRevision())),
    position: positionAt(record.getCommitPosition(), record.getPreparePosition()),
    id: record.getId()?.getString() ?? '',
    type: typeOf(headers.get('type') ?? ''),
    data: headers.get('content-type') === 'application/json' ? jsonOf(record.getData_asU8()) : null,
    metadata: jsonOf(record.getCustomMetadata_asU8()),
    recordedAtMs: recordedAtMsOf(headers.get('created')),
  }
}
