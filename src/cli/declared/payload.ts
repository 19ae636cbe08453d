// A task's payload, which is JSON text so that its numbers keep their digits. Two payloads are the
// same when they say the same, however they are spaced and in whatever order their fields stand.
import { isLosslessNumber, parse, stringify } from 'lossless-json'

/** One text for all payloads that say the same; what is no JSON stands for itself. */
export const canonicalPayload = (text: string): string => {
  try {
    return stringify(sorted(parse(text))) ?? text
  } catch {
    return text
  }
}

/** As plain JSON where nothing is lost by it; undefined where something would be. */
export const plainPayload = (text: string): unknown => {
  try {
    const plain: unknown = JSON.parse(text)
    return stringify(parse(text)) === JSON.stringify(plain) ? plain : undefined
  } catch {
    return undefined
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, part]) => [name, sorted(part)]))
}
