// What a callee's answer means. The rule is the original service's: the status decides first, then
// `success` where the reply is a JSON object that has one, then `asynchronized`; whatever else a 2xx
// says is success. Knows nothing of how the answer travelled.
import { parse, stringify } from 'lossless-json'
import { type AttemptResult } from '../../../domain/task/commands.ts'
import { storable, textOf } from '../../../runtime/charset.ts'

/** Longest `resultValue` that is kept, UTF-16 units. */
export const resultValueLengthMax = 16 * 1024

/** Reads the reply to an HTTP recall. */
export const readReply = (statusCode: number, bytes: Uint8Array): AttemptResult => {
  const ok = statusCode >= 200 && statusCode <= 299
  if (bytes.length === 0) return ok ? plainSuccess : failed(`status ${statusCode}`, null)
  const text = textOf(bytes)
  const fields = objectIn(text)
  if (ok) return fields === null ? plainSuccess : readFields(fields, text)
  const said = fields === null ? text : (complaintIn(fields) ?? text)
  const resultValue = fields === null ? null : resultValueOf(fields, text)
  return failed(withDetail(`status ${statusCode}`, said), resultValue)
}

/**
 * Reads the reply to a SOCKET recall, which has no status: JSON is judged by the same rule, anything
 * else is no answer at all.
 */
export const readSocketReply = (bytes: Uint8Array): AttemptResult => {
  const text = textOf(bytes)
  const fields = objectIn(text)
  if (fields !== null) return readFields(fields, text)
  return parsed(text) === undefined
    ? failed(withDetail('the reply is not JSON', text), null)
    : plainSuccess
}

type Fields = Readonly<Record<string, unknown>>

const plainSuccess: AttemptResult = { type: 'succeeded', resultValue: null }

const readFields = (fields: Fields, text: string): AttemptResult => {
  const resultValue = resultValueOf(fields, text)
  if (Object.hasOwn(fields, 'success')) {
    if (isTrue(fields['success'])) return { type: 'succeeded', resultValue }
    const said = complaintIn(fields) ?? resultValue ?? ''
    return failed(withDetail('the callee answered that it failed', said), resultValue)
  }
  return isTrue(fields['asynchronized'])
    ? { type: 'accepted', resultValue }
    : { type: 'succeeded', resultValue }
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'

const failed = (reason: string, resultValue: string | null): AttemptResult => ({
  type: 'failed',
  reason,
  resultValue,
  retryable: true,
})

const objectIn = (text: string): Fields | null => {
  if (!/^\s*\{/.test(text)) return null
  const value = parsed(text)
  return isFields(value) ? value : null
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Text as it stands; any other value as JSON, its numbers exactly as the callee wrote them. */
const resultValueOf = (fields: Fields, text: string): string | null => {
  const value = fields['resultValue']
  if (value === undefined || value === null) return null
  return shortened(storable(typeof value === 'string' ? value : exactJsonOf(value, text)))
}

const exactJsonOf = (value: unknown, text: string): string => {
  try {
    const exact = parse(text, null, { onDuplicateKey: ({ newValue }) => newValue })
    return stringify(isFields(exact) ? exact['resultValue'] : value) ?? 'null'
  } catch {
    return text // nested too deeply to be taken apart
  }
}

const shortened = (text: string): string =>
  text.length <= resultValueLengthMax
    ? text
    : `${storable(text.slice(0, resultValueLengthMax - 1))}…`

const complaintKeys = ['error', 'errorMsg', 'message', 'msg'] as const

const complaintIn = (fields: Fields): string | null => {
  for (const key of complaintKeys) {
    const value = fields[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

const detailLengthMax = 300

/** `summary: detail`, the detail on one line and short. */
const withDetail = (summary: string, detail: string): string => {
  const line = storable(detail.slice(0, 4 * detailLengthMax))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (line === '') return summary
  return `${summary}: ${line.length > detailLengthMax ? `${storable(line.slice(0, detailLengthMax))}…` : line}`
}
