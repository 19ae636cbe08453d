// Stored rows as events. The log's rows carry the stream's number; names that are not known here are
// asked for once. JSON is parsed only of events somebody asked for.
import assert from 'node:assert'
import { revisionOf, streamNameOf } from '../checked.ts'
import type { RecordedEvent, StreamName } from '../event-store.ts'
import type { Database, Row, Statement } from './connections.ts'
import { positionFrom } from './position.ts'
import type { StreamNumbers } from './stream-numbers.ts'

/** position, recorded_at_ms, stream_id, revision, id, type, data, metadata */
export const eventColumns = [
  'position',
  'recorded_at_ms',
  'stream_id',
  'revision',
  'id',
  'type',
  'data',
  'metadata',
]

export const eventFrom = (row: Row, stream: StreamName): RecordedEvent => {
  const [position, recordedAtMs, , revision, id, type, data, metadata] = row
  assert(position != null && id != null && type != null && data != null && metadata != null)
  return {
    stream,
    revision: revisionOf(Number(revision)),
    position: positionFrom(position),
    recordedAtMs: Number(recordedAtMs),
    id,
    type,
    data: JSON.parse(data),
    metadata: JSON.parse(metadata),
  }
}

const namesStatement: Statement = {
  name: 'names',
  text: 'SELECT id, name FROM carillon_log.streams WHERE id = ANY ($1::integer[])',
}

/** The stream of each row, in order. */
export const streamsOf = async (
  database: Database,
  numbers: StreamNumbers,
  rows: readonly Row[],
): Promise<readonly StreamName[]> => {
  const found = rows.map((row) => numbers.nameOf(Number(row[2])))
  const missing = new Set<string>()
  for (const [n, row] of rows.entries()) {
    if (found[n] === undefined && row[2] != null) missing.add(row[2])
  }
  const names = new Map<string, string>()
  if (missing.size > 0) {
    for (const [id, name] of await database.run(namesStatement, [`{${[...missing].join()}}`])) {
      assert(id != null && name != null)
      names.set(id, name)
      numbers.learn(name, Number(id))
    }
  }
  return rows.map((row, n) => {
    const name = found[n] ?? names.get(row[2] ?? '')
    assert(name !== undefined, `stream ${row[2]} has events and no name`)
    return streamNameOf(name)
  })
}
