// One recall over HTTP, from the wish for a connection to the end of the reply, redirects included.
// It ends exactly once: by the reply, by a failure, or by its time limit, whichever comes first.
//
// A keep-alive connection may end in the same moment as a request is written to it. Such a request
// is written once more, on a new connection, when the old one had been used before and ended within a
// second without a byte of reply. Should the callee have read the first copy all the same, the second
// carries the same run id and attempt.
import { isIP } from 'node:net'
import { type Dispatcher } from 'undici'
import { type AttemptResult } from '../../../domain/task/commands.ts'
import { type Instant } from '../../../domain/instant.ts'
import { AddressRefused, cancelledReason, codeOf, exceptionText } from './failure.ts'
import { type Connection, type Connections } from './http-connections.ts'
import { addressOf, recallHeaders, type HttpAddress } from './http-headers.ts'
import { elapsed, reportedPhases, startPhases, type Phases } from './phases.ts'
import { readReply } from './reply.ts'
import { ReplyBytes, type ReplyLimits } from './reply-bytes.ts'
import { type RecallReply, type RecallRequest } from './transport.ts'

export interface HttpCallLimits extends ReplyLimits {
  /** A reply longer than this is not read to its end. */
  readonly replyBytesMax: number
  readonly redirectsMax: number
}

const staleWithinMs = 1_000

export class HttpCall implements Dispatcher.DispatchHandler {
  private readonly request: RecallRequest
  private readonly connections: Connections
  private readonly limits: HttpCallLimits
  private readonly startedAt: Instant
  private readonly resolve: (reply: RecallReply) => void
  private readonly phases: Phases
  private readonly timer: NodeJS.Timeout
  private address: HttpAddress | null
  private method: 'POST' | 'GET' = 'POST'
  private connection: Connection | null = null
  private withdraw: (() => void) | null = null
  private sentMark: number | null = null
  private retriedStale = false
  private redirects = 0
  private statusCode: number | null = null
  private location: string | null = null
  private reply: ReplyBytes
  private done = false

  constructor(
    request: RecallRequest,
    connections: Connections,
    limits: HttpCallLimits,
    startedAt: Instant,
    resolve: (reply: RecallReply) => void,
  ) {
    this.request = request
    this.connections = connections
    this.limits = limits
    this.startedAt = startedAt
    this.resolve = resolve
    this.phases = startPhases(request.queuedMs ?? 0)
    this.reply = new ReplyBytes(limits)
    this.address = addressOf(request.target.type === 'http' ? request.target.url : '')
    this.timer = setTimeout(this.onTimeout, request.timeoutMs)
  }

  start(): void {
    const { cancellation } = this.request
    if (cancellation?.cancelled === true) return this.fail(cancelledReason)
    cancellation?.listen(this.cancel)
    this.seekConnection()
  }

  readonly cancel = (): void => this.fail(cancelledReason)

  private seekConnection(): void {
    if (this.address === null) return this.fail('not an http or https URL', false)
    const withdraw = this.connections.lease(this.address.origin, this.onConnection)
    if (this.connection === null) this.withdraw = withdraw
  }

  private readonly onConnection = (connection: Connection): void => {
    if (this.withdraw !== null) this.phases.queuedMs += elapsed(this.phases)
    this.withdraw = null
    this.send(connection)
  }

  private send(connection: Connection): void {
    const { address, request } = this
    if (address === null) return
    this.connection = connection
    connection.phases = this.phases
    connection.opened = null
    connection.client.dispatch(
      {
        origin: address.origin,
        path: address.path,
        method: this.method,
        headers: recallHeaders(request, address.authorization),
        body: this.method === 'POST' ? request.body : null,
      },
      this,
    )
  }

  onRequestStart(): void {
    this.sentMark = performance.now()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.done || statusCode < 200) return
    this.phases.firstByteMs = elapsed(this.phases)
    this.statusCode = statusCode
    const { location } = headers
    this.location = typeof location === 'string' ? location : null
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.done) return
    this.reply.add(chunk)
    if (this.reply.length > this.limits.replyBytesMax) {
      this.fail(`the reply did not end within ${this.limits.replyBytesMax} bytes`)
    }
  }

  onResponseEnd(): void {
    if (this.done) return
    const { connection, statusCode } = this
    this.connection = null
    this.sentMark = null
    const further = this.redirection()
    if (connection !== null) this.connections.release(connection)
    if (further !== null) return this.follow(further)
    this.finish(this.judge(statusCode ?? 0))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.done) return
    const { connection } = this
    if (connection !== null && this.isStale(connection, error)) {
      this.retriedStale = true
      this.sentMark = null
      return this.send(this.connections.renew(connection))
    }
    const retryable = !(error instanceof AddressRefused)
    this.fail(exceptionText(error), retryable, this.sentMark === null ? 'connect' : undefined)
  }

  private isStale(connection: Connection, error: Error): boolean {
    return (
      connection.opened === null &&
      !this.retriedStale &&
      this.statusCode === null &&
      (this.sentMark === null || performance.now() - this.sentMark < staleWithinMs) &&
      staleCodes.has(codeOf(error) ?? '')
    )
  }

  private redirection(): HttpAddress | null {
    if (!this.request.followRedirects || this.redirects >= this.limits.redirectsMax) return null
    if (!redirectCodes.has(this.statusCode ?? 0) || this.location === null) return null
    const base = this.address === null ? undefined : `${this.address.origin}${this.address.path}`
    return URL.canParse(this.location, base) ? addressOf(new URL(this.location, base).href) : null
  }

  /** A recall without its body would tell the callee nothing, so only 303 turns it into a GET. */
  private follow(further: HttpAddress): void {
    this.redirects += 1
    if (this.statusCode === 303) this.method = 'GET'
    this.address = further
    this.statusCode = null
    this.location = null
    this.reply = new ReplyBytes(this.limits)
    this.seekConnection()
  }

  private judge(statusCode: number): AttemptResult {
    if (redirectCodes.has(statusCode) && this.location !== null) {
      const why = this.request.followRedirects ? 'not followed any further' : 'not followed'
      return this.failure(
        `status ${statusCode}, a redirect to ${this.location.slice(0, 300)}, ${why}`,
      )
    }
    const bytes = this.reply.bytes()
    if (!this.reply.isWhole && /^\s*\{/.test(bytes.toString('latin1', 0, 64))) {
      return this.failure(`a JSON reply of ${this.reply.length} bytes is too long to be read`)
    }
    const result = readReply(statusCode, bytes)
    return result.type === 'failed' ? { ...result, reason: this.located(result.reason) } : result
  }

  private readonly onTimeout = (): void =>
    this.fail(
      `timed out after ${this.request.timeoutMs} ms while ${this.occupation()}`,
      true,
      'timeout',
    )

  private occupation(): string {
    if (this.statusCode !== null) return 'reading the reply'
    if (this.sentMark !== null) return 'waiting for the reply'
    if (this.connection === null) return 'waiting for a free connection'
    if (this.connection.opened === null) return 'sending the request'
    if (this.phases.connectMs !== null) return 'negotiating TLS'
    return this.phases.dnsMs === null && isNamed(this.address)
      ? 'looking up the host'
      : 'connecting'
  }

  private fail(reason: string, retryable = true, before?: 'connect' | 'timeout'): void {
    if (this.done) return
    const { connection } = this
    this.connection = null
    const failure = this.failure(reason, retryable)
    this.finish(before === undefined ? failure : { ...failure, before })
    if (connection !== null) this.connections.discard(connection)
  }

  private failure(reason: string, retryable = true): Extract<AttemptResult, { type: 'failed' }> {
    return { type: 'failed', reason: this.located(reason), resultValue: null, retryable }
  }

  private located(reason: string): string {
    const { target } = this.request
    const shown = this.address?.shown ?? (target.type === 'http' ? target.url : '')
    return `${this.method} ${shown}: ${reason}`
  }

  private finish(result: AttemptResult): void {
    this.done = true
    clearTimeout(this.timer)
    this.withdraw?.()
    this.request.cancellation?.listen(null)
    const { statusCode } = this
    const reply = statusCode === null ? noReply : this.reply.reported()
    const report = {
      startedAt: this.startedAt,
      durationMs: elapsed(this.phases),
      phases: reportedPhases(this.phases),
      statusCode,
      reply: reply.reply,
      replyBytes: reply.replyBytes,
      replySha256: reply.replySha256,
    }
    this.resolve({ result, report })
  }
}

const isNamed = (address: HttpAddress | null): boolean =>
  address !== null && isIP(new URL(address.origin).hostname.replace(/^\[|\]$/g, '')) === 0

const noReply = { reply: null, replyBytes: null, replySha256: null }
const redirectCodes = new Set([301, 302, 303, 307, 308])
const staleCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])
