// A stream is truncated by its metadata: `$tb` in the newest event of its `$$` stream. What else
// stands there (an operator's access list, a maximum age) stays. The mark never moves backwards and
// never beyond the head, where it would hide events to come.
import { randomUUID } from 'node:crypto'
import * as t from 'io-ts'
import { streamNameOf } from '../checked.ts'
import type { Revision, StoreUnavailable, StreamName } from '../event-store.ts'
import type { Append } from './appends.ts'
import { unavailable } from './faults.ts'
import type { Reads } from './reads.ts'

export type Truncate = (
  stream: StreamName,
  before: Revision,
) => Promise<{ readonly done: true } | StoreUnavailable>

const Metadata = t.UnknownRecord

// Races of two truncations of one stream are rare, and each round one of them wins.
const roundsMax = 10

export const createTruncate =
  (append: Append, reads: Reads): Truncate =>
  async (stream, before) => {
    const metaStream = streamNameOf(`$$${stream}`)
    for (let round = 0; round < roundsMax; round += 1) {
      const remaining = await reads.readStream(stream, { direction: 'backwards', limit: 1 })
      if ('type' in remaining) return remaining
      const [head] = remaining
      if (head === undefined) return { done: true }
      const current = await reads.newestOf(metaStream)
      if ('type' in current) return current
      const { newest } = current
      const fields = Metadata.is(newest?.data) ? newest.data : {}
      const mark = Math.min(before, head.revision + 1)
      if (mark === 0 || (typeof fields['$tb'] === 'number' && fields['$tb'] >= mark)) {
        return { done: true }
      }
      const data = { ...fields, $tb: mark }
      const event = { id: randomUUID(), type: '$metadata', data, metadata: {} }
      const outcome = await append({
        stream: metaStream,
        expected: newest?.revision ?? 'none',
        events: [event],
      })
      if (outcome.type === 'StoreUnavailable') return outcome
      if (outcome.type === 'Appended') return { done: true }
    }
    return unavailable('others keep changing the metadata of the stream')
  }
