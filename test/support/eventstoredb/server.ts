// A small EventStoreDB in this process: the Streams protocol over real gRPC, in memory, one node that
// is always the leader. It can be killed (connections cut, unanswered calls lost) and started again
// on the same port with the same log. What it answers is what a real server answers; see
// eventstoredb-conformance.
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { batchAnswer, nameIn, uuid, type BatchVerdict } from './answers.ts'
import { createLog, type Expected, type Log, type ProposedEvent } from './log.ts'
import { read } from './reading.ts'

export interface SmallEventStoreDb {
  readonly port: number
  readonly url: string
  readonly log: Log
  /** Cuts every connection and listens no more; the log stays. */
  kill(): void
  start(): Promise<void>
}

export const startSmallEventStoreDb = async (): Promise<SmallEventStoreDb> => {
  const log = createLog()
  let server: Server | null = null
  let port = 0

  const start = async () => {
    const starting = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 })
    starting.addService(StreamsService, streamsOver(log))
    starting.addService(GossipService, {
      read: (_call: unknown, answer: Answer) => answer(null, clusterOf(port)),
    })
    starting.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: Answer) => answer(null, supported()),
    })
    port = await new Promise<number>((resolve, reject) => {
      starting.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      )
    })
    server = starting
  }
  await start()
  return {
    port,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    log,
    kill: () => server?.forceShutdown(),
    start,
  }
}

type Answer = (error: null, answer: object) => void

const maxAppendSize = 1024 * 1024

const streamsOver = (log: Log) => ({
  read: (call: Parameters<typeof read>[1]) => read(log, call),
  batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
    call.on('data', (request: BatchAppendReq) => call.write(appended(log, request)))
    call.on('end', () => call.end())
    call.on('error', () => undefined)
  },
})

const appended = (log: Log, request: BatchAppendReq): BatchAppendResp => {
  const options = request.getOptions()
  const stream = nameIn(options?.getStreamIdentifier())
  const expected = expectedIn(options)
  const events = request.getProposedMessagesList().map(proposedIn)
  return batchAnswer(
    request.getCorrelationId(),
    stream,
    expected,
    verdictOf(log, stream, expected, events),
  )
}

const verdictOf = (
  log: Log,
  stream: string,
  expected: Expected,
  events: readonly ProposedEvent[],
): BatchVerdict => {
  if (events.some(({ type }) => type === '')) {
    return { type: 'bad-request', message: "Empty eventType provided. (Parameter 'eventType')" }
  }
  const size = events.reduce((sum, { data }) => sum + data.byteLength, 0)
  return size > maxAppendSize
    ? { type: 'too-large', max: maxAppendSize }
    : log.append(stream, expected, events)
}

const expectedIn = (options: ReturnType<BatchAppendReq['getOptions']>): Expected => {
  if (options?.hasNoStream() === true) return 'none'
  if (options?.hasStreamExists() === true) return 'exists'
  return options?.hasStreamPosition() === true ? Number(options.getStreamPosition()) : 'any'
}

const proposedIn = (
  message: ReturnType<BatchAppendReq['getProposedMessagesList']>[number],
): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
})

const clusterOf = (port: number) =>
  new gossip.ClusterInfo().setMembersList([
    new gossip.MemberInfo()
      .setInstanceId(uuid('00000000-0000-4000-8000-000000000001'))
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port)),
  ])

const supported = () =>
  new features.SupportedMethods()
    .setEventStoreServerVersion('23.10.6.0')
    .setMethodsList(
      ['read', 'append', 'batchappend'].map((name) =>
        new features.SupportedMethod()
          .setServiceName('event_store.client.streams.streams')
          .setMethodName(name),
      ),
    )
