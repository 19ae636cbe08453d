// Keep-alive connections to callees, one call on each at a time. One undici client per connection,
// so that a call knows its own connection: whether it was used before, and how long it took to open.
// Idle ones are taken newest first, so that the others can end; an origin nobody calls costs nothing.
import { Client } from 'undici'
import { type Socket } from 'node:net'
import { type ConnectionOptions } from 'node:tls'
import { openSocket } from './open-socket.ts'
import { type Phases } from './phases.ts'
import { type TransportOptions } from './transport.ts'

export interface Connection {
  readonly origin: string
  readonly client: Client
  /** Marked while the connection opens; set by whoever leases it. */
  phases: Phases | null
  /** Null until the current lease had to open it. */
  opened: Socket | null
}

export interface Connections {
  /** Hands over a connection, at once or when one is free. The answer withdraws the wish. */
  readonly lease: (origin: string, take: (connection: Connection) => void) => () => void
  readonly release: (connection: Connection) => void
  /** Ends a connection that is not fit for another call. */
  readonly discard: (connection: Connection) => void
  /** A new connection in the place of a leased one, which ends. */
  readonly renew: (connection: Connection) => Connection
  readonly close: () => void
}

export interface ConnectionOptionsHttp extends Pick<TransportOptions, 'lookup' | 'refuseAddress'> {
  readonly connectionsPerOrigin: number
  readonly idleMs: number
  readonly tls: ConnectionOptions
}

interface Origin {
  size: number
  readonly idle: Connection[]
  readonly waiting: Set<(connection: Connection) => void>
}

export const createConnections = (options: ConnectionOptionsHttp): Connections => {
  const origins = new Map<string, Origin>()

  const open = (name: string): Connection => {
    const url = new URL(name)
    const tls = url.protocol === 'https:' ? options.tls : null
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = url.port === '' ? (tls === null ? 80 : 443) : Number(url.port)
    const client = new Client(url, {
      pipelining: 1,
      keepAliveTimeout: options.idleMs,
      keepAliveMaxTimeout: 60_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_address, done) => {
        const { phases } = connection
        if (phases === null) return done(new Error('nobody asked for this connection'), null)
        const socket = openSocket({ host, port, tls }, options, phases)
        connection.opened = socket
        let settled = false
        socket.once(tls === null ? 'connect' : 'secureConnect', () => {
          settled = true
          done(null, socket)
        })
        socket.on('error', (error) => {
          if (!settled) done(error, null)
          settled = true
        })
      },
    })
    const connection: Connection = { origin: name, client, phases: null, opened: null }
    client.on('disconnect', () => forgetIdle(connection))
    return connection
  }

  const forgetIdle = (connection: Connection): void => {
    const origin = origins.get(connection.origin)
    const index = origin?.idle.indexOf(connection) ?? -1
    if (origin === undefined || index < 0) return
    origin.idle.splice(index, 1)
    end(connection, origin)
  }

  const end = (connection: Connection, origin: Origin): void => {
    origin.size -= 1
    shut(connection)
    const [next] = origin.waiting
    if (next !== undefined) {
      origin.waiting.delete(next)
      origin.size += 1
      next(open(connection.origin))
    } else if (origin.size === 0) {
      origins.delete(connection.origin)
    }
  }

  return {
    lease: (name, take) => {
      let origin = origins.get(name)
      if (origin === undefined) {
        origin = { size: 0, idle: [], waiting: new Set() }
        origins.set(name, origin)
      }
      const idle = origin.idle.pop()
      if (idle !== undefined) {
        take(idle)
      } else if (origin.size < options.connectionsPerOrigin) {
        origin.size += 1
        take(open(name))
      } else {
        const { waiting } = origin
        waiting.add(take)
        return () => waiting.delete(take)
      }
      return nothing
    },
    release: (connection) => {
      const origin = origins.get(connection.origin)
      if (origin === undefined) return shut(connection)
      connection.phases = null
      connection.opened = null
      const [next] = origin.waiting
      if (next === undefined) {
        origin.idle.push(connection)
      } else {
        origin.waiting.delete(next)
        next(connection)
      }
    },
    discard: (connection) => {
      const origin = origins.get(connection.origin)
      if (origin === undefined) return shut(connection)
      end(connection, origin)
    },
    renew: (connection) => {
      shut(connection)
      return open(connection.origin)
    },
    close: () => {
      for (const origin of origins.values()) origin.idle.forEach(shut)
      origins.clear()
    },
  }
}

const nothing = (): void => undefined

const shut = (connection: Connection): void => {
  connection.opened?.destroy()
  connection.client.destroy(null, nothing)
}
