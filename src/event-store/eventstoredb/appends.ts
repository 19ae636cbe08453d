// Appends as the port promises them, over a pipeline that promises little: one after the other within
// a stream, many streams at once, and an append whose outcome is unknown repeated as it was until
// the server answers. The server knows a repeat by its ids as long as its expectation lies behind
// the head. `any` has no such expectation, so nobody repeats it here.
import type { AppendOutcome, Revision, StoreUnavailable, StreamAppend } from '../event-store.ts'
import type { AppendPipeline } from './append-pipeline.ts'
import { askUntilAnswered } from './patience.ts'
import type { Reads } from './reads.ts'
import { createTurns } from './turns.ts'

export type Append = (append: StreamAppend) => Promise<AppendOutcome | StoreUnavailable>

export const createAppend = (options: {
  readonly pipeline: AppendPipeline
  readonly reads: Reads
  readonly inFlightMax: number
  readonly patienceMs: number
}): Append => {
  const { pipeline, reads, patienceMs } = options
  const inTurn = createTurns(options.inFlightMax)

  const ask = async (append: StreamAppend): Promise<AppendOutcome | StoreUnavailable> => {
    const reply = await pipeline.send(append)
    return reply.type === 'AppendedLongAgo' ? located(reads, append, reply.revision) : reply
  }

  return (append) =>
    inTurn(append.stream, () =>
      append.expected === 'any' ? ask(append) : askUntilAnswered(() => ask(append), patienceMs),
    )
}

// How many events of a stream are searched for one that was truncated.
const searchMax = 1_000

// A truncated event is still in the log, before the oldest that its stream still shows. When it is
// not found (scavenged since), the next place that is certainly not before it stands in: whoever
// waits to see that place has seen the event's.
const located = async (
  reads: Reads,
  { stream, events }: StreamAppend,
  revision: Revision,
): Promise<AppendOutcome | StoreUnavailable> => {
  const remaining = await reads.readStream(stream, { direction: 'forwards', limit: 1 })
  if ('type' in remaining) return remaining
  const [oldest] = remaining
  const before = oldest?.position ?? null
  const found = await reads.readLogBackwards(stream, { before, limit: searchMax })
  const id = events.at(-1)?.id
  const original = 'type' in found ? undefined : found.find((event) => event.id === id)
  if (original !== undefined) return { type: 'Appended', revision, position: original.position }
  if (before !== null) return { type: 'Appended', revision, position: before }
  const newest = await reads.head()
  if ('type' in newest || newest.head === null) return 'type' in newest ? newest : lostLog
  return { type: 'Appended', revision, position: newest.head }
}

const lostLog: StoreUnavailable = {
  type: 'StoreUnavailable',
  reason: 'the server recognised an append, and its log is empty',
  retryable: true,
}
