// THE NAMES AND SHAPES IN THIS FILE ARE THE STORAGE FORMAT. They never change meaning.
//
// What a process writes about itself, and, where it no longer can, what another one writes about it.
// Heartbeats are not events: the last one is named when it was the last.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { problemsOf } from '../problems.ts'

const NodeStarted = t.type({
  type: t.literal('NodeStarted'),
  startedAt: Instant,
  roles: t.readonlyArray(t.string),
  /** Of the service. */
  version: t.string,
  tzVersion: t.string,
  host: t.string,
  pid: t.number,
})
const NodeStopped = t.type({ type: t.literal('NodeStopped'), stoppedAt: Instant })
/** Written by a survivor, or by the next start. */
const NodeLost = t.type({
  type: t.literal('NodeLost'),
  lostAt: Instant,
  /** Its last heartbeat; null: none is known. */
  lastSeenAt: t.union([Instant, t.null]),
  by: t.string,
})
/** It had been given up, and was only slow. */
const NodeReturned = t.type({ type: t.literal('NodeReturned'), returnedAt: Instant })
/** The process stood still: stopped, starved, or its machine slept. */
const NodeSuspended = t.type({
  type: t.literal('NodeSuspended'),
  noticedAt: Instant,
  forMs: t.number,
})
const ClockStepped = t.type({
  type: t.literal('ClockStepped'),
  noticedAt: Instant,
  /** Whose clock: the machine's own, or the shared one of the database. */
  clock: t.keyof({ machine: null, shared: null }),
  /** Positive: forwards. */
  byMs: t.number,
})
/** From here on the node decides nothing. */
const ClockSuspected = t.type({
  type: t.literal('ClockSuspected'),
  suspectedAt: Instant,
  because: t.keyof({ off: null, unknown: null }),
  /** The machine's clock minus the shared one; null: not known. */
  offsetMs: t.union([t.number, t.null]),
})
/** And from here on again. */
const ClockTrusted = t.type({
  type: t.literal('ClockTrusted'),
  trustedAt: Instant,
  offsetMs: t.number,
})

const stored = <C extends t.HasProps>(codec: C) => t.readonly(t.exact(codec))

export const nodeEventCodecs = {
  NodeStarted: stored(NodeStarted),
  NodeStopped: stored(NodeStopped),
  NodeLost: stored(NodeLost),
  NodeReturned: stored(NodeReturned),
  NodeSuspended: stored(NodeSuspended),
  ClockStepped: stored(ClockStepped),
  ClockSuspected: stored(ClockSuspected),
  ClockTrusted: stored(ClockTrusted),
} as const

export type NodeEventType = keyof typeof nodeEventCodecs
export type NodeEventOf<K extends NodeEventType> = t.TypeOf<(typeof nodeEventCodecs)[K]>
export type NodeEvent = { [K in NodeEventType]: NodeEventOf<K> }[NodeEventType]

const isNodeEventType = (type: string): type is NodeEventType =>
  Object.hasOwn(nodeEventCodecs, type)

// Each event has its own encoder; the type name is the proof that the pair fits.
type Encode = (event: NodeEvent) => { readonly type: string }

export const encodeNodeEvent = (event: NodeEvent) => {
  const encode = nodeEventCodecs[event.type].encode as Encode
  const { type, ...data } = encode(event)
  return { type, data }
}

export const decodeNodeEvent = (record: {
  readonly type: string
  readonly data: unknown
}): E.Either<readonly string[], NodeEvent> => {
  const { type, data } = record
  if (!isNodeEventType(type)) return E.left([`unknown event type ${type}`])
  if (typeof data !== 'object' || data === null) return E.left(['data: expected an object'])
  const codec: t.Decoder<unknown, NodeEvent> = nodeEventCodecs[type]
  return E.mapLeft(problemsOf)(codec.decode({ ...data, type }))
}
