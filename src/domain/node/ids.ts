// A node is one life of one process: its name is different at every start, and its stream is the
// story of that life alone.
import * as E from 'fp-ts/lib/Either.js'
import { KeyPart } from '../task/ids.ts'

export const NodeId = KeyPart
export type NodeId = KeyPart

export const nodeStreamPrefix = 'node-'

/** `node-<id>`, percent-encoded. */
export const streamOfNode = (nodeId: NodeId): string =>
  `${nodeStreamPrefix}${encodeURIComponent(nodeId)}`

export const nodeOfStream = (stream: string): E.Either<string, NodeId> => {
  const decoded = E.tryCatch(
    () => decodeURIComponent(stream.slice(nodeStreamPrefix.length)),
    () => `not a node's stream: ${stream}`,
  )
  if (E.isLeft(decoded)) return decoded
  return stream.startsWith(nodeStreamPrefix)
    ? E.mapLeft(() => `not a node's stream: ${stream}`)(NodeId.decode(decoded.right))
    : E.left(`not a node's stream: ${stream}`)
}
