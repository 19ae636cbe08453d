// What went wrong, told in the port's words. Every failure between the first byte of a request and
// its answer leaves the outcome unknown; what differs is whether asking again can help.
import type { StoreUnavailable } from '../event-store.ts'

// gRPC status codes that no repetition cures: the request itself is refused.
const refusals = new Map<number, string>([
  [3, 'the request was not understood'],
  [7, 'access denied'],
  [9, 'the stream was deleted'],
  [12, 'the server does not know this call'],
  [16, 'not authenticated'],
])

export const unavailable = (reason: string, retryable = true): StoreUnavailable => ({
  type: 'StoreUnavailable',
  reason,
  retryable,
})

const codeOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : undefined

export const faultOf = (error: unknown): StoreUnavailable => {
  const code = codeOf(error)
  const refusal = code === undefined ? undefined : refusals.get(code)
  const said = error instanceof Error ? error.message : String(error)
  return refusal === undefined ? unavailable(said) : unavailable(`${refusal} (${said})`, false)
}
