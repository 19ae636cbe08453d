// The called service: remembers every delivery, mostly succeeds, sometimes fails, ends the connection
// or is slow.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Chance } from '../support/chance.ts'

export interface Delivery {
  readonly runId: string
  readonly task: string
  readonly attempt: number
  /** ISO instant; null: not planned. */
  readonly scheduledFor: string | null
  readonly atMs: number
}

export interface Receiver {
  readonly url: string
  readonly deliveries: readonly Delivery[]
  readonly close: () => void
}

export const startReceiver = async (
  behaviour: (() => { readonly afterMs: number; readonly status: number | null }) | null,
): Promise<Receiver> => {
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    const { headers } = request
    const scheduledFor = headers['x-carillon-scheduled-for']
    deliveries.push({
      runId: String(headers['logid']),
      task: String(headers['x-carillon-task']),
      attempt: Number(headers['x-carillon-attempt']),
      scheduledFor: scheduledFor === undefined ? null : String(scheduledFor),
      atMs: Date.now(),
    })
    request.resume()
    const { afterMs, status } = behaviour?.() ?? { afterMs: 0, status: 200 }
    const answer = (): void => {
      if (status === null) request.socket.destroy()
      else response.writeHead(status).end(JSON.stringify({ success: status === 200 }))
    }
    if (afterMs === 0) answer()
    else setTimeout(answer, afterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run`,
    deliveries,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

export const moody = (chance: Chance) => () => ({
  afterMs: chance.happens(0.02) ? chance.between(1_000, 8_000) : chance.between(0, 150),
  status: chance.happens(0.03) ? 500 : chance.happens(0.02) ? null : 200,
})
