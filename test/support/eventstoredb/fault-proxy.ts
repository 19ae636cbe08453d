// Stands between an adapter and a server (the small one or a real one) and does to order what
// networks and clusters do: cuts the connection after the commit, answers late, twice or never, and
// says "not the leader". It passes the protocol's messages on as they are.
import { createServer, connect, type Socket } from 'node:net'
import {
  credentials,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js'
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js'
import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { notLeader } from './answers.ts'

/** What happens to the answer of an append, which by then has taken effect. */
export type AnswerFault = 'none' | 'cut' | 'late' | 'twice' | 'never'

export interface Faults {
  /** Asked for every append that has been answered by the server. */
  readonly answer?: () => AnswerFault
  /** Asked for every append on its way: the port of "the leader" refuses it and ends its call. */
  readonly refuse?: () => number | null
  /** Asked for every event on its way to a subscriber. Silence lasts: the line is dead from there. */
  readonly deliver?: () => 'once' | 'twice' | 'cut' | 'silence'
}

export interface FaultProxy {
  readonly url: string
  readonly port: number
  faults: Faults
  /** How many events were passed on to readers and subscribers so far. */
  readonly passed: () => number
  /** Cuts every connection as a pulled cable would, and lets new ones in. */
  cut(): void
  stop(): void
}

const lateMs = 600

export const startFaultProxy = async (target: { readonly port: number }): Promise<FaultProxy> => {
  const relay = createRelay()
  let given: Faults = {}
  let passed = 0
  const client = new StreamsClient(`127.0.0.1:${target.port}`, credentials.createInsecure())

  const batchAppend = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
    const onward = client.batchAppend(call.metadata)
    call.on('data', (request: BatchAppendReq) => {
      const leader = given.refuse?.() ?? null
      if (leader === null) return void onward.write(request)
      call.emit('error', notLeader('127.0.0.1', leader))
      onward.cancel()
    })
    call.on('end', () => onward.end())
    call.on('cancelled', () => onward.cancel())
    call.on('error', () => onward.cancel())
    onward.on('data', (answer: BatchAppendResp) => {
      switch (given.answer?.() ?? 'none') {
        case 'none':
          return void call.write(answer)
        case 'cut':
          return relay.cut()
        case 'late':
          return void setTimeout(() => call.write(answer), lateMs)
        case 'twice':
          call.write(answer)
          return void call.write(answer)
        case 'never':
          return
      }
    })
    onward.on('error', (error) => call.emit('error', error))
    onward.on('end', () => call.end())
  }

  const read = (call: ServerWritableStream<ReadReq, ReadResp>) => {
    const onward = client.read(call.request, call.metadata)
    const isLive = call.request.getOptions()?.hasSubscription() === true
    let isSilent = false
    call.on('cancelled', () => onward.cancel())
    onward.on('data', (answer: ReadResp) => {
      if (isSilent) return
      if (answer.hasEvent()) passed += 1
      switch (isLive && answer.hasEvent() ? (given.deliver?.() ?? 'once') : 'once') {
        case 'once':
          return void call.write(answer)
        case 'twice':
          call.write(answer)
          return void call.write(answer)
        case 'cut':
          return relay.cut()
        case 'silence':
          isSilent = true
          return
      }
    })
    onward.on('error', (error) => call.emit('error', error))
    onward.on('end', () => call.end())
  }

  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 })
  server.addService(StreamsService, { read, batchAppend })
  const inner = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    )
  })
  await relay.listen(inner)
  const port = relay.port()
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    set faults(faults: Faults) {
      given = faults
    },
    passed: () => passed,
    cut: relay.cut,
    stop: () => {
      relay.stop()
      server.forceShutdown()
      client.close()
    },
  }
}

// Bytes in, bytes out, so that connections can be cut below gRPC.
const createRelay = () => {
  const sockets = new Set<Socket>()
  let inner = 0
  const server = createServer((incoming) => {
    const onward = connect(inner, '127.0.0.1')
    for (const [socket, other] of [
      [incoming, onward],
      [onward, incoming],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    listen: (to: number) => {
      inner = to
      return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    },
    port: (): number => {
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    },
    cut,
    stop: () => {
      server.close()
      cut()
    },
  }
}
