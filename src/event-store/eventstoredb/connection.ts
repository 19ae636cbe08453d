// The way to whichever node is to be asked. The client package finds it (gossip, leader hints, TLS
// and credentials, all by connection string); this file lends out the found channel for raw calls,
// because the package's own append and read helpers have no deadlines, cannot filter a read, and
// lose track of answers when a connection breaks. A connection that went silent is thrown away whole.
import { readFileSync } from 'node:fs'
import { EventStoreDBClient, type ChannelCredentialOptions } from '@eventstore/db-client'
import {
  parseConnectionString,
  type ConnectionOptions,
} from '@eventstore/db-client/dist/Client/parseConnectionString.js'
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'

/** One node, for as long as the action that was given it runs. */
export interface Node {
  readonly streams: StreamsClient
  /** Headers and options of one call: credentials, and a deadline unless it is to last. */
  readonly callArguments: (options: {
    readonly requiresLeader: boolean
    readonly deadlineMs: number
  }) => ReturnType<NodeClient['headersOf']>
}

export interface Connection {
  /** Runs the action on the current node. A failure it throws may lead the next one elsewhere. */
  use<T>(action: (node: Node) => Promise<T>): Promise<T>
  /** Throws the current connection away; the next action begins with a new one. */
  reset(): void
  close(): void
}

class NodeClient extends EventStoreDBClient {
  private latest: StreamsClient | undefined

  // The package re-connects in the background and lets a failure to do so go unhandled, which
  // would end the process. The next action meets the same failure and reports it.
  calmed(): this {
    const reconnect = this.handleError
    this.handleError = (client, error) => reconnect(client, error).catch(() => undefined)
    return this
  }

  headersOf(requiresLeader: boolean, deadlineMs: number) {
    return this.callArguments(
      { requiresLeader, deadline: deadlineMs },
      deadlineMs === Infinity ? { deadline: Infinity } : undefined,
    )
  }

  use<T>(action: (node: Node) => Promise<T>): Promise<T> {
    return this.execute(StreamsClient, 'carillon', (streams) => {
      this.latest = streams
      return action({
        streams,
        callArguments: ({ requiresLeader, deadlineMs }) =>
          this.headersOf(requiresLeader, deadlineMs),
      })
    })
  }

  abandon(): void {
    this.latest?.close()
  }
}

const channelCredentials = (options: ConnectionOptions): ChannelCredentialOptions => {
  if (options.tls === false) return { insecure: true }
  const { tlsCAFile, userCertFile, userKeyFile } = options
  return {
    insecure: false,
    ...(tlsCAFile === undefined ? {} : { rootCertificate: readFileSync(tlsCAFile) }),
    ...(userCertFile === undefined ? {} : { userCertFile: readFileSync(userCertFile) }),
    ...(userKeyFile === undefined ? {} : { userKeyFile: readFileSync(userKeyFile) }),
  }
}

const createClient = (url: string): NodeClient => {
  const options = parseConnectionString(url)
  const { dnsDiscover, hosts, defaultCredentials, ...settings } = options
  const [first, ...others] = hosts
  if (first === undefined) throw new Error('The connection string names no host.')
  const secrets = channelCredentials(options)
  if (dnsDiscover) {
    return new NodeClient({ ...settings, discover: first }, secrets, defaultCredentials).calmed()
  }
  return others.length > 0
    ? new NodeClient({ ...settings, endpoints: hosts }, secrets, defaultCredentials).calmed()
    : new NodeClient({ ...settings, endpoint: first }, secrets, defaultCredentials).calmed()
}

export const createConnection = (url: string): Connection => {
  let client = createClient(url)
  return {
    use: (action) => client.use(action),
    reset: () => {
      const silent = client
      client = createClient(url)
      silent.abandon()
    },
    close: () => client.abandon(),
  }
}
