// One connection to one node, shared by all calls. It exists once the node has spoken HTTP/2; a node
// that goes silent is found out by pings, and every call on it ends with the reason.
import { connect, type ClientHttp2Session, type SecureClientSessionOptions } from 'node:http2'
import { isIPv6 } from 'node:net'
import { connectionTrouble } from './connection-trouble.ts'
import { callOver, type Call, type CallOptions } from './grpc-call.ts'
import { GrpcError, statusCodes, type Endpoint } from './grpc-error.ts'

export interface NodeSession {
  readonly endpoint: Endpoint
  /** `path` is `/service/method`. */
  call(path: string, options: CallOptions & { readonly requiresLeader: boolean }): Call
  /** Lets calls under way end by themselves. */
  retire(): void
  destroy(): void
}

export interface SessionSettings {
  /** Null: without TLS. */
  readonly tls: Pick<SecureClientSessionOptions, 'ca' | 'cert' | 'key'> | null
  readonly authorization: string | null
  readonly connectionName: string
  readonly connectTimeoutMs: number
  /** Null: no pings. */
  readonly keepAliveEveryMs: number | null
  readonly keepAliveTimeoutMs: number
}

const streamWindowBytes = 1024 * 1024
const sessionWindowBytes = 16 * 1024 * 1024
/** Node's own limit of 10 MB would end a connection in the middle of a burst of large events. */
const sessionMemoryMb = 1_000

/** Rejects with a {@link GrpcError} that says why there is no connection. */
export const openSession = (
  endpoint: Endpoint,
  settings: SessionSettings,
  /** The name that the certificate is for, where the endpoint is an address found by it. */
  serverName?: string,
): Promise<NodeSession> => {
  const scheme = settings.tls === null ? 'http' : 'https'
  const host = isIPv6(endpoint.host) ? `[${endpoint.host}]` : endpoint.host
  const session = connect(`${scheme}://${host}:${endpoint.port}`, {
    ...settings.tls,
    ...(serverName === undefined ? {} : { servername: serverName }),
    settings: { initialWindowSize: streamWindowBytes, enablePush: false },
    maxSessionMemory: sessionMemoryMb,
  })
  const where = `${endpoint.host}:${endpoint.port}`
  let isOpen = false
  let trouble: string | null = null
  const lost = () => trouble ?? `the connection to ${where} was lost`
  session.on('error', (error: Error) => {
    trouble ??= isOpen
      ? `the connection to ${where} was lost (${error.message})`
      : connectionTrouble(where, settings.tls !== null, error)
  })

  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      trouble ??= `${where} does not answer`
      session.destroy()
    }, settings.connectTimeoutMs)
    // Whoever speaks HTTP/2 begins with its settings. A connection alone says nothing.
    session.once('remoteSettings', () => {
      clearTimeout(late)
      isOpen = true
      session.setLocalWindowSize(sessionWindowBytes)
      keepAlive(session, settings, (reason) => (trouble ??= `${where} ${reason}`))
      resolve(over(session, endpoint, settings, lost))
    })
    session.once('close', () => {
      clearTimeout(late)
      if (isOpen) return
      trouble ??= connectionTrouble(where, settings.tls !== null, null)
      reject(new GrpcError(statusCodes.unavailable, trouble))
    })
  })
}

const over = (
  session: ClientHttp2Session,
  endpoint: Endpoint,
  { authorization, connectionName }: SessionSettings,
  lost: () => string,
): NodeSession => ({
  endpoint,
  call: (path, options) => {
    if (session.closed || session.destroyed) throw new GrpcError(statusCodes.unavailable, lost())
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-accept-encoding': 'identity',
      'connection-name': connectionName,
      ...(options.deadlineMs === null ? {} : { 'grpc-timeout': `${options.deadlineMs}m` }),
      ...(options.requiresLeader ? { 'requires-leader': 'true' } : {}),
      ...(authorization === null ? {} : { authorization }),
    })
    return callOver(stream, options, lost)
  },
  retire: () => session.close(),
  destroy: () => session.destroy(),
})

const keepAlive = (
  session: ClientHttp2Session,
  { keepAliveEveryMs, keepAliveTimeoutMs }: SessionSettings,
  onSilence: (reason: string) => void,
): void => {
  if (keepAliveEveryMs === null) return
  const timer = setInterval(() => {
    if (session.destroyed) return
    const late = setTimeout(() => {
      onSilence('has gone silent')
      session.destroy()
    }, keepAliveTimeoutMs)
    late.unref()
    session.ping(() => clearTimeout(late))
  }, keepAliveEveryMs)
  timer.unref()
  session.once('close', () => clearInterval(timer))
}
