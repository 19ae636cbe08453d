// One long call to one node that carries appends: requests go out as they come, many in one packet,
// answers come back by number, hundreds are under way at once. Every request is settled exactly once,
// whatever breaks; a failure here means that the outcome is unknown.
import { appendAnswerIn, type AppendReply } from './append-replies.ts'
import type { Connection } from './connection.ts'
import { faultOf, unavailable } from './faults.ts'
import type { Call } from './protocol/grpc-call.ts'
import type { NodeSession } from './protocol/node-session.ts'
import { createProtobufWriter } from './protocol/protobuf-writer.ts'
import { writeAppend, type AppendRequest } from './requests.ts'

export interface AppendLane {
  send(request: AppendRequest): Promise<AppendReply>
  /** Nothing more will be sent; what is under way is still answered. */
  retire(): void
  /** Ends the call; whoever still waits is told that nothing is known. */
  leave(): void
}

export interface LaneEvents {
  /** The node did not do an append for a reason that another node may not have. */
  readonly onDoubt: (node: NodeSession) => void
  /** Nothing at all was heard for as long as an answer may take. */
  readonly onSilence: () => void
  readonly onOver: () => void
}

interface Waiting {
  readonly settle: (reply: AppendReply) => void
  readonly sentAt: number
}

export const openAppendLane = (
  connection: Connection,
  answerTimeoutMs: number,
  { onDoubt, onSilence, onOver }: LaneEvents,
): AppendLane => {
  const writer = createProtobufWriter()
  /** By number, the oldest first. */
  const waiting = new Map<number, Waiting>()
  const leaving = new AbortController()
  let call: Call | null = null
  let node: NodeSession | null = null
  let sent = 0
  let lastHeardAt = 0
  let isFlushing = false
  let isWatching = false
  let isRetired = false

  const flush = (): void => {
    isFlushing = false
    call?.send(writer.take()) // until there is a call, the writer keeps it
  }

  const finishIfDone = (): void => {
    if (isRetired && waiting.size === 0) call?.finish()
  }

  const onMessage = (message: Buffer): void => {
    lastHeardAt = performance.now()
    const { correlation, reply } = appendAnswerIn(message)
    const asked = waiting.get(correlation)
    // An answer nobody waits for was given twice, or came after its time-out.
    if (asked === undefined) return
    waiting.delete(correlation)
    asked.settle(reply)
    if (reply.type === 'StoreUnavailable' && reply.retryable && node !== null) onDoubt(node)
    finishIfDone()
  }

  const run = async (on: NodeSession): Promise<void> => {
    if (leaving.signal.aborted) return
    node = on
    const opened = on.call('/event_store.client.streams.Streams/BatchAppend', {
      requiresLeader: true,
      deadlineMs: null,
      onMessage,
    })
    call = opened
    leaving.signal.addEventListener('abort', () => opened.cancel())
    flush()
    finishIfDone()
    await opened.ended
  }

  const end = (reply: AppendReply): void => {
    onOver()
    call = null
    for (const { settle } of waiting.values()) settle(reply)
    waiting.clear()
  }

  // Requests are answered about in their order, so one timer, for the oldest, watches over all.
  const watch = (): void => {
    const [oldest] = waiting.values()
    isWatching = oldest !== undefined
    if (oldest === undefined) return
    const waitMs = oldest.sentAt + answerTimeoutMs - performance.now()
    // After a long stretch of other work the timer comes first and the answers that have been lying
    // there second; they are heard before the verdict.
    setTimeout(() => setImmediate(expire), Math.max(1, waitMs))
  }

  const expire = (): void => {
    const missedBefore = performance.now() - answerTimeoutMs
    let newestMissed = 0
    for (const [number, { settle, sentAt }] of waiting) {
      if (sentAt > missedBefore) break
      waiting.delete(number)
      settle(unavailable(`no answer within ${answerTimeoutMs} ms`))
      newestMissed = sentAt
    }
    // Nobody was answered since: the line is dead, not only these requests.
    if (newestMissed > lastHeardAt) onSilence()
    watch()
  }

  connection.use(run).then(
    () => end(unavailable('the server ended the call')),
    (error: unknown) => end(faultOf(error)),
  )

  return {
    send: (request) =>
      new Promise((resolve) => {
        sent += 1
        waiting.set(sent, { settle: resolve, sentAt: performance.now() })
        writeAppend(writer, sent, request)
        if (!isFlushing) {
          isFlushing = true
          setImmediate(flush)
        }
        if (!isWatching) watch()
      }),
    retire: () => {
      isRetired = true
      finishIfDone()
    },
    leave: () => leaving.abort(),
  }
}
