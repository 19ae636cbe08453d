// A process's own story: said once each, never refused, and stored as it was said.
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { nodeDecider, type NodeCommand } from '../../../src/domain/node/decider.ts'
import {
  decodeNodeEvent,
  encodeNodeEvent,
  type NodeEvent,
} from '../../../src/domain/node/events.ts'
import { NodeId, nodeOfStream, streamOfNode } from '../../../src/domain/node/ids.ts'
import { right } from '../../support/either.ts'

const nodeId = right(NodeId.decode('host-1'))
const at = instantAt(Date.UTC(2026, 10, 25, 12))
const of = { nodeId, issuedAt: at }
const life = {
  roles: ['api', 'scheduler'],
  version: '1.0.0',
  tzVersion: '2026a',
  host: 'host',
  pid: 42,
} as const

const start: NodeCommand = { ...of, type: 'StartNode', ...life }
const stop: NodeCommand = { ...of, type: 'StopNode' }
const giveUp: NodeCommand = { ...of, type: 'GiveUpNode', lastSeenAt: at, by: 'host-2' }
const comeBack: NodeCommand = { ...of, type: 'ReturnNode' }
const suspect: NodeCommand = { ...of, type: 'SuspectClock', because: 'off', offsetMs: 2_000 }
const trust: NodeCommand = { ...of, type: 'TrustClock', offsetMs: 3 }

const story = (...commands: readonly NodeCommand[]): readonly NodeEvent[] => {
  const events: NodeEvent[] = []
  for (const command of commands)
    events.push(
      ...right(
        nodeDecider.decide(command, events.reduce(nodeDecider.evolve, nodeDecider.initialState)),
      ),
    )
  return events
}
const typesOf = (...commands: readonly NodeCommand[]) => story(...commands).map(({ type }) => type)

test('a life begins and ends once', () => {
  expect(typesOf(start, start, stop, stop, start)).toEqual(['NodeStarted', 'NodeStopped'])
})

test('a process is given up once, and only while it runs', () => {
  expect(typesOf(giveUp, start, giveUp, giveUp)).toEqual(['NodeStarted', 'NodeLost'])
  expect(typesOf(start, stop, giveUp)).toEqual(['NodeStarted', 'NodeStopped'])
})

test('a process that was only slow returns, and may be lost again', () => {
  expect(typesOf(start, comeBack, giveUp, comeBack, giveUp, stop)).toEqual([
    'NodeStarted',
    'NodeLost',
    'NodeReturned',
    'NodeLost',
    'NodeStopped',
  ])
})

test('a suspicion is told once for each reason, and trust once', () => {
  const unknown: NodeCommand = { ...of, type: 'SuspectClock', because: 'unknown', offsetMs: null }
  expect(typesOf(start, trust, suspect, suspect, unknown, trust, trust)).toEqual([
    'NodeStarted',
    'ClockSuspected',
    'ClockSuspected',
    'ClockTrusted',
  ])
})

test('every event is read back as it was written', () => {
  const step: NodeCommand = { ...of, type: 'NoteClockStep', clock: 'machine', byMs: -3_600_000 }
  const slept: NodeCommand = { ...of, type: 'NoteSuspension', forMs: 9_000 }
  const events = story(start, step, slept, suspect, trust, giveUp, comeBack, stop)
  expect(new Set(events.map(({ type }) => type)).size).toBe(8)
  for (const event of events) {
    const stored: unknown = JSON.parse(JSON.stringify(encodeNodeEvent(event)))
    expect(decodeNodeEvent(stored as ReturnType<typeof encodeNodeEvent>)).toEqual(E.right(event))
  }
  expect(decodeNodeEvent({ type: 'NodeVanished', data: {} })).toEqual(
    E.left(['unknown event type NodeVanished']),
  )
})

test('a stream is named after its node, whatever the name', () => {
  const odd = right(NodeId.decode('host/é 1'))
  expect(nodeOfStream(streamOfNode(odd))).toEqual(E.right(odd))
  expect(E.isLeft(nodeOfStream('task-a/b/c'))).toBe(true)
})
