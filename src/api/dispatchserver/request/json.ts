// JSON as callers write it: read without losing a digit of a number, the last of repeated keys
// winning as in Fastjson, and never deeper than a limit, so that no text can exhaust the stack.
import { isLosslessNumber, parse, stringify } from 'lossless-json'

/** Keys are own properties, `__proto__` included; numbers are LosslessNumber. */
export type JsonObject = Readonly<Record<string, unknown>>

export const jsonDepthMax = 64

/** Undefined for what is not JSON, or too deep. */
export const parseJson = (text: string): unknown => {
  if (depthOf(text) > jsonDepthMax) return undefined
  try {
    return parse(text, null, { onDuplicateKey: ({ newValue }) => newValue })
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value)

/** The object a value is, or that its text holds, a string within a string included; else null. */
export const objectIn = (value: unknown): JsonObject | null => {
  let inner = value
  for (let wrapped = 0; wrapped < 3; wrapped += 1) {
    if (isJsonObject(inner)) return inner
    if (typeof inner !== 'string' || !/^[\s\ufeff]*["{]/.test(inner)) return null
    inner = parseJson(inner.replace(/^\ufeff/, ''))
  }
  return isJsonObject(inner) ? inner : null
}

/** One line of JSON text, numbers as they were written. */
export const jsonText = (value: unknown): string => stringify(value) ?? 'null'

const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (inString) {
      if (code === 0x5c) index += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1))
    else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return deepest
}
