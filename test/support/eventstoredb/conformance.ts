// One conversation with a server through the official client, written down so that two servers can
// be compared: names, ids and times are left out, places in the log become their rank, and whatever
// the client throws is an answer too.
import { randomUUID } from 'node:crypto'
import {
  BACKWARDS,
  END,
  FORWARDS,
  jsonEvent,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type Position,
  type ReadStreamOptions,
} from '@eventstore/db-client'

export interface Line {
  readonly call: string
  readonly answer: unknown
}

interface Talk {
  readonly client: EventStoreDBClient
  /** Asks and writes the answer down. */
  readonly say: (call: string, ask: () => Promise<unknown>) => Promise<void>
  readonly names: { readonly grown: string; readonly missing: string; readonly of: string }
}

export const transcriptOf = async (client: EventStoreDBClient): Promise<readonly Line[]> => {
  const lines: { call: string; answer: unknown }[] = []
  const of = `c${randomUUID().slice(0, 8)}-`
  const talk: Talk = {
    client,
    names: { of, grown: `${of}grown`, missing: `${of}missing` },
    say: async (call, ask) => {
      const answer = await ask().catch(errorOf)
      lines.push({ call, answer })
    },
  }
  const events = await appendingTalk(talk)
  await streamReadingTalk(talk, 'a whole stream')
  await truncatingTalk(talk, events)
  await logTalk(talk)
  await subscriptionTalk(talk)
  await oddTalk(talk)
  return ranked(lines)
}

const event = (n: number) => jsonEvent({ type: 'Counted', data: { n } })
type Events = ReturnType<typeof event>[]

const errorOf = (error: unknown): unknown => {
  if (!(error instanceof Error)) return { thrown: String(error) }
  const fields = Object.fromEntries<unknown>(Object.entries(error))
  const { type, code, expectedVersion, actualVersion, maxAppendSize } = fields
  return { thrown: { type, code, expectedVersion, actualVersion, maxAppendSize } }
}

const append = async (
  { client, names }: Talk,
  expectedRevision: AppendExpectedRevision,
  events: Events,
  stream = names.grown,
) => {
  const result = await client.appendToStream(stream, events, { expectedRevision })
  return {
    success: result.success,
    revision: result.nextExpectedRevision,
    place: result.position ?? null,
  }
}

const appendingTalk = async (talk: Talk) => {
  const { say } = talk
  const three = [event(0), event(1), event(2)]
  const fourth = [event(3)]
  const expecting = (what: AppendExpectedRevision, events: Events) => () =>
    append(talk, what, events)
  await say('three events to a new stream', expecting('no_stream', three))
  await say('the same again', expecting('no_stream', three))
  await say('a fourth', expecting(2n, fourth))
  await say('the first three again, behind the head', expecting('no_stream', three))
  await say('the fourth again', expecting(2n, fourth))
  await say('two of the three again', expecting('no_stream', three.slice(0, 2)))
  await say('the three in another order', expecting('no_stream', [...three].reverse()))
  await say('the first and a stranger', expecting('no_stream', [...three.slice(0, 1), event(9)]))
  await say('all four and one more', expecting('no_stream', [...three, ...fourth, event(9)]))
  await say('a revision beyond the head', expecting(10n, [event(9)]))
  await say('a revision behind the head', expecting(1n, [event(9)]))
  await say('no stream, though there is one', expecting('no_stream', [event(9)]))
  await say('any', expecting('any', [event(4)]))
  await say('an existing stream', expecting('stream_exists', [event(5)]))
  await say('a revision of a stream that never was', () =>
    append(talk, 0n, [event(9)], talk.names.missing),
  )
  await say('an existing stream that never was', () =>
    append(talk, 'stream_exists', [event(9)], talk.names.missing),
  )
  return { three, fourth }
}

const readStream = async (
  { client, names }: Talk,
  options: ReadStreamOptions,
  stream = names.grown,
) => {
  const found: unknown[] = []
  for await (const { event, commitPosition } of client.readStream(stream, options)) {
    found.push({
      revision: event?.revision,
      place: event?.position,
      commitPosition: commitPosition === event?.position?.commit,
      type: event?.type,
      data: event?.data,
      isJson: event?.isJson,
      metadata: event?.metadata ?? null,
    })
  }
  return found
}

const streamReadingTalk = async (talk: Talk, state: string) => {
  const { say } = talk
  const reads: readonly (readonly [string, ReadStreamOptions])[] = [
    ['forwards', { direction: FORWARDS }],
    ['forwards, two', { direction: FORWARDS, maxCount: 2 }],
    ['forwards from 1', { direction: FORWARDS, fromRevision: 1n }],
    ['forwards from beyond', { direction: FORWARDS, fromRevision: 99n }],
    ['backwards', { direction: BACKWARDS, fromRevision: END }],
    ['backwards, one', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }],
    ['backwards from 2', { direction: BACKWARDS, fromRevision: 2n }],
    ['backwards from 0', { direction: BACKWARDS, fromRevision: 0n }],
    ['backwards from beyond', { direction: BACKWARDS, fromRevision: 99n, maxCount: 2 }],
  ]
  for (const [name, options] of reads)
    await say(`${state}, ${name}`, () => readStream(talk, options))
}

const truncatingTalk = async (talk: Talk, { three, fourth }: { three: Events; fourth: Events }) => {
  const { say, client, names } = talk
  const truncate = (truncateBefore: number) => () =>
    client.setStreamMetadata(names.grown, { truncateBefore }).then(({ success }) => success)
  const again = (events: Events) => () => append(talk, 'no_stream', events)
  await say('truncate before 2', truncate(2))
  await streamReadingTalk(talk, 'truncated in part')
  await say('a repeat that ends before the cut', again(three.slice(0, 2)))
  await say('a repeat that ends after the cut', again(three))
  await say('no stream, though truncated', again([event(9)]))
  await say('truncate all', truncate(6))
  await streamReadingTalk(talk, 'truncated to nothing')
  await say('a repeat of what is gone', again(three))
  await say('the fourth again', () => append(talk, 2n, fourth))
  await say('no stream, though nothing is left', again([event(9)]))
  await say('a revision that is gone', () => append(talk, 4n, [event(9)]))
  await say('the head that is gone', () => append(talk, 5n, [event(6)]))
  await streamReadingTalk(talk, 'grown after truncation')
  await say('the metadata', async () => (await client.getStreamMetadata(names.grown)).metadata)
}

const logTalk = async (talk: Talk) => {
  const { say, client, names } = talk
  const mine = ({ event }: AllStreamResolvedEvent) => event?.streamId.includes(names.of) === true
  await say('the log backwards', async () => {
    const found: unknown[] = []
    for await (const resolved of client.readAll({
      direction: BACKWARDS,
      maxCount: 9,
      fromPosition: END,
    })) {
      if (!mine(resolved)) continue
      const { event } = resolved
      found.push({
        stream: event?.streamId.replace(names.of, ''),
        type: event?.type,
        revision: event?.revision,
        place: event?.position,
      })
    }
    return found
  })
}

// A filtered subscription: what it brings until it says that it has caught up, and live.
const subscriptionTalk = async (talk: Talk) => {
  const { say, client, names } = talk
  await say('a filtered subscription', async () => {
    const found: unknown[] = []
    const subscription = client.subscribeToAll({
      filter: streamNameFilter({ prefixes: [names.of], checkpointInterval: 1, maxSearchWindow: 4 }),
    })
    let hasCaughtUp = false
    const ended = new Promise<void>((resolve, reject) => {
      subscription.on('confirmation', () => found.push('confirmation'))
      subscription.on('caughtUp', () => {
        hasCaughtUp = true
        found.push('caught up')
        append(talk, 'no_stream', [event(1), event(2)], `${names.of}live`).catch(reject)
      })
      subscription.on('data', ({ event }) => {
        found.push({ revision: event?.revision, place: event?.position, isLive: hasCaughtUp })
        if (hasCaughtUp && event?.revision === 1n) resolve()
      })
      subscription.on('error', reject)
    })
    await ended
    await subscription.unsubscribe()
    return found
  })
}

const oddTalk = async (talk: Talk) => {
  const { say, client, names } = talk
  await say('a stream that never was', () =>
    readStream(talk, { direction: FORWARDS }, names.missing),
  )
  await say('a stream that never was, backwards', () =>
    readStream(talk, { direction: BACKWARDS, fromRevision: END }, names.missing),
  )
  await say('an event too large', () =>
    append(talk, 'any', [jsonEvent({ type: 'Large', data: { n: 0, x: 'x'.repeat(1_100_000) } })]),
  )
  await say('an event without a type', () =>
    append(talk, 'any', [jsonEvent({ type: '', data: { n: 0 } })]),
  )
  await say('after refusals, an append', () =>
    append(talk, 'no_stream', [event(0)], `${names.of}b`),
  )
  await say('the metadata of a stream that never was', async () => {
    const { metadata } = await client.getStreamMetadata(names.missing)
    return metadata ?? null
  })
}

const isPlace = (value: unknown): value is Position =>
  typeof value === 'object' && value !== null && 'commit' in value && 'prepare' in value

// Places differ from server to server; their order must not.
const ranked = (lines: readonly Line[]): readonly Line[] => {
  const places = new Set<bigint>()
  const walk = (value: unknown, visit: (place: Position) => unknown): unknown => {
    if (isPlace(value)) return visit(value)
    if (typeof value === 'bigint') return Number(value)
    if (Array.isArray(value)) return value.map((item) => walk(item, visit))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) =>
        inner === undefined ? [] : [[key, walk(inner, visit)]],
      ),
    )
  }
  walk(lines, (place) => places.add(place.commit))
  const order = [...places].sort((a, b) => (a < b ? -1 : 1))
  return lines.map(({ call, answer }) => ({
    call,
    answer: walk(answer, ({ commit, prepare }) =>
      commit === prepare ? `#${order.indexOf(commit)}` : `#${order.indexOf(commit)} of two places`,
    ),
  }))
}
