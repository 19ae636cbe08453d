// This process among the others: its heartbeat, its stream, and the time they share.
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { createNodeCommands, createNodeDirectory, type NodeDirectory } from '../commands/nodes.ts'
import { NodeId } from '../domain/node/ids.ts'
import type { EventStore } from '../event-store/event-store.ts'
import { openPostgresPresenceStore } from '../nodes/postgres-presence-store.ts'
import { createPresence, type Presence } from '../nodes/presence.ts'
import type { SharedClock } from '../nodes/shared-clock.ts'
import { listNodes } from '../nodes/views.ts'
import { sleep } from '../runtime/clock.ts'
import { version } from './version.ts'
import { clock, closeTimeoutMs, live, type Ground } from './ground.ts'
import { hasEnded, processPlace } from './processes.ts'

export interface Nodes {
  readonly presence: Presence
  readonly list: ReturnType<typeof listNodes>
  readonly outages: NodeDirectory['outages']
}

export const joinNodes = async (
  ground: Ground,
  parts: { readonly url: string; readonly store: EventStore; readonly shared: SharedClock },
): Promise<Nodes> => {
  const { config, log, shutdown, node, ids } = ground
  const { url, store, shared } = parts
  const presenceStore = await openPostgresPresenceStore(url, (error) =>
    log.warn({ reason: error.message }, 'a database connection broke'),
  )
  shutdown.register({
    name: 'heartbeats',
    timeoutMs: closeTimeoutMs,
    stop: () => presenceStore.close(),
  })
  const directory = createNodeDirectory(store)
  const abort = new AbortController()
  const following = live(ground, 'the node directory', directory.run(abort.signal))
  await directory.ready
  const nodeId = NodeId.decode(node)
  if (E.isLeft(nodeId)) throw new Error(`not a node's name: ${node}`)
  const presence = createPresence({
    presence: presenceStore,
    commands: createNodeCommands({
      store,
      node,
      newEventId: () => ids.eventId(),
      now: shared.now,
      sleep: (ms) => sleep(clock, ms),
      giveUpAfterMs: Number.POSITIVE_INFINITY,
    }),
    directory,
    shared,
    clock,
    log,
    self: {
      nodeId: nodeId.right,
      place: processPlace(),
      pid: process.pid,
      host: hostname(),
      roles: config.roles,
      version,
      tzVersion: process.versions['tz'] ?? 'unknown',
    },
    lostAfterMs: config.schedulerLeaseMs,
    hasEnded,
  })
  const leaving = new AbortController()
  const running = live(ground, 'the heartbeat', presence.run(leaving.signal))
  shutdown.register({
    name: 'node',
    timeoutMs: closeTimeoutMs,
    stop: async () => {
      leaving.abort()
      await running
      abort.abort()
      await following
    },
  })
  // Nothing is asked of this process, and nothing decided, by the machine's own time.
  await Promise.race([presence.knowsTime, running])
  return {
    presence,
    list: listNodes({ directory, presence: presenceStore }),
    outages: directory.outages,
  }
}
