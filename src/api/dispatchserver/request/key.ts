// The small calls: pause, resume, delete and trigger name a task; `updateTaskLog` names a run and how
// it ended. Parameters in, decoded values or every problem out.
import * as E from 'fp-ts/lib/Either.js'
import { isUtf8 } from 'node:buffer'
import { RunId, type KeyPart } from '../../../domain/task/ids.ts'
import { storable, textOf } from '../../../runtime/charset.ts'
import { Fields } from './fields.ts'
import { unescaped } from './form.ts'
import { jsonText } from './json.ts'
import { type Parameters } from './parameters.ts'
import { type Problem } from './problem.ts'

export interface TaskKey {
  readonly group: KeyPart
  readonly job: KeyPart
  /** Why, where the caller says so; not a field of the original protocol. */
  readonly reason: string | null
}

export const decodeKey = (parameters: Parameters): E.Either<readonly Problem[], TaskKey> => {
  const problems: Problem[] = []
  const key = readKey(new Fields(parameters, '', problems))
  return problems.length > 0 || key === null ? E.left(problems) : E.right(key)
}

export const readKey = (request: Fields): TaskKey | null => {
  const job = request.keyPart('jobName')
  const group = request.keyPart('groupName')
  const reason = request.text('reason', 500)
  return job === null || group === null ? null : { group, job, reason }
}

export interface RunReport {
  readonly runId: RunId
  readonly success: boolean
  readonly resultValue: string | null
}

/** Longest `resultValue` that is kept, UTF-16 units; what is longer is cut, not refused. */
export const reportedValueLengthMax = 64 * 1024

export const decodeReport = (parameters: Parameters): E.Either<readonly Problem[], RunReport> => {
  const problems: Problem[] = []
  const report = readReport(new Fields(parameters, '', problems))
  return report === null ? E.left(problems) : E.right(report)
}

export const readReport = (request: Fields): RunReport | null => {
  const id = request.required('id', 200)
  const runId = id === null ? null : runIdIn(id)
  if (id !== null && runId === null) {
    request.complain(
      'id',
      'The 32 hexadecimal digits of a tasklogid are expected.',
      '须为回调时收到的 tasklogid（32 位十六进制）。',
    )
  }
  const success = request.boolean('success')
  if (!request.has('success')) request.missing('success')
  const resultValue = decodeResultValue(request.value('resultValue'))
  return runId === null || success === null ? null : { runId, success, resultValue }
}

/** A run id also in capitals or with the hyphens of a UUID. */
const runIdIn = (text: string): RunId | null => {
  const runId = RunId.decode(text.replaceAll('-', '').toLowerCase())
  return E.isRight(runId) ? runId.right : null
}

const decodeResultValue = (value: unknown): string | null => {
  if (value === null) return null
  const text = typeof value === 'string' ? urlDecoded(value) : jsonText(value)
  return storable(text.slice(0, reportedValueLengthMax))
}

/** Only what an encoder can have written is decoded: no other character, and escapes that make text. */
const urlDecoded = (text: string): string => {
  if (!/^(?:[\w.*+\-!'()~]|%[0-9a-f]{2})*$/i.test(text) || !/%/.test(text)) return text
  const bytes = unescaped(text)
  return isUtf8(bytes) || !bytes.includes(0) ? textOf(bytes) : text
}
