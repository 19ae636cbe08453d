// Why a node cannot be reached, in words that tell an operator where to look: what the network or TLS
// says is about sockets and certificates, not about the setting that is wrong.

const advice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up at the moment',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'it does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is its own; name it, or its authority, as tlsCAFile',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that tlsCAFile has to name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that tlsCAFile has to name',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that tlsCAFile has to name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or the clock of this machine is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; add tls=false if that is meant',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a certificate: userCertFile and userKeyFile',
}

const wantsTls = 'it closed the connection; perhaps it speaks TLS, and tls=false has to go'

interface SocketError extends Error {
  readonly code?: unknown
  readonly errors?: unknown
}

// A host with several addresses fails with one error for each.
const codeOf = (error: SocketError): string => {
  const { errors } = error
  const one: unknown = Array.isArray(errors) ? errors.at(0) : null
  if (one instanceof Error) return codeOf(one)
  if (/wrong version number/i.test(error.message)) return 'ERR_SSL_WRONG_VERSION_NUMBER'
  return typeof error.code === 'string' ? error.code : ''
}

const closedEarly = new Set(['ECONNRESET', 'ERR_HTTP2_ERROR', 'ERR_HTTP2_SESSION_ERROR', 'EPIPE'])

/** `error` is null when the connection ended without one. */
export const connectionTrouble = (
  where: string,
  isTls: boolean,
  error: SocketError | null,
): string => {
  const code = error === null ? 'ECONNRESET' : codeOf(error)
  const known = advice[code]
  if (known !== undefined) return `${where} cannot be reached: ${known} (${code})`
  const said = error === null ? 'the connection was closed' : error.message
  if (!isTls && closedEarly.has(code)) return `${where} cannot be spoken to: ${wantsTls} (${said})`
  return `${where} cannot be reached: ${said}`
}
