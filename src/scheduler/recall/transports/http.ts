// Recalls over HTTP and HTTPS. Calls to one origin share keep-alive connections, one call on each at
// a time; a call beyond the limit waits for a free one within its own time limit.
import { type ConnectionOptions } from 'node:tls'
import { HttpCall, type HttpCallLimits } from './http-call.ts'
import { createConnections } from './http-connections.ts'
import { type RecallReply, type RecallTransport, type TransportOptions } from './transport.ts'

export interface HttpTransportOptions extends TransportOptions {
  /** Calls to one origin at the same time; further ones wait. Default 256. */
  readonly connectionsPerOrigin?: number
  /** An unused connection ends after this long, unless the callee asks for less. Default 4 s. */
  readonly idleMs?: number
  /** Certificates and ciphers of HTTPS callees. */
  readonly tls?: ConnectionOptions
}

export const createHttpTransport = (options: HttpTransportOptions): RecallTransport => {
  const { now, connectionsPerOrigin = 256, idleMs = 4_000, tls = {} } = options
  const connections = createConnections({ ...options, connectionsPerOrigin, idleMs, tls })
  const limits: HttpCallLimits = {
    keptBytes: options.replyKeptBytes ?? 16 * 1024,
    readBytes: 1024 * 1024,
    replyBytesMax: 16 * 1024 * 1024,
    redirectsMax: 5,
  }
  const calls = new Set<HttpCall>()
  let closed = false

  return {
    call: (request) =>
      new Promise<RecallReply>((resolve) => {
        const call = new HttpCall(request, connections, limits, now(), (reply) => {
          calls.delete(call)
          resolve(reply)
        })
        calls.add(call)
        if (closed) call.cancel()
        else call.start()
      }),
    close: () => {
      closed = true
      for (const call of calls) call.cancel()
      connections.close()
      return Promise.resolve()
    },
  }
}
