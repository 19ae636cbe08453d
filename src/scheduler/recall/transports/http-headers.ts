// What a recall says in its headers, and how an address becomes origin, path and credentials. Every
// value is plain ASCII whatever the task is called: key parts are percent-encoded, as in stream names.
import { streamOfTask, taskStreamPrefix } from '../../../domain/task/ids.ts'
import { isoOf } from '../../../domain/instant.ts'
import { type RecallRequest } from './transport.ts'

/** Names and values in turn. */
export const recallHeaders = (request: RecallRequest, authorization: string | null): string[] => {
  const headers = [
    'Content-Type',
    'application/json;charset=UTF-8',
    'User-Agent',
    'Carillon',
    'logId',
    request.runId,
    'Idempotency-Key',
    request.runId,
    'X-Carillon-Attempt',
    String(request.attempt),
    'X-Carillon-Task',
    streamOfTask(request.taskId).slice(taskStreamPrefix.length),
  ]
  if (request.scheduledFor !== null) {
    headers.push('X-Carillon-Scheduled-For', isoOf(request.scheduledFor))
  }
  if (authorization !== null) headers.push('Authorization', authorization)
  for (const [name, value] of request.headers ?? []) headers.push(name, value)
  return headers
}

export interface HttpAddress {
  readonly origin: string
  readonly path: string
  /** Basic credentials, where the URL names a user. */
  readonly authorization: string | null
  /** The URL as it may be shown: without a password. */
  readonly shown: string
}

const addresses = new Map<string, HttpAddress | null>()
const addressesMax = 10_000

/** Null for what is not an absolute http or https URL. Remembered per text. */
export const addressOf = (url: string): HttpAddress | null => {
  const known = addresses.get(url)
  if (known !== undefined) return known
  if (addresses.size >= addressesMax) addresses.clear()
  const address = parseAddress(url)
  addresses.set(url, address)
  return address
}

const parseAddress = (text: string): HttpAddress | null => {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  const { username, password } = url
  if (password !== '') url.password = '***'
  url.hash = ''
  const path = `${url.pathname}${url.search}`
  return { origin: url.origin, path, authorization: basic(username, password), shown: url.href }
}

const basic = (username: string, password: string): string | null => {
  if (username === '' && password === '') return null
  const plain = `${percentDecoded(username)}:${percentDecoded(password)}`
  return `Basic ${Buffer.from(plain, 'utf8').toString('base64')}`
}

const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
