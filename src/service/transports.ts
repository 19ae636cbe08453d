// The transports callees are reached over, with the guard that says which addresses may be called.
import type { Instant } from '../domain/instant.ts'
import { createTargetGuard } from '../scheduler/recall/target-guard.ts'
import { byTarget } from '../scheduler/recall/transports/by-target.ts'
import { createHttpTransport } from '../scheduler/recall/transports/http.ts'
import { createSocketTransport } from '../scheduler/recall/transports/socket.ts'
import type { RecallTransport } from '../scheduler/recall/transports/transport.ts'
import { closeTimeoutMs, type Ground } from './ground.ts'

export const openTransport = (
  { config, shutdown }: Ground,
  now: () => Instant,
): RecallTransport => {
  const refuseAddress = createTargetGuard({
    allow: config.recallAllowAddresses ?? [],
    deny: config.recallDenyAddresses ?? [],
  })
  const transport = byTarget({
    http: createHttpTransport({
      now,
      refuseAddress,
      connectionsPerOrigin: config.recallConcurrencyPerHost,
    }),
    socket: createSocketTransport({ now, refuseAddress }),
  })
  shutdown.register({
    name: 'transports',
    timeoutMs: closeTimeoutMs,
    stop: () => transport.close(),
  })
  return transport
}
