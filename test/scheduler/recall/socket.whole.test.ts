// SOCKET recalls against raw TCP callees: a good one, and every bad habit.
import { type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import {
  createSocketTransport,
  type SocketTransportOptions,
} from '../../../src/scheduler/recall/transports/socket.ts'
import { type RecallReply } from '../../../src/scheduler/recall/transports/transport.ts'
import { startTcpCallee, type TcpCallee } from '../../support/callee.ts'
import { recallTo, runId } from '../../support/recall.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

interface Called {
  readonly reply: RecallReply
  readonly callee: TcpCallee
  readonly reason: string
}

const callTo = async (
  serve: (socket: Socket) => void,
  options: Partial<SocketTransportOptions> = {},
  timeoutMs = 5_000,
): Promise<Called> => {
  const callee = await startTcpCallee(serve)
  const transport = createSocketTransport({
    now: () => instantAt(1_700_000_000_500),
    halfCloseAfterMs: 50,
    ...options,
  })
  closers.push(callee.close, transport.close)
  const reply = await transport.call(
    recallTo({ type: 'socket', host: '127.0.0.1', port: callee.port }, { timeoutMs }),
  )
  const { result } = reply
  return { reply, callee, reason: result.type === 'failed' ? result.reason : result.type }
}

const onLine = (answer: (socket: Socket) => void) => (socket: Socket) => {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8')
    if (text.endsWith('\n')) answer(socket)
  })
}

describe('a recall over SOCKET', () => {
  test('sends one line and reads one line', async () => {
    const { reply, callee } = await callTo(
      onLine((socket) => socket.write('{"success":true,"resultValue":"ok"}\nwhatever follows')),
    )
    expect(callee.received).toEqual([`{"a":1,"data":{"a":1},"tasklogid":"${runId}"}\n`])
    expect(reply.result).toEqual({ type: 'succeeded', resultValue: 'ok' })
    expect(reply.report).toMatchObject({
      startedAt: 1_700_000_000_500,
      statusCode: null,
      reply: '{"success":true,"resultValue":"ok"}',
      replyBytes: 35,
      phases: { dnsMs: null, tlsMs: null },
    })
    expect(reply.report.phases.connectMs).not.toBeNull()
    expect(reply.report.phases.firstByteMs).not.toBeNull()
  })

  test('serves a callee that reads to the end before it answers', async () => {
    const { reply } = await callTo((socket) => {
      socket.resume()
      socket.on('end', () => socket.end('{"asynchronized":true}'))
    })
    expect(reply.result).toEqual({ type: 'accepted', resultValue: null })
  })

  test('serves a callee that drops the line on a half-close, when it answers in time', async () => {
    const { reply } = await callTo(
      (socket) => {
        socket.on('end', () => socket.destroy())
        onLine((ready) => setTimeout(() => ready.write('{"success":true}\n'), 30))(socket)
      },
      { halfCloseAfterMs: 1_000 },
    )
    expect(reply.result.type).toBe('succeeded')
  })

  test('reads a reply that comes in pieces, and one that ends with the stream', async () => {
    const { reply } = await callTo(
      onLine((socket) => {
        const pieces = ['{"suc', 'cess":', 'true,"resultValue":"', '完'].map((s) => Buffer.from(s))
        const last = pieces[3] ?? Buffer.alloc(0)
        const chunks = [
          ...pieces.slice(0, 3),
          last.subarray(0, 1),
          last.subarray(1),
          Buffer.from('"}'),
        ]
        const next = (): void => {
          const chunk = chunks.shift()
          if (chunk === undefined) socket.end()
          else socket.write(chunk, () => setImmediate(next))
        }
        next()
      }),
    )
    expect(reply.result).toEqual({ type: 'succeeded', resultValue: '完' })
  })

  test('serves a callee that half-closes after its answer', async () => {
    const { reply } = await callTo(onLine((socket) => socket.end('{"success":"true"}')))
    expect(reply.result.type).toBe('succeeded')
  })

  test('serves a callee that answers without a newline and waits for the line to close', async () => {
    const { reply } = await callTo((socket) => {
      socket.on('end', () => socket.end())
      onLine((ready) => ready.write('{"success":true}'))(socket)
    })
    expect(reply.result.type).toBe('succeeded')
  })
})

describe('bad habits are failures with a reason', () => {
  test('refused', async () => {
    const callee = await startTcpCallee(() => undefined)
    await callee.close()
    const transport = createSocketTransport({ now: () => instantAt(0) })
    const { result } = await transport.call(
      recallTo({ type: 'socket', host: '127.0.0.1', port: callee.port }),
    )
    expect(result).toMatchObject({
      type: 'failed',
      reason: `SOCKET 127.0.0.1:${callee.port}: connect ECONNREFUSED 127.0.0.1:${callee.port}`,
      retryable: true,
    })
  })

  const habits: readonly (readonly [string, (socket: Socket) => void, string | RegExp])[] = [
    ['never answers', (s) => s.resume(), 'timed out after 300 ms while waiting for the reply'],
    ['never reads', (s) => s.pause(), 'timed out after 300 ms while waiting for the reply'],
    ['closes at once', (s) => s.end(), 'the callee ended without a reply'],
    ['resets', onLine((s) => s.resetAndDestroy()), /ECONNRESET|ended without a reply/],
    ['closes after reading', onLine((s) => s.end()), 'the callee ended without a reply'],
    ['answers an empty line', onLine((s) => s.write('\r\n')), 'the callee ended without a reply'],
    ['answers garbage', onLine((s) => s.end(Buffer.from([0, 1, 2, 0xff, 0x0a]))), 'not JSON'],
    ['stops half-way', onLine((s) => s.end('{"success":tr')), 'not JSON: {"success":tr'],
    [
      'stalls half-way',
      onLine((s) => s.write('{"success":true')),
      'timed out after 300 ms while reading the reply, which has no end',
    ],
    [
      'trickles for ever',
      onLine((s) => {
        const timer = setInterval(() => s.write(' '), 20)
        s.once('close', () => clearInterval(timer))
      }),
      'timed out after 300 ms while reading the reply',
    ],
    [
      'answers without end',
      onLine((s) => {
        const pour = (): void => {
          if (!s.destroyed) s.write('x'.repeat(16_384), () => setImmediate(pour))
        }
        pour()
      }),
      'the reply is longer than 65536 bytes',
    ],
    ['answers success=false', onLine((s) => s.write('{"success":false,"error":"no"}\n')), ': no'],
  ]
  test.each(habits)('%s', async (_name, serve, expected) => {
    const { reply, reason, callee } = await callTo(serve, {}, 300)
    expect(reply.result).toMatchObject({ type: 'failed', retryable: true })
    expect(reason).toMatch(expected)
    expect(reason).toContain(`SOCKET 127.0.0.1:${callee.port}: `)
  })

  test.each([0, 65_536, -1, Number.NaN])('port %s cannot be called', async (port) => {
    const transport = createSocketTransport({ now: () => instantAt(0) })
    const { result } = await transport.call(recallTo({ type: 'socket', host: '127.0.0.1', port }))
    expect(result.type).toBe('failed')
  })

  test('a refused address is not connected to', async () => {
    const { reply, callee } = await callTo((s) => s.resume(), { refuseAddress: () => 'forbidden' })
    expect(reply.result).toMatchObject({ type: 'failed', retryable: false })
    expect(callee.connections()).toBe(0)
  })

  test('an HTTP task is not called by SOCKET', async () => {
    const transport = createSocketTransport({ now: () => instantAt(0) })
    const { result } = await transport.call(recallTo({ type: 'http', url: 'http://127.0.0.1/' }))
    expect(result.type).toBe('failed')
  })

  test('closing the transport ends calls in flight', async () => {
    const callee = await startTcpCallee((s) => s.resume())
    closers.push(callee.close)
    const transport = createSocketTransport({ now: () => instantAt(0) })
    const call = transport.call(recallTo({ type: 'socket', host: '127.0.0.1', port: callee.port }))
    await transport.close()
    expect((await call).result).toMatchObject({ reason: expect.stringContaining('cancelled') })
  })
})
