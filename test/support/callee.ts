// Callees to order, on 127.0.0.1 and a free port: an HTTP(S) one that answers as told and remembers
// what it was asked, and a raw TCP one whose manners the test decides.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  /** Names in lower case. */
  readonly headers: IncomingMessage['headers']
  /** Names as they were sent, and values, in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export type Answer = (response: ServerResponse, received: Received) => void

export interface HttpCallee {
  readonly port: number
  readonly url: (path?: string) => string
  readonly received: Received[]
  /** Connections opened so far. */
  readonly connections: () => number
  readonly answerWith: (answer: Answer) => void
  readonly close: () => Promise<void>
}

export const json =
  (value: unknown, statusCode = 200): Answer =>
  (response) => {
    response.writeHead(statusCode, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }

export const startHttpCallee = async (
  firstAnswer: Answer = (response) => response.end(),
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<HttpCallee> => {
  let answer = firstAnswer
  const received: Received[] = []
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one: Received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      received.push(one)
      answer(response, one)
    })
  }
  const server = tls === null ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest)
  const { port, connections, close } = await listen(server)
  const scheme = tls === null ? 'http' : 'https'
  return {
    port,
    url: (path = '/callback') => `${scheme}://127.0.0.1:${port}${path}`,
    received,
    connections,
    answerWith: (next) => {
      answer = next
    },
    close,
  }
}

export interface TcpCallee {
  readonly port: number
  /** What each connection sent so far. */
  readonly received: string[]
  readonly connections: () => number
  readonly close: () => Promise<void>
}

/** `serve` gets each connection; it stays half-open until `serve` ends it. */
export const startTcpCallee = async (serve: (socket: Socket) => void): Promise<TcpCallee> => {
  const received: string[] = []
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    const index = received.push('') - 1
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      received[index] = `${received[index] ?? ''}${chunk.toString('utf8')}`
    })
    serve(socket)
  })
  return { received, ...(await listen(server)) }
}

const listen = async (
  server: Server,
): Promise<Pick<HttpCallee, 'port' | 'connections' | 'close'>> => {
  const sockets = new Set<Socket>()
  let opened = 0
  server.on('connection', (socket) => {
    opened += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
