// The live end of a subscription: the server pushes what is new under the prefixes, and now and then
// how far it has looked. The server cuts off whoever falls more than a few dozen events behind; then,
// as when the connection breaks, the follower is told and catches up by reading.
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { Position } from '../event-store.ts'
import type { Connection, Node } from './connection.ts'
import { faultOf } from './faults.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { placeOf, positionAt } from './positions.ts'
import { recordedOf } from './recorded.ts'
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

  const follow = ({ streams, callArguments }: Node) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return resolve()
      const call = streams.read(
        message,
        ...callArguments({ requiresLeader: false, deadlineMs: Infinity }),
      )
      resume = () => void call.resume()
      const leave = () => call.cancel()
      signal.addEventListener('abort', leave)
      call.on('data', (answer: ReadResp) => {
        receive(inbox, answer)
        if (inbox.size() >= heldMax) call.pause()
      })
      const left = () => signal.removeEventListener('abort', leave)
      call.on('end', () => resolve(left()))
      call.on('error', (error) => {
        left()
        reject(error)
      })
    })

  connection.use(follow).then(
    () => inbox.cut('the server ended the subscription'),
    (error: unknown) => inbox.cut(faultOf(error).reason),
  )
  return inbox
}

const receive = (inbox: Inbox, answer: ReadResp): void => {
  const event = recordedOf(answer)
  if (event !== null) return inbox.deliver(event)
  const checkpoint = answer.getCheckpoint()
  if (checkpoint === undefined) return
  inbox.looked(positionAt(checkpoint.getCommitPosition(), checkpoint.getPreparePosition()))
}
