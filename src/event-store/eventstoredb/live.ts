// The live end of a subscription: the server pushes what is new under the prefixes, and now and then
// how far it has looked. The server cuts off whoever falls more than a few dozen events behind; then,
// as when the connection breaks, the follower is told and catches up by reading.
import type { Position } from '../event-store.ts'
import type { Connection } from './connection.ts'
import { faultOf } from './faults.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { placeOf } from './positions.ts'
import type { NodeSession } from './protocol/node-session.ts'
import { isOfServer, readAnswerIn } from './read-answers.ts'
import { subscribeMessage } from './requests.ts'

/** Events held here before the server is asked to wait. */
const heldMax = 2_000

export const openLive = (
  connection: Connection,
  after: Position | null,
  prefixes: readonly string[],
  signal: AbortSignal,
): Inbox => {
  const message = subscribeMessage(after === null ? null : placeOf(after), prefixes)
  let resume = (): void => undefined
  const inbox = createInbox(after, () => {
    if (inbox.size() < heldMax) resume()
  })

  const follow = async (node: NodeSession): Promise<void> => {
    if (signal.aborted) return
    const call = node.call('/event_store.client.streams.Streams/Read', {
      requiresLeader: false,
      deadlineMs: null,
      onMessage: (answer) => {
        receive(inbox, answer)
        if (inbox.size() >= heldMax) call.pause()
      },
    })
    resume = () => call.resume()
    const leave = () => call.cancel()
    signal.addEventListener('abort', leave)
    call.send(message)
    call.finish()
    try {
      await call.ended
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  connection.use(follow).then(
    () => inbox.cut('the server ended the subscription'),
    (error: unknown) => inbox.cut(faultOf(error).reason),
  )
  return inbox
}

const receive = (inbox: Inbox, message: Buffer): void => {
  const answer = readAnswerIn(message)
  switch (answer.type) {
    case 'Event':
      if (!isOfServer(answer.event)) inbox.deliver(answer.event)
      return
    case 'Checkpoint':
      return inbox.looked(answer.through)
    case 'Other':
      return
  }
}
