// Bounded reads: one stream either way, the filtered log, and its newest place. Each asks one node
// once, with a deadline. A page of the log is read behind a head that the same node told before, so
// that what lies between the last event and that head counts as looked at.
import type { LogPage, Position, RecordedEvent, Revision } from '../event-store.ts'
import type { StoreUnavailable } from '../event-store.ts'
import type { Connection } from './connection.ts'
import { faultOf, unavailable } from './faults.ts'
import { within } from './patience.ts'
import { latest, placeOf } from './positions.ts'
import type { NodeSession } from './protocol/node-session.ts'
import { isOfServer, readAnswerIn } from './read-answers.ts'
import { readAllMessage, readStreamMessage, type Direction } from './requests.ts'

export interface PageQuestion {
  readonly after: Position | null
  readonly prefixes: readonly string[]
  readonly limit: number
}

export interface Reads {
  readStream(
    stream: string,
    options: { readonly direction: Direction; readonly from?: Revision; readonly limit: number },
  ): Promise<readonly RecordedEvent[] | StoreUnavailable>
  /** The newest event of a `$$` stream of the server, which {@link readStream} does not show. */
  newestOf(stream: string): Promise<{ readonly newest: RecordedEvent | null } | StoreUnavailable>
  readPage(question: PageQuestion): Promise<LogPage | StoreUnavailable>
  /** Pages one after the other; asks for the head again only when it has been passed. */
  pageReader(): (question: PageQuestion) => Promise<LogPage | StoreUnavailable>
  /** Newest first, before a place; only streams of that name or beginning with it. */
  readLogBackwards(
    stream: string,
    options: { readonly before: Position | null; readonly limit: number },
  ): Promise<readonly RecordedEvent[] | StoreUnavailable>
  head(): Promise<{ readonly head: Position | null } | StoreUnavailable>
}

export const createReads = (
  connection: Connection,
  { answerTimeoutMs }: { readonly answerTimeoutMs: number },
): Reads => {
  const asking = async <T>(
    action: (node: NodeSession) => Promise<T>,
  ): Promise<T | StoreUnavailable> => {
    try {
      return await within(answerTimeoutMs, connection.use(action))
    } catch (error) {
      return faultOf(error)
    }
  }

  const read = async (node: NodeSession, message: Buffer): Promise<readonly RecordedEvent[]> => {
    const events: RecordedEvent[] = []
    const call = node.call('/event_store.client.streams.Streams/Read', {
      requiresLeader: false,
      deadlineMs: answerTimeoutMs,
      onMessage: (answered) => {
        const answer = readAnswerIn(answered)
        if (answer.type === 'Event') events.push(answer.event)
      },
    })
    call.send(message)
    call.finish()
    await call.ended
    return events
  }

  const readEvents = async (node: NodeSession, message: Buffer) =>
    (await read(node, message)).filter((event) => !isOfServer(event))

  const headOf = async (node: NodeSession): Promise<Position | null> => {
    const [newest] = await readEvents(
      node,
      readAllMessage({ direction: 'backwards', from: null, prefixes: [], limit: 1 }),
    )
    return newest?.position ?? null
  }

  const pageOf = async (
    node: NodeSession,
    { after, prefixes, limit }: PageQuestion,
    head: Position | null,
  ): Promise<LogPage> => {
    // One more than asked tells whether there is more; one more again because the server counts
    // the event at the starting place itself.
    const found = await readEvents(
      node,
      readAllMessage({
        direction: 'forwards',
        from: after === null ? null : placeOf(after),
        prefixes,
        limit: limit + (after === null ? 1 : 2),
      }),
    )
    const beyond = found.filter(({ position }) => after === null || position > after)
    const events = beyond.slice(0, limit)
    const last = events.at(-1)?.position ?? null
    const atHead = beyond.length <= limit
    return { events, atHead, through: atHead ? latest(last, head, after) : (last ?? after) }
  }

  const pageReader = () => {
    // A head is worth something on the node that told it; another one may not be as far.
    let known: { readonly node: NodeSession; readonly head: Position | null } | null = null
    return (question: PageQuestion) => {
      const { after } = question
      if (after !== null && placeOf(after) === null) return Promise.resolve(strange(after))
      return asking(async (node) => {
        const passed = known?.head == null || (after !== null && after >= known.head)
        if (known?.node !== node || passed) {
          known = { node, head: await headOf(node) }
        }
        return pageOf(node, question, known.head)
      })
    }
  }

  return {
    readStream: (stream, options) =>
      asking((node) => readEvents(node, readStreamMessage(stream, options))),
    newestOf: (stream) =>
      asking(async (node) => {
        const message = readStreamMessage(stream, { direction: 'backwards', limit: 1 })
        const [newest = null] = await read(node, message)
        return { newest }
      }),
    pageReader,
    readPage: (question) => pageReader()(question),
    readLogBackwards: (stream, { before, limit }) => {
      const from = before === null ? null : placeOf(before)
      const message = readAllMessage({ direction: 'backwards', from, prefixes: [stream], limit })
      return asking((node) => readEvents(node, message))
    },
    head: () => asking(async (node) => ({ head: await headOf(node) })),
  }
}

const strange = (position: Position): StoreUnavailable =>
  unavailable(`not a position of this store: ${position}`, false)
