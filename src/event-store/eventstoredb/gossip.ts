// What one node says about the members of its cluster: who is alive, in which state, and where.
import type { Endpoint } from './protocol/grpc-error.ts'
import type { NodeSession } from './protocol/node-session.ts'
import { ProtobufReader } from './protocol/protobuf-reader.ts'
import { createProtobufWriter } from './protocol/protobuf-writer.ts'

export interface Member {
  readonly state: number
  readonly isAlive: boolean
  readonly endpoint: Endpoint
}

/** The server's numbers for what a node is at the moment; nodes in other states answer nobody. */
export const memberStates = {
  follower: 6,
  leader: 8,
  leaderless: 12,
  preReplica: 13,
  replica: 14,
} as const

const nothingAsked = (() => {
  const writer = createProtobufWriter()
  writer.frame(() => undefined)
  return writer.take()
})()

export const membersTold = async (
  session: NodeSession,
  deadlineMs: number,
): Promise<readonly Member[]> => {
  let members: readonly Member[] = []
  const call = session.call('/event_store.client.gossip.Gossip/Read', {
    requiresLeader: false,
    deadlineMs,
    onMessage: (message) => (members = membersIn(new ProtobufReader(message))),
  })
  call.send(nothingAsked)
  call.finish()
  await call.ended
  return members
}

const membersIn = (reader: ProtobufReader): readonly Member[] => {
  const members: Member[] = []
  while (reader.next()) {
    if (reader.field === 1) members.push(reader.nested(memberIn))
    else reader.skip()
  }
  return members
}

const memberIn = (reader: ProtobufReader): Member => {
  let state = 0
  let isAlive = false
  let endpoint: Endpoint = { host: '', port: 0 }
  while (reader.next()) {
    if (reader.field === 3) state = reader.uint()
    else if (reader.field === 4) isAlive = reader.uint() === 1
    else if (reader.field === 5) endpoint = reader.nested(endpointIn)
    else reader.skip()
  }
  return { state, isAlive, endpoint }
}

const endpointIn = (reader: ProtobufReader): Endpoint => {
  let host = ''
  let port = 0
  while (reader.next()) {
    if (reader.field === 1) host = reader.text()
    else if (reader.field === 2) port = reader.uint()
    else reader.skip()
  }
  return { host, port }
}
