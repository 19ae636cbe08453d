// Calls made by a thread of their own: what comes back is what the transports would have said here,
// and a thread that dies loses no call without saying so.
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { Cancellation } from '../../../src/scheduler/recall/transports/cancellation.ts'
import { openTransports } from '../../../src/scheduler/recall/transports/open-transports.ts'
import { createThreadedTransport } from '../../../src/scheduler/recall/transports/threads/threaded.ts'
import type {
  RecallReply,
  RecallRequest,
  RecallTransport,
} from '../../../src/scheduler/recall/transports/transport.ts'
import { json, startHttpCallee, startTcpCallee, type HttpCallee } from '../../support/callee.ts'
import { recallTo } from '../../support/recall.ts'

const settings = {
  allow: [],
  deny: [{ address: '127.0.0.2', prefix: 32, family: 'ipv4' as const }],
  connectionsPerOrigin: 4,
}
const now = () => instantAt(Date.now())
// As it is built: a thread reads no TypeScript.
const threadFile = new URL(
  '../../../dist/scheduler/recall/transports/threads/thread.js',
  import.meta.url,
)

let callee: HttpCallee
let workers: Worker[] = []
let troubles: string[] = []
let threaded: RecallTransport

beforeEach(async () => {
  callee = await startHttpCallee()
  workers = []
  troubles = []
  threaded = createThreadedTransport({
    ...settings,
    now,
    threads: 1,
    onTrouble: (reason) => troubles.push(reason),
    begin: (workerData) => {
      const worker = new Worker(threadFile, { workerData })
      workers.push(worker)
      return worker
    },
  })
})
afterEach(async () => {
  await threaded.close()
  await callee.close()
})

const to = (path = '/', more: Partial<RecallRequest> = {}): RecallRequest =>
  recallTo({ type: 'http', url: callee.url(path) }, more)
const reasonOf = ({ result }: RecallReply): string =>
  result.type === 'failed' ? result.reason : `not failed: ${result.type}`

/** Without what the clock says. */
const timeless = ({ result, report }: RecallReply) => ({
  result,
  report: { ...report, startedAt: 0, durationMs: 0, phases: null },
})

describe('a call made by a thread', () => {
  test('ends as it would have ended here, whatever it ends with', async () => {
    const here = openTransports({ ...settings, now })
    const socket = await startTcpCallee((line) => line.end('{"success":true,"resultValue":7}\n'))
    const requests = [
      to('/ok', { attempt: 2, headers: [['X-Test', 'yes']], queuedMs: 5 }),
      to('/status'),
      to('/later'),
      recallTo({ type: 'http', url: 'http://127.0.0.2:9/' }, {}),
      recallTo({ type: 'http', url: 'http://127.0.0.1:1/' }, {}),
      recallTo({ type: 'socket', host: '127.0.0.1', port: socket.port }, {}),
      recallTo({ type: 'http', url: 'no url' }, {}),
      to('/silent', { timeoutMs: 50 }),
    ]
    callee.answerWith((response, received) => {
      if (received.path === '/silent') return
      if (received.path === '/status') response.statusCode = 503
      const later = received.path === '/later'
      response.end(JSON.stringify(later ? { asynchronized: true } : { resultValue: '完成' }))
    })
    for (const request of requests)
      expect(timeless(await threaded.call(request))).toEqual(timeless(await here.call(request)))
    const [inThread, inHere] = callee.received.filter(({ path }) => path === '/ok')
    expect(inThread?.rawHeaders).toEqual(inHere?.rawHeaders)
    expect(inThread?.body).toBe(inHere?.body)
    await here.close()
    await socket.close()
  })

  test('is marked by the time of the process it belongs to', async () => {
    callee.answerWith(json({ success: true }))
    const before = now()
    const { report } = await threaded.call(to('/', { queuedMs: 100 }))
    expect(report.startedAt).toBeGreaterThanOrEqual(before)
    expect(report.startedAt).toBeLessThanOrEqual(now())
    expect(report.phases.queuedMs).toBeGreaterThanOrEqual(100)
    expect(report.phases.firstByteMs).toBeGreaterThan(0)
  })

  test('is broken off when it is cancelled', async () => {
    callee.answerWith(() => cancellation.cancel())
    const cancellation = new Cancellation()
    expect(reasonOf(await threaded.call(to('/', { cancellation })))).toContain('cancelled')
    expect(reasonOf(await threaded.call(to('/', { cancellation })))).toContain('cancelled')
    expect(callee.received).toHaveLength(1)
  })

  test('fails when its thread dies, and the next one is made by another', async () => {
    callee.answerWith(() => void workers[0]?.terminate())
    const lost = await threaded.call(to('/'))
    expect(lost.result).toMatchObject({ type: 'failed', retryable: true })
    expect(reasonOf(lost)).toContain('calling thread')
    expect(troubles).toHaveLength(1)
    callee.answerWith(json({ success: true }))
    expect((await threaded.call(to('/'))).result.type).toBe('succeeded')
    expect(workers).toHaveLength(2)
  })

  test('ends as cancelled when the transport closes', async () => {
    const called = new Promise<void>((resolve) => callee.answerWith(() => resolve()))
    const call = threaded.call(to('/'))
    await called
    await threaded.close()
    expect(reasonOf(await call)).toContain('cancelled')
    expect(reasonOf(await threaded.call(to('/')))).toContain('cancelled')
  })
})
