// Node commands, wired; and the directory: every process of the log that runs, and those that ended
// last, as each process knows them a few milliseconds after they were written.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Outage } from '../domain/history/outages.ts'
import { nodeDecider, type NodeCommand } from '../domain/node/decider.ts'
import { decodeNodeEvent, encodeNodeEvent, type NodeEvent } from '../domain/node/events.ts'
import { nodeOfStream, nodeStreamPrefix, streamOfNode, type NodeId } from '../domain/node/ids.ts'
import type { NodeState } from '../domain/node/state.ts'
import { StreamName, type EventStore, type RecordedEvent } from '../event-store/event-store.ts'
import { createCommandHandler, type CommandContext, type Handled } from './command-handler.ts'
import type { Fault } from './faults.ts'
import { createNodeTimeline } from './node-timeline.ts'
import { createStateCache } from './state-cache.ts'

export interface NodeCommands {
  readonly handle: (
    command: NodeCommand,
    context: CommandContext,
  ) => TE.TaskEither<Fault, Handled<NodeState, NodeEvent>>
}

export interface NodeDirectory {
  /** By name, in the order in which they were first heard of. */
  readonly nodes: () => ReadonlyMap<NodeId, NodeState>
  /** When no process that schedules was there, oldest first. */
  readonly outages: () => readonly Outage[]
  /** Follows the log until aborted; resolves `ready` when it has reached the head once. */
  readonly run: (signal: AbortSignal) => Promise<void>
  readonly ready: Promise<void>
}

export const createNodeCommands = (deps: {
  readonly store: EventStore
  readonly node: string
  readonly newEventId: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly giveUpAfterMs: number
}): NodeCommands => {
  const handler = createCommandHandler({
    ...deps,
    decider: nodeDecider,
    codec: { encode: encodeNodeEvent, decode: decodeNodeEvent },
    cache: createStateCache<NodeState>(100),
  })
  return {
    handle: (command, context) => {
      const stream = StreamName.decode(streamOfNode(command.nodeId))
      if (E.isLeft(stream)) throw new Error('a node name of 200 characters makes a stream name')
      return handler.handle(stream.right, command, context)
    },
  }
}

/** Ended processes that are remembered. The log knows them all. */
const endedMax = 200

export const createNodeDirectory = (store: EventStore): NodeDirectory => {
  const known = new Map<NodeId, NodeState>()
  const timeline = createNodeTimeline()
  let markReady = (): void => undefined
  const ready = new Promise<void>((resolve) => (markReady = resolve))

  const apply = (recorded: RecordedEvent): void => {
    const { stream, revision } = recorded
    const nodeId = nodeOfStream(stream)
    if (E.isLeft(nodeId)) return
    const event = decodeNodeEvent(recorded)
    if (E.isLeft(event))
      throw new Error(`cannot read ${stream} at revision ${revision}: ${event.left.join('; ')}`)
    const before = known.get(nodeId.right) ?? nodeDecider.initialState
    known.set(nodeId.right, nodeDecider.evolve(before, event.right))
    timeline.note(nodeId.right, event.right, recorded)
  }

  const forgetOldest = (): void => {
    const ended = [...known].filter(([, { status }]) => status !== 'Running')
    for (const [nodeId] of ended.slice(0, -endedMax)) known.delete(nodeId)
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    const following = { after: null, prefixes: [nodeStreamPrefix], limit: 500, signal }
    for await (const page of store.subscribe(following)) {
      page.events.forEach(apply)
      forgetOldest()
      if (page.atHead) markReady()
    }
  }

  return { nodes: () => known, outages: timeline.outages, run, ready }
}
