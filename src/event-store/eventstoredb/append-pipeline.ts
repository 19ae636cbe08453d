// Carries appends to the node that leads, over one lane at a time: a lane that has ended, that went
// silent or whose node is doubted is replaced, and the next request finds the way anew. It neither
// repeats nor orders; a failure here means that the outcome is unknown.
import { openAppendLane, type AppendLane } from './append-lane.ts'
import type { AppendReply } from './append-replies.ts'
import type { Connection } from './connection.ts'
import { unavailable } from './faults.ts'
import type { AppendRequest } from './requests.ts'

export interface AppendPipeline {
  send(request: AppendRequest): Promise<AppendReply>
  /** Ends the call; whoever still waits is told that nothing is known. */
  close(): void
}

export const createAppendPipeline = (
  connection: Connection,
  { answerTimeoutMs }: { readonly answerTimeoutMs: number },
): AppendPipeline => {
  let current: AppendLane | null = null
  let closed = false

  const isReplaced = (lane: AppendLane): boolean => {
    if (current !== lane) return false
    current = null
    return true
  }

  const openLane = (): AppendLane => {
    const lane = openAppendLane(connection, answerTimeoutMs, {
      onDoubt: (node) => {
        if (connection.doubt(node) && isReplaced(lane)) lane.retire()
      },
      onSilence: () => {
        if (isReplaced(lane)) connection.reset()
        lane.leave()
      },
      onOver: () => isReplaced(lane),
    })
    return lane
  }

  return {
    send: (request) => {
      if (closed) return Promise.resolve(unavailable('the event store is closed', false))
      current ??= openLane()
      return current.send(request)
    },
    close: () => {
      closed = true
      current?.leave()
    },
  }
}
