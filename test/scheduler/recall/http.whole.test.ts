// HTTP recalls against a real callee that answers in every way, and in some that no callee should.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type LookupFunction } from 'node:net'
import iconv from 'iconv-lite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { Cancellation } from '../../../src/scheduler/recall/transports/cancellation.ts'
import {
  createHttpTransport,
  type HttpTransportOptions,
} from '../../../src/scheduler/recall/transports/http.ts'
import {
  type RecallRequest,
  type RecallTransport,
} from '../../../src/scheduler/recall/transports/transport.ts'
import { json, startHttpCallee, startTcpCallee, type HttpCallee } from '../../support/callee.ts'
import { testCertificate, testKey } from '../../support/certificate.ts'
import { recallTo, runId } from '../../support/recall.ts'

let callee: HttpCallee
const transports: RecallTransport[] = []
const closers: (() => Promise<void>)[] = []

beforeEach(async () => {
  callee = await startHttpCallee()
})
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
  await Promise.all(
    [callee, ...closers.splice(0).map((close) => ({ close }))].map((c) => c.close()),
  )
})

const transportWith = (options: Partial<HttpTransportOptions> = {}): RecallTransport => {
  const transport = createHttpTransport({ now: () => instantAt(1_700_000_000_500), ...options })
  transports.push(transport)
  return transport
}
const to = (url: string, more: Partial<RecallRequest> = {}): RecallRequest =>
  recallTo({ type: 'http', url }, more)
const reasonOf = (reply: Awaited<ReturnType<RecallTransport['call']>>): string =>
  reply.result.type === 'failed' ? reply.result.reason : `not failed: ${reply.result.type}`

describe('a recall over HTTP', () => {
  test('posts the body with its headers as written in the protocol', async () => {
    callee.answerWith(json({ success: true, resultValue: 'done' }))
    const signature = [['X-Carillon-Signature', 'v1=abc']] as const
    const { result, report } = await transportWith().call(
      to(callee.url('/a b/回调?x=1'), { attempt: 3, headers: signature, queuedMs: 7 }),
    )
    expect(result).toEqual({ type: 'succeeded', resultValue: 'done' })
    const [received] = callee.received
    expect(received).toMatchObject({
      method: 'POST',
      path: '/a%20b/%E5%9B%9E%E8%B0%83?x=1',
      body: `{"a":1,"data":{"a":1},"tasklogid":"${runId}"}`,
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        logid: runId,
        'idempotency-key': runId,
        'x-carillon-attempt': '3',
        'x-carillon-task': 'default/%E4%BB%BB%E5%8A%A1%E5%88%86%E7%BB%84/nightly',
        'x-carillon-scheduled-for': '2023-11-14T22:13:20.000Z',
        'x-carillon-signature': 'v1=abc',
      },
    })
    expect(received?.rawHeaders).toContain('logId')
    expect(report).toMatchObject({
      startedAt: 1_700_000_000_500,
      statusCode: 200,
      reply: '{"success":true,"resultValue":"done"}',
      replyBytes: 37,
      replySha256: null,
    })
    expect(report.phases.queuedMs).toBeGreaterThanOrEqual(7)
  })

  test('marks the phases of a new connection, and none on a connection used before', async () => {
    const transport = transportWith()
    const url = `http://localhost:${callee.port}/`
    const lookup: LookupFunction = (_host, options, done) =>
      options.all === true
        ? done(null, [{ address: '127.0.0.1', family: 4 }])
        : done(null, '127.0.0.1', 4)
    const named = transportWith({ lookup })
    const first = (await named.call(to(url))).report
    const second = (await named.call(to(url))).report
    const { dnsMs, connectMs, firstByteMs } = first.phases
    expect(dnsMs).not.toBeNull()
    expect(connectMs).toBeGreaterThanOrEqual(dnsMs ?? Infinity)
    expect(firstByteMs).toBeGreaterThanOrEqual(connectMs ?? Infinity)
    expect(first.durationMs).toBeGreaterThanOrEqual(firstByteMs ?? Infinity)
    expect(second.phases).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null })
    expect(callee.connections()).toBe(1)
    expect((await transport.call(to(callee.url()))).report.phases.dnsMs).toBeNull()
  })

  test('speaks HTTPS, and refuses a certificate nobody vouches for', async () => {
    const secure = await startHttpCallee(json({ success: true }), {
      key: testKey,
      cert: testCertificate,
    })
    closers.push(secure.close)
    const trusted = await transportWith({ tls: { ca: testCertificate } }).call(to(secure.url()))
    expect(trusted.result.type).toBe('succeeded')
    expect(trusted.report.phases.tlsMs).not.toBeNull()
    const untrusted = await transportWith().call(to(secure.url()))
    expect(reasonOf(untrusted)).toContain('certificate')
    expect(reasonOf(untrusted)).toContain(secure.url())
  })

  test('sends Basic credentials of the URL and never shows the password', async () => {
    callee.answerWith(json({}, 500))
    const url = callee.url().replace('http://', 'http://me:s%40cret@')
    const reply = await transportWith().call(to(url))
    expect(callee.received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('me:s@cret').toString('base64')}`,
    )
    expect(reasonOf(reply)).toContain('me:***@')
    expect(JSON.stringify(reply)).not.toContain('cret@')
  })

  test('calls beyond the connections of an origin wait for a free one', async () => {
    const transport = transportWith({ connectionsPerOrigin: 2 })
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => transport.call(to(callee.url()))),
    )
    expect(replies.every((reply) => reply.result.type === 'succeeded')).toBe(true)
    expect(callee.received).toHaveLength(20)
    expect(callee.connections()).toBe(2)
  })

  test('follows a callee that closes after every reply', async () => {
    callee.answerWith((response) => response.writeHead(200, { connection: 'close' }).end())
    const transport = transportWith({ connectionsPerOrigin: 1 })
    const replies = await Promise.all([1, 2, 3].map(() => transport.call(to(callee.url()))))
    expect(replies.map((reply) => reply.result.type)).toEqual(Array(3).fill('succeeded'))
    expect(callee.connections()).toBe(3)
  })
})

describe('redirects', () => {
  beforeEach(() => {
    callee.answerWith((response, { path }) => {
      const status = /^\/(30\d)$/.exec(path)?.[1]
      if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else if (path === '/ftp') response.writeHead(302, { location: 'ftp://x/' }).end()
      else if (status !== undefined) response.writeHead(Number(status), { location: 'end' }).end()
      else json({ success: true, resultValue: path })(response, callee.received[0]!)
    })
  })

  test('are not followed unless the task says so', async () => {
    const reply = await transportWith().call(to(callee.url('/302')))
    expect(reasonOf(reply)).toBe(
      `POST ${callee.url('/302')}: status 302, a redirect to end, not followed`,
    )
    expect(callee.received).toHaveLength(1)
  })

  test.each([
    [301, 'POST'],
    [302, 'POST'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ])('%i is followed with %s', async (status, method) => {
    const reply = await transportWith().call(
      to(callee.url(`/${status}`), { followRedirects: true }),
    )
    expect(reply.result).toEqual({ type: 'succeeded', resultValue: '/end' })
    expect(callee.received[1]).toMatchObject({ method, path: '/end' })
    expect(callee.received[1]?.body === '').toBe(method === 'GET')
  })

  test('end after five, and lead to http and https only', async () => {
    const loop = await transportWith().call(to(callee.url('/loop'), { followRedirects: true }))
    expect(reasonOf(loop)).toContain('not followed any further')
    expect(callee.received).toHaveLength(6)
    const ftp = await transportWith().call(to(callee.url('/ftp'), { followRedirects: true }))
    expect(reasonOf(ftp)).toContain('redirect to ftp://x/')
  })
})

describe('a long reply', () => {
  test('is kept to its limit, with its true length and hash', async () => {
    const text = `${'汉'.repeat(10_000)}!`
    callee.answerWith((response) => response.end(text))
    const { result, report } = await transportWith().call(to(callee.url()))
    expect(result.type).toBe('succeeded')
    expect(report.reply).toBe('汉'.repeat(Math.floor((16 * 1024) / 3)))
    expect(report.replyBytes).toBe(30_001)
    expect(report.replySha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  test('decides as a whole: success=false may stand at its end', async () => {
    callee.answerWith(json({ filler: 'x'.repeat(100_000), success: false, error: 'no' }))
    expect(reasonOf(await transportWith().call(to(callee.url())))).toContain('no')
  })

  test('of JSON that is too long to read is a failure, not a guess', async () => {
    callee.answerWith(json({ success: true, filler: 'x'.repeat(1_200_000) }))
    const reply = await transportWith().call(to(callee.url()))
    expect(reasonOf(reply)).toContain('too long to be read')
    expect(reply.report.replySha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('without an end is given up', async () => {
    callee.answerWith((response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    })
    const reply = await transportWith().call(to(callee.url()))
    expect(reasonOf(reply)).toContain('did not end within 16777216 bytes')
    expect(reply.report.replyBytes).toBeLessThan(17 * 1024 * 1024)
  })

  test('in GB18030 is readable in the report', async () => {
    callee.answerWith((response) => response.end(iconv.encode('处理完成', 'gbk')))
    expect((await transportWith().call(to(callee.url()))).report.reply).toBe('处理完成')
  })
})

describe('failures name the URL and the exception', () => {
  test('refused', async () => {
    await callee.close()
    const reply = await transportWith().call(to(callee.url()))
    expect(reasonOf(reply)).toBe(
      `POST ${callee.url()}: connect ECONNREFUSED 127.0.0.1:${callee.port}`,
    )
    expect(reply.report).toMatchObject({ statusCode: null, reply: null, replyBytes: null })
  })

  test('unknown host', async () => {
    const lookup: LookupFunction = (host, _options, done) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
      done(error, '', 0)
    }
    const reply = await transportWith({ lookup }).call(to('http://nowhere.example/x'))
    expect(reasonOf(reply)).toBe(
      'POST http://nowhere.example/x: getaddrinfo ENOTFOUND nowhere.example',
    )
  })

  test.each(['', 'ftp://x/', 'not a url', '/relative'])('no HTTP URL: %j', async (url) => {
    const { result } = await transportWith().call(to(url))
    expect(result).toMatchObject({ type: 'failed', retryable: false })
  })

  test('a callee that says nothing: timed out, and the connection is not used again', async () => {
    callee.answerWith(() => undefined)
    const transport = transportWith()
    const reply = await transport.call(to(callee.url(), { timeoutMs: 60 }))
    expect(reasonOf(reply)).toBe(
      `POST ${callee.url()}: timed out after 60 ms while waiting for the reply`,
    )
    callee.answerWith(json({ success: true }))
    expect((await transport.call(to(callee.url()))).result.type).toBe('succeeded')
    expect(callee.connections()).toBe(2)
  })

  test('a reply that trickles: timed out while reading, what came is kept', async () => {
    callee.answerWith((response) => response.write('{"success":'))
    const reply = await transportWith().call(to(callee.url(), { timeoutMs: 80 }))
    expect(reasonOf(reply)).toContain('while reading the reply')
    expect(reply.report).toMatchObject({ statusCode: 200, reply: '{"success":' })
  })

  test('no free connection within the time', async () => {
    callee.answerWith(() => undefined)
    const transport = transportWith({ connectionsPerOrigin: 1 })
    const first = transport.call(to(callee.url(), { timeoutMs: 200 }))
    const second = await transport.call(to(callee.url(), { timeoutMs: 40 }))
    expect(reasonOf(second)).toContain('waiting for a free connection')
    expect(reasonOf(await first)).toContain('waiting for the reply')
    callee.answerWith(json({}))
    expect((await transport.call(to(callee.url()))).result.type).toBe('succeeded')
  })

  test('a callee that hangs up in the middle of its reply', async () => {
    const rude = await startTcpCallee((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"success":true}')
      })
    })
    closers.push(rude.close)
    const reply = await transportWith().call(to(`http://127.0.0.1:${rude.port}/`))
    expect(reply.result.type).toBe('failed')
  })

  test('a callee that does not speak HTTP', async () => {
    const odd = await startTcpCallee((socket) => socket.end('220 smtp.example ESMTP\r\n'))
    closers.push(odd.close)
    const reply = await transportWith().call(to(`http://127.0.0.1:${odd.port}/`))
    expect(reply.result.type).toBe('failed')
    expect(reasonOf(reply)).toContain(`http://127.0.0.1:${odd.port}/`)
  })

  test('cancelled', async () => {
    callee.answerWith(() => undefined)
    const cancellation = new Cancellation()
    const call = transportWith().call(to(callee.url(), { cancellation }))
    cancellation.cancel()
    expect(reasonOf(await call)).toContain('cancelled')
  })

  test('closing the transport ends calls in flight', async () => {
    callee.answerWith(() => undefined)
    const transport = transportWith()
    const call = transport.call(to(callee.url()))
    await transport.close()
    expect(reasonOf(await call)).toContain('cancelled')
    expect(reasonOf(await transport.call(to(callee.url())))).toContain('cancelled')
  })
})

describe('a keep-alive connection that ends as the next request is written', () => {
  test('is replaced, once, and the request is sent again with the same run id', async () => {
    let connections = 0
    const racing = await startTcpCallee((socket) => {
      connections += 1
      const mine = connections
      let requests = 0
      socket.on('data', () => {
        requests += 1
        if (mine === 1 && requests === 2) socket.resetAndDestroy()
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
    })
    closers.push(racing.close)
    const transport = transportWith()
    const url = `http://127.0.0.1:${racing.port}/`
    expect((await transport.call(to(url))).result.type).toBe('succeeded')
    expect((await transport.call(to(url))).result.type).toBe('succeeded')
    expect(connections).toBe(2)
    expect(racing.received[1]).toContain(`logId: ${runId}`)
  })

  test('but a new connection that ends is a failure at once', async () => {
    const rude = await startTcpCallee((socket) => socket.once('data', () => socket.destroy()))
    closers.push(rude.close)
    const reply = await transportWith().call(to(`http://127.0.0.1:${rude.port}/`))
    expect(reasonOf(reply)).toContain('closed by the callee')
    expect(rude.connections()).toBe(1)
  })
})

describe('the address is checked at connect time', () => {
  const refuseAddress = (address: string): string | null =>
    address.startsWith('127.') ? `${address} is a loopback address` : null

  test('written as an address', async () => {
    const reply = await transportWith({ refuseAddress }).call(to(callee.url()))
    expect(reply.result).toMatchObject({ type: 'failed', retryable: false })
    expect(reasonOf(reply)).toContain('is a loopback address')
    expect(callee.connections()).toBe(0)
  })

  test('or hidden behind a name', async () => {
    const lookup: LookupFunction = (_host, options, done) =>
      options.all === true
        ? done(null, [{ address: '127.0.0.1', family: 4 }])
        : done(null, '127.0.0.1', 4)
    const reply = await transportWith({ refuseAddress, lookup }).call(
      to(`http://rebound.example:${callee.port}/`),
    )
    expect(reply.result).toMatchObject({ type: 'failed', retryable: false })
    expect(callee.connections()).toBe(0)
  })
})

test('an idle connection ends by itself', async () => {
  const closed: Promise<unknown>[] = []
  const listening = await startTcpCallee((socket) => {
    closed.push(once(socket, 'close'))
    socket.on('end', () => socket.end())
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  })
  closers.push(listening.close)
  await transportWith({ idleMs: 30 }).call(to(`http://127.0.0.1:${listening.port}/`))
  await Promise.all(closed)
  expect(listening.connections()).toBe(1)
})
