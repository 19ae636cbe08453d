// An attempt that ended before any answer says where: a retry policy may name the one or the other.
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import type { RecallTarget } from '../../../src/domain/task/definition.ts'
import { createHttpTransport } from '../../../src/scheduler/recall/transports/http.ts'
import { createSocketTransport } from '../../../src/scheduler/recall/transports/socket.ts'
import { startHttpCallee, startTcpCallee } from '../../support/callee.ts'
import { recallTo } from '../../support/recall.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const now = () => instantAt(1_700_000_000_000)
const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A port nobody listens on any more. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

const http = (port: number): RecallTarget => ({ type: 'http', url: `http://127.0.0.1:${port}/` })
const socket = (port: number): RecallTarget => ({ type: 'socket', host: '127.0.0.1', port })

describe.each([
  { name: 'HTTP', create: createHttpTransport, target: http },
  { name: 'SOCKET', create: createSocketTransport, target: socket },
])('over $name', ({ create, target }) => {
  const call = async (port: number, timeoutMs: number) => {
    const transport = create({ now })
    closers.push(transport.close)
    return (await transport.call(recallTo(target(port), { timeoutMs }))).result
  }

  test('a connection that is refused', async () => {
    expect(await call(await closedPort(), 5_000)).toMatchObject({
      retryable: true,
      before: 'connect',
    })
  })

  test('a callee that is silent', async () => {
    const callee = await startTcpCallee((socket) => socket.resume())
    closers.push(callee.close)
    expect(await call(callee.port, 50)).toMatchObject({ retryable: true, before: 'timeout' })
  })
})

test('an answer, of whatever kind, is neither', async () => {
  const callee = await startHttpCallee((response) => {
    response.statusCode = 503
    response.end()
  })
  const transport = createHttpTransport({ now })
  closers.push(callee.close, transport.close)
  const { result } = await transport.call(recallTo({ type: 'http', url: callee.url() }))
  expect(result.type).toBe('failed')
  expect(result).not.toHaveProperty('before')
})
