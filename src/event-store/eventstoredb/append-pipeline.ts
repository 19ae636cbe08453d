// One long call to the server that carries every append: requests go out as they come, answers come
// back by correlation id, hundreds are under way at once. The promise it keeps: every request is
// settled exactly once, whatever breaks. It neither repeats nor orders; a failure here means that
// the outcome is unknown.
import { randomUUID } from 'node:crypto'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { appendReplyOf, type AppendReply } from './append-replies.ts'
import type { Connection, Node } from './connection.ts'
import { faultOf, unavailable } from './faults.ts'
import { appendMessage, type AppendRequest } from './requests.ts'

export interface AppendPipeline {
  send(request: AppendRequest): Promise<AppendReply>
  /** Ends the call; whoever still waits is told that nothing is known. */
  close(): void
}

interface Lane {
  write(message: BatchAppendReq): void
  /** Unanswered requests of this call, by correlation id. */
  readonly waiting: Map<string, (reply: AppendReply) => void>
  lastHeardAt: number
  leave(): void
}

export const createAppendPipeline = (
  connection: Connection,
  { answerTimeoutMs }: { readonly answerTimeoutMs: number },
): AppendPipeline => {
  let current: Lane | null = null
  let closed = false

  const openLane = (): Lane => {
    const unsent: BatchAppendReq[] = []
    const over = new AbortController()
    const lane: Lane = {
      write: (message) => void unsent.push(message),
      waiting: new Map(),
      lastHeardAt: 0,
      leave: () => over.abort(),
    }
    const end = (reply: AppendReply) => {
      if (current === lane) current = null
      for (const settle of lane.waiting.values()) settle(reply)
    }
    connection
      .use((node) => runLane(node, lane, unsent, over.signal))
      .then(
        () => end(unavailable('the server ended the call')),
        (error: unknown) => end(faultOf(error)),
      )
    return lane
  }

  const giveUp = (lane: Lane, sentAt: number) => {
    // Nobody was answered since: the line is dead, not only this request.
    if (lane.lastHeardAt >= sentAt) return
    if (current === lane) {
      current = null
      connection.reset()
    }
    lane.leave()
  }

  const send = (request: AppendRequest) =>
    new Promise<AppendReply>((resolve) => {
      if (closed) return resolve(unavailable('the event store is closed', false))
      const lane = (current ??= openLane())
      const correlationId = randomUUID()
      const sentAt = performance.now()
      const settle = (reply: AppendReply) => {
        clearTimeout(timer)
        lane.waiting.delete(correlationId)
        resolve(reply)
      }
      const miss = () => {
        if (!lane.waiting.has(correlationId)) return
        settle(unavailable(`no answer within ${answerTimeoutMs} ms`))
        giveUp(lane, sentAt)
      }
      // After a long stretch of other work the timer comes first and the answers that have been
      // lying there second; they are heard before the verdict.
      const timer = setTimeout(() => setImmediate(miss), answerTimeoutMs)
      lane.waiting.set(correlationId, settle)
      lane.write(appendMessage(correlationId, request))
    })

  return {
    send,
    close: () => {
      closed = true
      current?.leave()
    },
  }
}

const runLane = (
  { streams, callArguments }: Node,
  lane: Lane,
  unsent: readonly BatchAppendReq[],
  over: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = streams.batchAppend(
      ...callArguments({ requiresLeader: true, deadlineMs: Infinity }),
    )
    call.on('data', (answer: BatchAppendResp) => {
      lane.lastHeardAt = performance.now()
      // An answer nobody waits for was given twice, or came after its time-out.
      lane.waiting.get(answer.getCorrelationId()?.getString() ?? '')?.(appendReplyOf(answer))
    })
    call.on('error', reject)
    call.on('end', resolve)
    over.addEventListener('abort', () => call.cancel())
    if (over.aborted) call.cancel()
    for (const message of unsent) call.write(message)
    lane.write = (message) => void call.write(message)
  })
