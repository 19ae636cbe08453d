// Calls made by threads of their own. Parsing replies and writing to sockets is a third of what a fire
// costs; away from the thread that decides, neither holds the other up: decisions stay on time while
// thousands of replies come in. A thread that dies takes its calls with it, as failures that may be
// tried again, and another one is begun.
import { Worker } from 'node:worker_threads'
import type { Instant } from '../../../../domain/instant.ts'
import { cancelledReason } from '../failure.ts'
import type { RecallReply, RecallRequest, RecallTransport } from '../transport.ts'
import { packCall, unpackReply } from './messages.ts'
import type { FromThread, ThreadSettings, ToThread } from './messages.ts'
import { monotonicMs } from './monotonic.ts'

export interface ThreadedTransportOptions extends ThreadSettings {
  readonly now: () => Instant
  /** At least 1. */
  readonly threads: number
  readonly onTrouble: (reason: string) => void
  /** Begins a thread; default: of this build. */
  readonly begin?: (settings: ThreadSettings) => Worker
}

interface UnderWay {
  readonly request: RecallRequest
  readonly resolve: (reply: RecallReply) => void
}

interface Thread {
  readonly size: () => number
  readonly call: (request: RecallRequest, resolve: (reply: RecallReply) => void) => void
  readonly close: () => Promise<void>
}

export const createThreadedTransport = (options: ThreadedTransportOptions): RecallTransport => {
  const threads = Array.from({ length: options.threads }, () => createThread(options))
  const idlest = (): Thread =>
    threads.reduce((least, thread) => (thread.size() < least.size() ? thread : least))
  return {
    call: (request) =>
      new Promise((resolve) => {
        idlest().call(request, resolve)
      }),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

const closePatienceMs = 2_000

const beginThread = (settings: ThreadSettings): Worker => {
  return new Worker(new URL('./thread.js', import.meta.url), {
    name: 'recalls',
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  })
}

const createThread = (options: ThreadedTransportOptions): Thread => {
  const { now, onTrouble, begin = beginThread, allow, deny, connectionsPerOrigin } = options
  const underWay = new Map<number, UnderWay>()
  let worker: Worker | null = null
  let ended = Promise.resolve()
  let numbered = 0
  let closed = false
  let flushing = false
  let calls: ToThread['calls'][number][] = []
  let cancels: number[] = []

  const send = (): void => {
    if (!flushing) return // closing was quicker
    flushing = false
    const message = { clockAheadMs: now() - monotonicMs(), calls, cancels, close: closed }
    calls = []
    cancels = []
    running().postMessage(message satisfies ToThread)
  }

  /** What one turn of the event loop asks for goes together. */
  const flushSoon = (): void => {
    if (!flushing) setImmediate(send)
    flushing = true
  }

  const running = (): Worker => (worker ??= started())

  const started = (): Worker => {
    const begun = begin({ allow, deny, connectionsPerOrigin })
    let reason = 'it ended'
    begun.on('message', receive)
    begun.on('error', (error) => (reason = error.message))
    ended = new Promise((resolve) => {
      begun.once('exit', () => {
        worker = null
        if (!closed) onTrouble(reason)
        // What had not been sent goes to the next one.
        const unsent = new Set(calls.map(([number]) => number))
        for (const number of [...underWay.keys()])
          if (!unsent.has(number)) settle(number, lost(now(), `the calling thread: ${reason}`))
        resolve()
      })
    })
    return begun
  }

  const receive = ({ replies }: FromThread): void => {
    for (const tuple of replies) {
      const { number, reply } = unpackReply(tuple)
      settle(number, reply)
    }
  }

  const settle = (number: number, reply: RecallReply): void => {
    const call = underWay.get(number)
    underWay.delete(number)
    call?.request.cancellation?.listen(null)
    call?.resolve(reply)
  }

  running() // at once: the first call is not to wait for it

  return {
    size: () => underWay.size,
    call: (request, resolve) => {
      const number = numbered++
      const cancelled = request.cancellation?.cancelled === true
      if (closed || cancelled) return resolve(lost(now(), cancelledReason))
      underWay.set(number, { request, resolve })
      request.cancellation?.listen(() => {
        cancels.push(number)
        flushSoon()
      })
      calls.push(packCall(number, request))
      flushSoon()
    },
    close: async () => {
      closed = true
      if (worker === null) return
      flushing = true
      send()
      const tooLong = setTimeout(() => void worker?.terminate(), closePatienceMs)
      await ended
      clearTimeout(tooLong)
    },
  }
}

/** What is known of a call whose thread is gone. */
const lost = (startedAt: Instant, reason: string): RecallReply => ({
  result: { type: 'failed', reason, resultValue: null, retryable: true },
  report: {
    startedAt,
    durationMs: 0,
    phases: { queuedMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
    statusCode: null,
    reply: null,
    replyBytes: null,
    replySha256: null,
  },
})
