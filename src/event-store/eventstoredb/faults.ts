// What went wrong, told in the port's words. Every failure between the first byte of a request and
// its answer leaves the outcome unknown; what differs is whether asking again can help.
import type { StoreUnavailable } from '../event-store.ts'
import { GrpcError, statusCodes } from './protocol/grpc-error.ts'

// What no repetition cures: the request itself is refused.
const refusals = new Map<number, string>([
  [statusCodes.invalidArgument, 'the request was not understood'],
  [statusCodes.permissionDenied, 'access denied'],
  [statusCodes.failedPrecondition, 'the stream was deleted'],
  [statusCodes.unimplemented, 'the server does not know this call'],
  [statusCodes.unauthenticated, 'not authenticated'],
])

export const unavailable = (reason: string, retryable = true): StoreUnavailable => ({
  type: 'StoreUnavailable',
  reason,
  retryable,
})

export const faultOf = (error: unknown): StoreUnavailable => {
  const refusal = error instanceof GrpcError ? refusals.get(error.code) : undefined
  const said = error instanceof Error ? error.message : String(error)
  return refusal === undefined ? unavailable(said) : unavailable(`${refusal} (${said})`, false)
}
