// What passes between the thread that decides and a thread that calls: flat tuples, because objects
// are copied from thread to thread with all their keys, at six times the price. Both ends are the same
// build, so what arrives is what was sent.
import type { Instant } from '../../../../domain/instant.ts'
import type { AttemptResult } from '../../../../domain/task/commands.ts'
import type { RecallTarget } from '../../../../domain/task/definition.ts'
import type { RunId, TaskId } from '../../../../domain/task/ids.ts'
import type { TransportSettings } from '../open-transports.ts'
import type { RecallReply, RecallRequest } from '../transport.ts'

/** What a thread needs to know to make calls as the process would. */
export type ThreadSettings = TransportSettings

export interface ToThread {
  /** The shared time minus this machine's monotonic time, milliseconds. */
  readonly clockAheadMs: number
  readonly calls: readonly CallTuple[]
  readonly cancels: readonly number[]
  /** Ends all calls and the thread. */
  readonly close: boolean
}

export interface FromThread {
  readonly replies: readonly ReplyTuple[]
}

type CallTuple = readonly [
  number: number,
  runId: RunId,
  attempt: number,
  tenant: TaskId['tenant'],
  group: TaskId['group'],
  job: TaskId['job'],
  target: string | null,
  host: string,
  port: number,
  body: string,
  scheduledFor: Instant | null,
  timeoutMs: number,
  followRedirects: boolean,
  queuedMs: number,
  headers: RecallRequest['headers'],
]

type Report = RecallReply['report']

type ReplyTuple = readonly [
  number: number,
  type: AttemptResult['type'],
  resultValue: string | null,
  reason: string,
  retryable: boolean,
  before: 'connect' | 'timeout' | undefined,
  startedAt: Instant,
  durationMs: number,
  queuedMs: number | null,
  dnsMs: number | null,
  connectMs: number | null,
  tlsMs: number | null,
  firstByteMs: number | null,
  statusCode: number | null,
  reply: Report['reply'],
  replyBytes: Report['replyBytes'],
  replySha256: Report['replySha256'],
]

export const packCall = (number: number, request: RecallRequest): CallTuple => {
  const { taskId, target } = request
  return [
    number,
    request.runId,
    request.attempt,
    taskId.tenant,
    taskId.group,
    taskId.job,
    target.type === 'http' ? target.url : null,
    target.type === 'http' ? '' : target.host,
    target.type === 'http' ? 0 : target.port,
    request.body,
    request.scheduledFor,
    request.timeoutMs,
    request.followRedirects,
    request.queuedMs ?? 0,
    request.headers,
  ]
}

export const unpackCall = (
  tuple: CallTuple,
): { readonly number: number; readonly request: RecallRequest } => {
  const [number, runId, attempt, tenant, group, job, url, host, port, body, ...rest] = tuple
  const [scheduledFor, timeoutMs, followRedirects, queuedMs, headers] = rest
  const target: RecallTarget = url === null ? { type: 'socket', host, port } : { type: 'http', url }
  const taskId = { tenant, group, job }
  const limits = { scheduledFor, timeoutMs, followRedirects, queuedMs }
  const request = { runId, attempt, taskId, target, body, ...limits }
  return { number, request: headers === undefined ? request : { ...request, headers } }
}

export const packReply = (number: number, { result, report }: RecallReply): ReplyTuple => {
  const { phases } = report
  const failed = result.type === 'failed' ? result : null
  return [
    number,
    result.type,
    result.resultValue,
    failed?.reason ?? '',
    failed?.retryable ?? false,
    failed?.before,
    report.startedAt,
    report.durationMs,
    phases.queuedMs,
    phases.dnsMs,
    phases.connectMs,
    phases.tlsMs,
    phases.firstByteMs,
    report.statusCode,
    report.reply,
    report.replyBytes,
    report.replySha256,
  ]
}

export const unpackReply = (
  tuple: ReplyTuple,
): { readonly number: number; readonly reply: RecallReply } => {
  const [number, type, resultValue, reason, retryable, before, startedAt, durationMs, ...rest] =
    tuple
  const [queuedMs, dnsMs, connectMs, tlsMs, firstByteMs, ...received] = rest
  const [statusCode, reply, replyBytes, replySha256] = received
  const phases = { queuedMs, dnsMs, connectMs, tlsMs, firstByteMs }
  const heard = { statusCode, reply, replyBytes, replySha256 }
  const failed = { type: 'failed', reason, resultValue, retryable } as const
  return {
    number,
    reply: {
      result:
        type !== 'failed'
          ? { type, resultValue }
          : before === undefined
            ? failed
            : { ...failed, before },
      report: { startedAt, durationMs, phases, ...heard },
    },
  }
}
