// The live feed as a loop: what happens, one change after another. A connection that breaks is made
// again from the last place heard of, so that nothing is missed and nothing told twice.
import type { ActivityEntry, Outcome } from './answers.ts'
import { accepted, type CallOptions, type Connection } from './connection.ts'
import { CarillonProblem, CarillonUnreachable } from './problem.ts'

export type FeedKind = 'task' | 'run' | 'occurrence' | 'books'

export interface FeedFilter {
  readonly group?: string
  /** Only together with `group`. */
  readonly job?: string
  readonly kind?: readonly FeedKind[]
  /** Of events: `TaskPaused`, `RecallFailed` … */
  readonly type?: readonly string[]
  /** What the event makes of its run. */
  readonly outcome?: readonly Outcome[]
  /** A run's id. */
  readonly run?: string
  readonly actor?: string
  readonly source?: NonNullable<ActivityEntry['source']>
}

export interface FeedOptions extends FeedFilter, CallOptions {
  /** What happened after this position comes first; otherwise the feed begins now. */
  readonly after?: string
  /** `skip`: who falls far behind goes on with the newest and is told, instead of catching up. */
  readonly lag?: 'read' | 'skip'
  /** The feed stands here: at its begin, and now and then while nothing happens. */
  readonly onPlace?: (position: string | null) => void
  /** Something up to here was not told. */
  readonly onSkipped?: (position: string | null) => void
}

export interface FeedChange extends ActivityEntry {
  readonly group: string
  readonly job: string
  readonly kind: FeedKind
  readonly outcome: Outcome | null
}

const path = '/api/v1/feed'
/** Heartbeats come more often; after such a silence the connection is dead without knowing it. */
const silentMs = 60_000
const firstWaitMs = 500
const longestWaitMs = 15_000

export async function* follow(
  connection: Connection,
  options: FeedOptions,
): AsyncGenerator<FeedChange, void> {
  const { after, signal, onPlace, onSkipped, ...query } = options
  let place = after ?? null
  let waitMs = firstWaitMs
  for (;;) {
    try {
      const headers = { Accept: 'text/event-stream', 'Last-Event-ID': place ?? undefined }
      const sent = connection.send('GET', path, { query, headers, signal, streamed: true })
      const { body } = await accepted(await sent)
      for await (const { id, event, data } of framesOf(body ?? new ReadableStream())) {
        waitMs = firstWaitMs
        place = id ?? place
        if (event === 'ready' || event === 'heartbeat') onPlace?.(place)
        else if (event === 'skipped') onSkipped?.(place)
        else if (event !== 'failed') yield JSON.parse(data) as FeedChange
      }
    } catch (error) {
      if (signal?.aborted === true) return
      if (!isPassing(error)) throw error
    }
    await pause(waitMs, signal)
    if (signal?.aborted === true) return
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}

/** What a new connection may cure: nobody there, or too many. A refusal of the request is not. */
const isPassing = (error: unknown): boolean => {
  if (error instanceof CarillonUnreachable) return true
  if (error instanceof CarillonProblem) return error.status >= 500
  return error instanceof TypeError // a body that breaks off, as fetch says it
}

interface Frame {
  readonly id: string | null
  readonly event: string
  readonly data: string
}

async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const giveUp = (): void => void reader.cancel().catch(() => undefined) // broken already
  try {
    for (;;) {
      const watch = setTimeout(giveUp, silentMs)
      const { done, value } = await reader.read().finally(() => clearTimeout(watch))
      if (done) return
      text += decoder.decode(value, { stream: true })
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const fields = new Map(frame.split('\n').map(fieldOf))
        const data = fields.get('data')
        if (data !== undefined)
          yield { id: fields.get('id') ?? null, event: fields.get('event') ?? '', data }
      }
    }
  } finally {
    giveUp()
  }
}

const fieldOf = (line: string): [string, string] => {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done)
  })
