// Opens a TCP or TLS connection to a callee, marks how long each step took, and asks about the very
// address it is about to connect to: what was checked cannot be resolved differently a moment later.
import { isIP, connect as connectTcp, Socket, type LookupFunction } from 'node:net'
import { lookup as systemLookup } from 'node:dns'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { AddressRefused } from './failure.ts'
import { elapsed, type Phases } from './phases.ts'
import { type TransportOptions } from './transport.ts'

export interface Endpoint {
  /** Name or address, an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
  /** Null: plain TCP. */
  readonly tls: ConnectionOptions | null
}

type Dial = Pick<TransportOptions, 'lookup' | 'refuseAddress'>

/** The socket emits `connect` (TLS: `secureConnect`) or `error`; `phases` is marked on the way. */
export const openSocket = (endpoint: Endpoint, dial: Dial, phases: Phases): Socket => {
  try {
    return dialled(endpoint, dial, phases)
  } catch (error) {
    return new Socket().destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

const dialled = (endpoint: Endpoint, dial: Dial, phases: Phases): Socket => {
  const { host, port, tls } = endpoint
  const lookup = checkedLookup(dial, phases)
  const refusal = isIP(host) === 0 ? null : (dial.refuseAddress?.(host, host) ?? null)
  const address = { host, port, lookup, noDelay: true, keepAlive: true }
  if (refusal !== null) return new Socket().destroy(new AddressRefused(refusal))
  const socket =
    tls === null
      ? connectTcp(address)
      : connectTls({
          ALPNProtocols: ['http/1.1'],
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...tls,
          ...address,
        })
  socket.once('connect', () => (phases.connectMs = elapsed(phases)))
  if (tls !== null) socket.once('secureConnect', () => (phases.tlsMs = elapsed(phases)))
  return socket
}

/** Resolves, then drops out every address that is refused; all refused: the first reason. */
const checkedLookup = (dial: Dial, phases: Phases): LookupFunction => {
  const { lookup = systemLookup, refuseAddress } = dial
  return (host, options, done) => {
    lookup(host, options, (error, address, family) => {
      phases.dnsMs = elapsed(phases)
      if (error !== null || refuseAddress === undefined) return done(error, address, family)
      const found = Array.isArray(address) ? address : [{ address, family: family ?? 0 }]
      const reasons = found.map((one) => refuseAddress(one.address, host))
      const allowed = found.filter((_, index) => reasons[index] === null)
      const first = allowed[0]
      if (first === undefined) {
        return done(new AddressRefused(reasons[0] ?? 'the name has no address'), '', 0)
      }
      if (Array.isArray(address)) return done(null, allowed)
      return done(null, first.address, first.family)
    })
  }
}
