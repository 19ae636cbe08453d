// The connection string, as the server's own clients read it (their package does the reading), turned
// into what a connection needs. What it names wrongly is said in one line, before anything is opened.
import { readFileSync } from 'node:fs'
import {
  parseConnectionString,
  type ConnectionOptions,
} from '@eventstore/db-client/dist/Client/parseConnectionString.js'
import type { Endpoint } from './protocol/grpc-error.ts'
import type { SessionSettings } from './protocol/node-session.ts'

export interface Target {
  readonly hosts: readonly Endpoint[]
  /** The only host is a name for all nodes of a cluster. */
  readonly isDnsName: boolean
  readonly prefers: 'leader' | 'follower' | 'read_only_replica' | 'random'
  /** Rounds through all hosts before finding a node is given up for this time. */
  readonly roundsMax: number
  readonly roundPauseMs: number
  readonly session: SessionSettings
}

/** The connection string cannot be used; the message says what is wrong with it. */
export class UnusableConnectionString extends Error {}

const defaultKeepAliveMs = 10_000
const defaultGossipTimeoutSeconds = 5

export const readConnectionString = (url: string): Target => {
  const options = parsed(url)
  const { hosts, dnsDiscover, nodePreference, maxDiscoverAttempts, discoveryInterval } = options
  if (hosts.length === 0) throw new UnusableConnectionString('the connection string names no host')
  return {
    hosts: hosts.map(({ address, port }) => ({ host: address.replace(/^\[|\]$/g, ''), port })),
    isDnsName: dnsDiscover,
    prefers: nodePreference ?? 'leader',
    roundsMax: Math.max(1, maxDiscoverAttempts ?? 10),
    roundPauseMs: discoveryInterval ?? 100,
    session: sessionSettings(options),
  }
}

const parsed = (url: string): ConnectionOptions => {
  try {
    return parseConnectionString(url)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new UnusableConnectionString(`the connection string is not understood: ${said}`)
  }
}

const sessionSettings = (options: ConnectionOptions): SessionSettings => {
  const { tls, defaultCredentials, keepAliveInterval = defaultKeepAliveMs } = options
  // Without TLS a server knows no users, and a password must not travel in the clear.
  const credentials = tls === false ? undefined : defaultCredentials
  return {
    tls: tls === false ? null : certificates(options),
    authorization: credentials === undefined ? null : basic(credentials),
    connectionName: options.connectionName ?? 'carillon',
    connectTimeoutMs: (options.gossipTimeout ?? defaultGossipTimeoutSeconds) * 1_000,
    keepAliveEveryMs: keepAliveInterval < 0 ? null : keepAliveInterval,
    keepAliveTimeoutMs: patience(options.keepAliveTimeout),
  }
}

const patience = (givenMs = defaultKeepAliveMs): number =>
  givenMs < 0 ? defaultKeepAliveMs : givenMs

const basic = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const certificates = ({ tlsCAFile, userCertFile, userKeyFile }: ConnectionOptions) => {
  if ((userCertFile === undefined) !== (userKeyFile === undefined))
    throw new UnusableConnectionString('userCertFile and userKeyFile go together')
  return {
    ...(tlsCAFile === undefined ? {} : { ca: contents('tlsCAFile', tlsCAFile) }),
    ...(userCertFile === undefined ? {} : { cert: contents('userCertFile', userCertFile) }),
    ...(userKeyFile === undefined ? {} : { key: contents('userKeyFile', userKeyFile) }),
  }
}

const contents = (option: string, path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new UnusableConnectionString(`${option} cannot be read: ${said}`)
  }
}
