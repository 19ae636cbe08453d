// How a call ended that did not end well: the server's own words, or what the network did to it.
import type { IncomingHttpHeaders } from 'node:http2'

/** The status codes that are told apart here; their numbers are gRPC's. */
export const statusCodes = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export class GrpcError extends Error {
  readonly code: number
  /** The node that leads, when the one that was asked says so. */
  readonly leader: Endpoint | null

  constructor(code: number, message: string, leader: Endpoint | null = null) {
    super(message)
    this.code = code
    this.leader = leader
  }
}

const first = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

const leaderIn = (headers: IncomingHttpHeaders): Endpoint | null => {
  const host = first(headers['leader-endpoint-host'])
  const port = Number(first(headers['leader-endpoint-port']))
  return host === undefined || !Number.isInteger(port) ? null : { host, port }
}

const unescaped = (message: string): string => {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}

/** Null: these headers say nothing about how the call ended. */
export const statusIn = (headers: IncomingHttpHeaders): GrpcError | null => {
  const status = first(headers['grpc-status'])
  if (status === undefined) return null
  const message = unescaped(first(headers['grpc-message']) ?? '')
  return new GrpcError(Number(status), message, leaderIn(headers))
}
