// The transports callees are reached over, with the guard that says which addresses may be called.
// In the thread that decides or in one of its own: what is said here is all they need to be told.
import type { Instant } from '../../../domain/instant.ts'
import { createTargetGuard, type AddressRange } from '../target-guard.ts'
import { byTarget } from './by-target.ts'
import { createHttpTransport } from './http.ts'
import { createSocketTransport } from './socket.ts'
import type { RecallTransport } from './transport.ts'

export interface TransportSettings {
  /** When there are any, nothing else is called. */
  readonly allow: readonly AddressRange[]
  readonly deny: readonly AddressRange[]
  readonly connectionsPerOrigin: number
}

export const openTransports = ({
  allow,
  deny,
  connectionsPerOrigin,
  now,
}: TransportSettings & { readonly now: () => Instant }): RecallTransport => {
  const refuseAddress = createTargetGuard({ allow, deny })
  return byTarget({
    http: createHttpTransport({ now, refuseAddress, connectionsPerOrigin }),
    socket: createSocketTransport({ now, refuseAddress }),
  })
}
