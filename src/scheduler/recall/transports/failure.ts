// What a person reads when a call fails: the exception in the words of the operating system, with
// its code, and never a password out of an address.

/** The exception as one line: `connect ECONNREFUSED 127.0.0.1:1`. */
export const exceptionText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(exceptionText))].join('; ')
  }
  const code = codeOf(error)
  if (code === 'UND_ERR_SOCKET') return `the connection was closed by the callee (${error.message})`
  const message = error.message === '' ? error.name : error.message
  return code === null || message.includes(code) ? message : `${message} (${code})`
}

export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

/** Trouble no further attempt can cure: the address itself is refused. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

export const cancelledReason = 'the call was cancelled'
