// Recalls over a TCP socket: connect, send the JSON and a newline, read until a newline or the end of
// the stream. The sending side is half-closed only after a short wait without an answer, so that
// callees that read to the end are served, and callees that drop the line on a half-close are too.
// One connection per call; what comes after the newline is not read.
import { isIP, Socket } from 'node:net'
import { type AttemptResult } from '../../../domain/task/commands.ts'
import { type SocketRecall } from '../../../domain/task/definition.ts'
import { AddressRefused, cancelledReason, exceptionText } from './failure.ts'
import { openSocket } from './open-socket.ts'
import { elapsed, reportedPhases, startPhases } from './phases.ts'
import { readSocketReply } from './reply.ts'
import { ReplyBytes } from './reply-bytes.ts'
import {
  type RecallReply,
  type RecallRequest,
  type RecallTransport,
  type TransportOptions,
} from './transport.ts'

export interface SocketTransportOptions extends TransportOptions {
  /** How long the callee may take to answer before the sending side is closed. Default 1 s. */
  readonly halfCloseAfterMs?: number
  /** A reply longer than this is a failure. Default 64 KiB. */
  readonly replyBytesMax?: number
}

export const createSocketTransport = (options: SocketTransportOptions): RecallTransport => {
  const cancels = new Set<() => void>()
  let closed = false
  return {
    call: (request) =>
      new Promise<RecallReply>((resolve) => {
        const cancel = callOnce(request, options, (reply) => {
          cancels.delete(cancel)
          resolve(reply)
        })
        cancels.add(cancel)
        if (closed) cancel()
      }),
    close: () => {
      closed = true
      for (const cancel of cancels) cancel()
      return Promise.resolve()
    },
  }
}

const newline = 0x0a

/** Starts the call; the answer cancels it. `settle` is called once, never before this returns. */
const callOnce = (
  request: RecallRequest,
  options: SocketTransportOptions,
  settle: (reply: RecallReply) => void,
): (() => void) => {
  const { timeoutMs, cancellation } = request
  const target = request.target.type === 'socket' ? request.target : null
  const replyBytesMax = options.replyBytesMax ?? 64 * 1024
  const startedAt = options.now()
  const phases = startPhases(request.queuedMs ?? 0)
  const reply = new ReplyBytes({
    keptBytes: options.replyKeptBytes ?? 16 * 1024,
    readBytes: replyBytesMax,
  })
  let connected = false
  let done = false
  let halfClose: NodeJS.Timeout | null = null

  const finish = (outcome: AttemptResult): void => {
    if (done) return
    done = true
    clearTimeout(timer)
    if (halfClose !== null) clearTimeout(halfClose)
    cancellation?.listen(null)
    socket.destroy()
    const heard = connected && reply.length > 0 ? reply.reported() : noReply
    const report = {
      startedAt,
      durationMs: elapsed(phases),
      phases: reportedPhases(phases),
      statusCode: null,
      ...heard,
    }
    settle({ result: located(outcome, target), report })
  }
  const fail = (reason: string, retryable = true, before?: 'connect' | 'timeout'): void =>
    finish({
      type: 'failed',
      reason,
      resultValue: null,
      retryable,
      ...(before === undefined ? {} : { before }),
    })
  const cancel = (): void => fail(cancelledReason)
  const occupation = (): string => {
    if (reply.length > 0) return 'reading the reply, which has no end'
    if (connected) return 'waiting for the reply'
    return phases.dnsMs === null && isIP(target?.host ?? '') === 0
      ? 'looking up the host'
      : 'connecting'
  }
  const timer = setTimeout(
    () => fail(`timed out after ${timeoutMs} ms while ${occupation()}`, true, 'timeout'),
    timeoutMs,
  )

  const socket =
    target === null ? notASocket() : openSocket({ ...target, tls: null }, options, phases)
  socket.once('connect', () => {
    connected = true
    socket.write(`${request.body}\n`)
    const wait = Math.min(options.halfCloseAfterMs ?? 1_000, timeoutMs / 2)
    halfClose = setTimeout(() => socket.end(), wait)
  })
  socket.on('data', (chunk: Buffer) => {
    phases.firstByteMs ??= elapsed(phases)
    halfClose?.refresh()
    const end = chunk.indexOf(newline)
    reply.add(end < 0 ? chunk : chunk.subarray(0, end))
    if (reply.length > replyBytesMax) fail(`the reply is longer than ${replyBytesMax} bytes`)
    else if (end >= 0) finish(judge(reply))
  })
  socket.once('end', () => finish(judge(reply)))
  socket.once('error', (error) => {
    const retryable = !(error instanceof AddressRefused)
    fail(exceptionText(error), retryable, connected ? undefined : 'connect')
  })
  socket.once('close', () => fail('the connection was closed'))
  cancellation?.listen(cancel)
  if (cancellation?.cancelled === true) process.nextTick(cancel)
  return cancel
}

const judge = (reply: ReplyBytes): AttemptResult => {
  const bytes = reply.bytes()
  return bytes.toString('latin1').trim() === ''
    ? {
        type: 'failed',
        reason: 'the callee ended without a reply',
        resultValue: null,
        retryable: true,
      }
    : readSocketReply(bytes)
}

const notASocket = (): Socket => new Socket().destroy(new Error('the task is not called by SOCKET'))

const located = (result: AttemptResult, target: SocketRecall | null): AttemptResult =>
  result.type === 'failed' && target !== null
    ? { ...result, reason: `SOCKET ${target.host}:${target.port}: ${result.reason}` }
    : result

const noReply = { reply: null, replyBytes: null, replySha256: null }
