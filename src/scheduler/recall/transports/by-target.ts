// One transport for all targets: hands each call to the transport of its kind.
import type { RecallTransport } from './transport.ts'

export const byTarget = (transports: {
  readonly http: RecallTransport
  readonly socket: RecallTransport
}): RecallTransport => ({
  call: (request) => transports[request.target.type].call(request),
  close: async () => {
    await Promise.all([transports.http.close(), transports.socket.close()])
  },
})
