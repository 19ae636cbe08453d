// The way to whichever node is to be asked: one connection at a time, found when it is needed, and
// left when the node says that another one leads, when it breaks, or when it is doubted. What goes
// wrong with an action is told to whoever ran it; only where the next one goes is decided here.
import { findNode, type Found } from './cluster.ts'
import { readConnectionString, type Target } from './connection-string.ts'
import { GrpcError, statusCodes } from './protocol/grpc-error.ts'
import { openSession, type NodeSession } from './protocol/node-session.ts'

export interface Connection {
  /** Runs the action on the current node. A failure it throws may lead the next one elsewhere. */
  use<T>(action: (node: NodeSession) => Promise<T>): Promise<T>
  /** Throws the current connection away, whatever is under way on it; the next action finds a new one. */
  reset(): void
  /** Leaves the node if others may know better; what is under way there may end there. */
  doubt(node: NodeSession): boolean
  close(): void
}

interface Current {
  readonly session: Promise<NodeSession>
  /** Known once there is a connection. */
  node: NodeSession | null
}

export const createConnection = (url: string): Connection => {
  const target = readConnectionString(url)
  const anywhere = () => findNode(target, null)
  let current: Current | null = null
  let next: () => Promise<Found> = anywhere
  let closed = false

  const open = (): Current => {
    const opening: Current = { node: null, session: connected(next) }
    next = anywhere
    opening.session.then(
      (node) => (opening.node = node),
      () => leave(opening),
    )
    return opening
  }

  const connected = async (find: () => Promise<Found>): Promise<NodeSession> => {
    const { endpoint, serverName } = await find()
    return openSession(endpoint, target.session, serverName)
  }

  const leave = (from: Current): void => {
    if (current === from) current = null
  }

  // What is under way on the node may end there: a reader's calls go well on any.
  const moveAway = (node: NodeSession, to: () => Promise<Found>): boolean => {
    if (current?.node !== node) return false
    current = null
    next = to
    node.retire()
    return true
  }

  const blame = (node: NodeSession, error: unknown): void => {
    if (!(error instanceof GrpcError)) return
    const { code, leader } = error
    if (leader !== null) moveAway(node, () => Promise.resolve({ endpoint: leader }))
    else if (code === statusCodes.unavailable) moveAway(node, () => findNode(target, node.endpoint))
  }

  const throwAway = (thrown: Current | null): void => {
    void thrown?.session.then(
      (node) => node.destroy(),
      () => undefined,
    )
  }

  return {
    use: async (action) => {
      if (closed) throw new GrpcError(statusCodes.cancelled, 'the connection is closed')
      current ??= open()
      const node = await current.session
      try {
        return await action(node)
      } catch (error) {
        blame(node, error)
        throw error
      }
    },
    reset: () => {
      throwAway(current)
      current = null
    },
    doubt: (node) => isCluster(target) && moveAway(node, () => findNode(target, node.endpoint)),
    close: () => {
      closed = true
      throwAway(current)
    },
  }
}

const isCluster = ({ hosts, isDnsName }: Target): boolean => hosts.length > 1 || isDnsName
