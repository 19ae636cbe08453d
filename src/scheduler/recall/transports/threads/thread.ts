// A thread that makes calls: the same transports as anywhere, spoken to by messages. It decides
// nothing, and knows of each call what the request says.
import { parentPort, workerData } from 'node:worker_threads'
import { instantAt } from '../../../../domain/instant.ts'
import { Cancellation } from '../cancellation.ts'
import { openTransports } from '../open-transports.ts'
import { packReply, unpackCall } from './messages.ts'
import type { FromThread, ThreadSettings, ToThread } from './messages.ts'
import { monotonicMs } from './monotonic.ts'
import { createOutbox } from './outbox.ts'

const port = parentPort
if (port === null) throw new Error('this file is the beginning of a thread')

const settings = workerData as ThreadSettings
let clockAheadMs = 0
const now = () => instantAt(monotonicMs() + clockAheadMs)
const transport = openTransports({ ...settings, now })

const underWay = new Map<number, Cancellation>()
const replies = createOutbox<FromThread['replies'][number]>((packed) => {
  port.postMessage({ replies: packed } satisfies FromThread)
})

const call = async (tuple: ToThread['calls'][number]): Promise<void> => {
  const { number, request } = unpackCall(tuple)
  const cancellation = new Cancellation()
  underWay.set(number, cancellation)
  const reply = await transport.call({ ...request, cancellation })
  underWay.delete(number)
  replies.put(packReply(number, reply))
}

port.on('message', (message: ToThread) => {
  ;({ clockAheadMs } = message)
  for (const tuple of message.calls) void call(tuple)
  for (const number of message.cancels) underWay.get(number)?.cancel()
  if (message.close) void transport.close().then(end)
})

/** What closing has cancelled is told first; then the thread has nothing left to do. */
const end = (): void => {
  setImmediate(() => setImmediate(() => port.close()))
}
