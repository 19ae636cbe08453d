// The log of the small EventStoreDB: one array, and the server's rules for what may be appended and
// what a stream shows. The rules are those of a real server 23.10, checked against one by
// eventstoredb-conformance. Knows nothing of gRPC.
export interface StoredEvent {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
  readonly createdTicks: bigint
}

export type Expected = 'any' | 'none' | 'exists' | number

export type ProposedEvent = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>

export type Verdict =
  | { readonly type: 'success'; readonly revision: number; readonly position: bigint | null }
  | { readonly type: 'wrong-expected-version'; readonly current: number | null }

export interface Log {
  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Verdict
  readonly events: readonly StoredEvent[]
  /** Null for a stream that never had an event; truncated events are left out. */
  stream(name: string): readonly StoredEvent[] | null
  /** How many events stand before a place. */
  countBefore(position: bigint): number
  /** Calls back after every append until told to stop. */
  watch(onAppended: () => void): () => void
}

// As if every event took as many bytes of the log.
const placesApart = 120n
const firstPlace = 200n

export const createLog = (): Log => {
  const events: StoredEvent[] = []
  const streams = new Map<string, StoredEvent[]>()
  const watchers = new Set<() => void>()

  const truncatedBefore = (stream: string): number => {
    const newest = streams.get(`$$${stream}`)?.at(-1)
    if (newest === undefined) return 0
    const fields: unknown = JSON.parse(Buffer.from(newest.data).toString('utf8'))
    const mark = typeof fields === 'object' && fields !== null && '$tb' in fields ? fields.$tb : 0
    return typeof mark === 'number' ? mark : 0
  }

  const write = (stream: string, proposed: readonly ProposedEvent[]): Verdict => {
    const mine = streams.get(stream) ?? []
    streams.set(stream, mine)
    for (const event of proposed) {
      const stored = {
        ...event,
        stream,
        revision: mine.length,
        position: firstPlace + BigInt(events.length) * placesApart,
        createdTicks: BigInt(Date.now()) * 10_000n,
      }
      mine.push(stored)
      events.push(stored)
    }
    for (const tell of watchers) tell()
    return { type: 'success', revision: mine.length - 1, position: events.at(-1)?.position ?? null }
  }

  // A repeat is known by its ids standing where the expectation says they would have landed. One
  // whose last event was truncated since is known, but not told where it is.
  const repeated = (stream: string, first: number, proposed: readonly ProposedEvent[]) => {
    const mine = streams.get(stream) ?? []
    if (!proposed.every((event, n) => mine[first + n]?.id === event.id)) return null
    const revision = first + proposed.length - 1
    const last = mine[revision]
    const shown = last !== undefined && revision >= truncatedBefore(stream)
    return { type: 'success', revision, position: shown ? last.position : null } as const
  }

  return {
    events,
    append: (stream, expected, proposed) => {
      const count = streams.get(stream)?.length ?? 0
      const wrong = {
        type: 'wrong-expected-version',
        current: count > 0 ? count - 1 : null,
      } as const
      if (expected === 'any' || expected === 'exists') {
        if (expected === 'exists' && count === 0) return wrong
        const first = streams.get(stream)?.findIndex(({ id }) => id === proposed[0]?.id) ?? -1
        return (first >= 0 ? repeated(stream, first, proposed) : null) ?? write(stream, proposed)
      }
      const next = expected === 'none' ? 0 : expected + 1
      if (next > count) return wrong
      if (next < count) return repeated(stream, next, proposed) ?? wrong
      return write(stream, proposed)
    },
    stream: (name) =>
      streams.get(name)?.filter(({ revision }) => revision >= truncatedBefore(name)) ?? null,
    countBefore: (position) => {
      const nth = (position - firstPlace + placesApart - 1n) / placesApart
      return Math.max(0, Math.min(events.length, Number(nth)))
    },
    watch: (onAppended) => {
      watchers.add(onAppended)
      return () => {
        watchers.delete(onAppended)
      }
    },
  }
}
