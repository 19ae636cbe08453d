// The JSON a callee receives. Both styles of the original are served at once: the caller's data
// under `data`, and its top-level keys flat beside it; `tasklogid` is the run. Where a key collides,
// `data` and `tasklogid` win. Numbers travel exactly as the caller wrote them.
//
// A task's body differs between runs only in the id at its end, so the rest is built once per payload.
import { parse, stringify } from 'lossless-json'
import { type RunId } from '../../../domain/task/ids.ts'

/** One line of JSON text without line breaks. */
export const recallBody = (dataJson: string, runId: RunId): string =>
  `${headOf(dataJson)}${runId}"}`

/** Heads of the payloads used lately, oldest first. */
const heads = new Map<string, string>()
const headLengthMax = 16 * 1024 * 1024
let headLength = 0

const headOf = (dataJson: string): string => {
  const known = heads.get(dataJson)
  if (known !== undefined) return known
  const head = buildHead(dataJson)
  headLength += dataJson.length + head.length
  if (headLength > headLengthMax) {
    heads.clear()
    headLength = dataJson.length + head.length
  }
  heads.set(dataJson, head)
  return head
}

const buildHead = (dataJson: string): string => {
  const data = payloadIn(dataJson)
  const flat: string[] = []
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    for (const [key, value] of Object.entries(data)) {
      if (key === 'data' || key === 'tasklogid') continue
      flat.push(`${JSON.stringify(key)}:${jsonOf(value)},`)
    }
  }
  return `{${flat.join('')}"data":${jsonOf(data)},"tasklogid":"`
}

/** What is not JSON after all is handed on as the text it is. */
const payloadIn = (dataJson: string): unknown => {
  try {
    return parse(dataJson, null, { onDuplicateKey: ({ newValue }) => newValue })
  } catch {
    return dataJson
  }
}

const jsonOf = (value: unknown): string => stringify(value) ?? 'null'
