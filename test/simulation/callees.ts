// Whom the service calls: callees that mostly answer, and sometimes refuse, hang, die after they have
// done the work, answer "later" and report once, twice or never, or report what they have answered
// already. Every call they hear is remembered.
import { instantAt } from '../../src/domain/instant.ts'
import { streamOfTask, type RunId, type TaskId } from '../../src/domain/task/ids.ts'
import { sleep } from '../../src/runtime/clock.ts'
import type {
  RecallReply,
  RecallRequest,
  RecallTransport,
} from '../../src/scheduler/recall/transports/transport.ts'
import type { World } from './world.ts'

export interface Callees {
  /** As one process reaches them. */
  readonly reachedFrom: (node: string) => RecallTransport
  readonly heard: readonly Call[]
}

export interface Call {
  readonly runId: RunId
  readonly attempt: number
  readonly node: string
  readonly stream: string
  readonly timeoutMs: number
  readonly body: string
  /** On the hand of the world's clock that nobody sets. */
  readonly at: number
  /** Infinite while it goes on. */
  readonly endedAt: () => number
  /** What the callee answered; null: nothing, or not yet. */
  readonly said: () => RecallReply['result']['type'] | null
}

/** A callee's own word on a run, some time after the call. */
export type Report = (taskId: TaskId, runId: RunId, success: boolean) => void

const slowFromMs = 10_000

export const createCallees = (world: World, report: Report): Callees => {
  const { clock, chance, isCalm } = world
  const heard: Call[] = []

  const reportLater = ({ taskId, runId }: RecallRequest, success: boolean): void => {
    clock.setTimer(chance.between(10, 40_000), () => report(taskId, runId, success))
  }

  const call = async (node: string, request: RecallRequest): Promise<RecallReply> => {
    const { runId, attempt, timeoutMs, body } = request
    const at = clock.monotonicNow()
    const stream = streamOfTask(request.taskId)
    let ended = Number.POSITIVE_INFINITY
    let said: RecallReply['result']['type'] | null = null
    const endedAt = () => ended
    heard.push({ runId, attempt, node, stream, timeoutMs, body, at, endedAt, said: () => said })
    const startedAt = instantAt(clock.now())
    const behaviour = isCalm() ? 'succeeds' : behaviourOf(chance.next())
    // Who is given long may take long, also in the calm; who has failed once is often slow again.
    const maySlow = timeoutMs > slowFromMs || (attempt > 1 && !isCalm())
    const isSlow = maySlow && chance.happens(0.3)
    const takesMs = chance.between(1, isSlow ? timeoutMs - 1 : 800)
    await sleep(clock, behaviour === 'hangs' ? timeoutMs : takesMs)
    ended = clock.monotonicNow()
    const answered = (result: RecallReply['result'], statusCode: number | null): RecallReply => {
      said = result.type
      return { result, report: reportOf(statusCode) }
    }
    const reportOf = (statusCode: number | null): RecallReply['report'] => ({
      startedAt,
      durationMs: Math.max(0, clock.now() - startedAt),
      phases: { queuedMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
      statusCode,
      reply: null,
      replyBytes: 0,
      replySha256: null,
    })
    const failed = (reason: string, before?: 'connect' | 'timeout') =>
      answered(
        { type: 'failed', reason, resultValue: null, retryable: true, ...(before && { before }) },
        null,
      )
    switch (behaviour) {
      case 'hangs':
        return failed('timed out', 'timeout')
      case 'refuses':
        return failed('refused', 'connect')
      case 'dies':
        return failed('the connection ended before an answer')
      case 'reports once':
        reportLater(request, chance.happens(0.8))
        return answered({ type: 'accepted', resultValue: null }, 202)
      case 'reports twice':
        reportLater(request, chance.happens(0.8))
        reportLater(request, chance.happens(0.8))
        return answered({ type: 'accepted', resultValue: null }, 202)
      case 'never reports':
        return answered({ type: 'accepted', resultValue: null }, 202)
      case 'answers twice':
        reportLater(request, chance.happens(0.5))
        return answered({ type: 'succeeded', resultValue: null }, 200)
      case 'succeeds':
        return answered({ type: 'succeeded', resultValue: null }, 200)
    }
  }

  return {
    reachedFrom: (node) => ({
      call: (request) => call(node, request),
      close: () => Promise.resolve(),
    }),
    heard,
  }
}

const behaviourOf = (draw: number) => {
  if (draw < 0.04) return 'hangs'
  if (draw < 0.1) return 'refuses'
  if (draw < 0.13) return 'dies'
  if (draw < 0.17) return 'reports once'
  if (draw < 0.19) return 'reports twice'
  if (draw < 0.2) return 'never reports'
  if (draw < 0.23) return 'answers twice'
  return 'succeeds'
}
