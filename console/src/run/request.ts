// What the callee was sent, told anew from what the log holds: the definition the run was fired with and
// the run's own words. Pure.
import { parse, stringify } from 'lossless-json'
import type { Definition, Run } from '../api/types.ts'
import { laidOut } from '../editor/json-text.ts'

export interface Request {
  /** `POST http://…`, or `TCP host:port`. */
  readonly line: string
  readonly headers: readonly (readonly [string, string])[]
  /** JSON, laid out; every number as it was written. */
  readonly body: string
}

type Fired = Pick<Run, 'runId' | 'group' | 'job' | 'scheduledFor'>

export const requestOf = (
  { runId, group, job, scheduledFor }: Fired,
  { recall, dataJson }: Pick<Definition, 'recall' | 'dataJson'>,
): Request => {
  const isHttp = recall.type === 'http'
  const headers = [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['logId', runId],
    ['Idempotency-Key', runId],
    ['X-Carillon-Task', `${group}/${job}`],
    ...(scheduledFor === null ? [] : [['X-Carillon-Scheduled-For', scheduledFor] as const]),
  ] as const
  return {
    line: isHttp ? `POST ${recall.url}` : `TCP ${recall.host}:${recall.port}`,
    headers: isHttp ? headers : [],
    body: laidOut(bodyOf(dataJson, runId)),
  }
}

/** The payload under `data`, its keys beside it, and the run; where keys collide, the last two win. */
const bodyOf = (dataJson: string, runId: string): string => {
  const data = payloadIn(dataJson)
  const isFields = typeof data === 'object' && data !== null && !Array.isArray(data)
  return stringify({ ...(isFields ? data : {}), data, tasklogid: runId }) ?? ''
}

const payloadIn = (dataJson: string): unknown => {
  try {
    return parse(dataJson)
  } catch {
    return dataJson
  }
}
