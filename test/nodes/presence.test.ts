// Processes among each other on the virtual clock: who says what about whom, and who may decide.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import { createNodeCommands, createNodeDirectory } from '../../src/commands/nodes.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { NodeId } from '../../src/domain/node/ids.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import type { Heartbeat, PresenceStore } from '../../src/nodes/presence-store.ts'
import { createPresence } from '../../src/nodes/presence.ts'
import { createSharedClock } from '../../src/nodes/shared-clock.ts'
import { listNodes } from '../../src/nodes/views.ts'
import { sleep, type Clock } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { right } from '../support/either.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const lostAfterMs = 15_000

const createWorld = () => {
  const clock = createVirtualClock()
  const { store, log } = createMemoryEventStore({ now: () => clock.now() })
  const rows = new Map<NodeId, Heartbeat & { seenAt: number }>()
  const cut = new Set<string>()
  const dead = new Set<number>()
  const storeClock = { offMs: 0 }
  const time = () => Date.UTC(2026, 10, 23) + clock.monotonicNow() + storeClock.offMs
  const presenceOf = (name: string): PresenceStore => {
    const unlessCut = <A>(answer: () => A) =>
      cut.has(name)
        ? TE.left({ type: 'PresenceUnavailable' as const, reason: 'cut off' })
        : TE.fromIO(answer)
    return {
      time: () => unlessCut(time),
      beat: (heartbeat) =>
        unlessCut(() => void rows.set(heartbeat.nodeId, { ...heartbeat, seenAt: time() })),
      seen: () =>
        unlessCut(() =>
          [...rows.values()].map(({ seenAt, ...heartbeat }) => ({
            ...heartbeat,
            lastSeenAt: instantAt(seenAt),
            silentMs: time() - seenAt,
          })),
        ),
      forget: (ids) => unlessCut(() => ids.forEach((id) => rows.delete(id))),
      close: () => Promise.resolve(),
    }
  }

  const start = async (name: string, pid: number) => {
    const wall = { offMs: 0, lateMs: 0 }
    const own: Clock = {
      ...clock,
      now: () => clock.now() + wall.offMs,
      setTimer: (ms, callback) => clock.setTimer(ms + wall.lateMs, callback),
    }
    const shared = createSharedClock(own)
    const directory = createNodeDirectory(store)
    const abort = new AbortController()
    void directory.run(abort.signal)
    await directory.ready
    const ids = createIds(() => own.now())
    const nodeId = right(NodeId.decode(name))
    const presence = createPresence({
      presence: presenceOf(name),
      commands: createNodeCommands({
        store,
        node: name,
        newEventId: () => ids.eventId(),
        now: () => own.now(),
        sleep: (ms) => sleep(clock, ms),
        giveUpAfterMs: Number.POSITIVE_INFINITY,
      }),
      directory,
      shared,
      clock: own,
      log: { info: () => {}, warn: () => {} },
      self: { nodeId, place: 'here', pid, host: 'h', roles: ['api'], version: '1', tzVersion: 't' },
      lostAfterMs,
      hasEnded: (process) => dead.has(process.pid),
    })
    const leaving = new AbortController()
    const running = presence.run(leaving.signal)
    await clock.advanceBy(100)
    return {
      ...presence,
      wall,
      list: listNodes({ directory, presence: presenceOf(name) }),
      stop: async () => {
        leaving.abort()
        await running
      },
    }
  }
  const story = (name: string) =>
    log()
      .filter(({ stream }) => stream === `node-${name}`)
      .map(({ type, data }) => ({ type, data: data as Record<string, unknown> }))
  return {
    clock,
    storeClock,
    cut,
    dead,
    rows,
    start,
    story,
    typesOf: (name: string) => story(name).map(({ type }) => type),
  }
}

test('a life that ends in order says so itself', async () => {
  const { rows, start, typesOf } = createWorld()
  const a = await start('a', 1)
  await a.stop()
  expect(typesOf('a')).toEqual(['NodeStarted', 'NodeStopped'])
  expect(rows.size).toBe(0)
})

test('a process that falls silent is given up by one survivor, with its last heartbeat', async () => {
  const { clock, cut, start, story, typesOf } = createWorld()
  await start('a', 1)
  const b = await start('b', 2)
  await start('c', 3)
  await clock.advanceBy(10_000)
  const silentFrom = clock.now()
  cut.add('a')
  await clock.advanceBy(lostAfterMs - 3_000)
  expect(typesOf('a')).toEqual(['NodeStarted'])
  expect(right(await b.list()).find(({ id }) => id === 'a')?.state).toBe('suspect')
  await clock.advanceBy(6_000)
  expect(typesOf('a')).toEqual(['NodeStarted', 'NodeLost'])
  const { lastSeenAt, by } = story('a')[1]?.data ?? {}
  expect(Math.abs(Date.parse(String(lastSeenAt)) - silentFrom)).toBeLessThanOrEqual(2_000)
  expect(['b', 'c']).toContain(by)
  expect(right(await b.list()).map(({ id, state }) => [id, state])).toEqual([
    ['c', 'running'],
    ['b', 'running'],
    ['a', 'lost'],
  ])
})

test('the next start on the same machine gives up a killed process at once', async () => {
  const { clock, cut, dead, start, story, typesOf } = createWorld()
  await start('a', 1)
  await clock.advanceBy(4_000)
  cut.add('a')
  dead.add(1)
  const b = await start('b', 2)
  expect(typesOf('a')).toEqual(['NodeStarted', 'NodeLost'])
  expect(story('a')[1]?.data['lastSeenAt']).not.toBeNull()
  expect(right(await b.list()).map(({ id, state, lostBy }) => [id, state, lostBy])).toEqual([
    ['b', 'running', null],
    ['a', 'lost', 'b'],
  ])
})

test('a process whose heartbeat nobody holds any more is given up all the same', async () => {
  const { clock, cut, rows, start, story } = createWorld()
  await start('a', 1)
  cut.add('a')
  rows.clear()
  await start('b', 2)
  await clock.advanceBy(lostAfterMs + 3_000)
  expect(story('a')[1]).toMatchObject({ type: 'NodeLost', data: { lastSeenAt: null, by: 'b' } })
})

test('a process that was only slow returns', async () => {
  const { clock, cut, start, typesOf } = createWorld()
  const a = await start('a', 1)
  await start('b', 2)
  cut.add('a')
  await clock.advanceBy(2 * lostAfterMs)
  cut.delete('a')
  await clock.advanceBy(5_000)
  expect(typesOf('a')).toEqual(['NodeStarted', 'NodeLost', 'NodeReturned'])
  await a.stop()
  expect(typesOf('a').at(-1)).toBe('NodeStopped')
})

test('a machine whose clock is set wrong decides nothing until it is right again', async () => {
  const { clock, start, story, typesOf } = createWorld()
  const a = await start('a', 1)
  expect(a.isSure()).toBe(true)
  a.wall.offMs = 5_000
  expect(a.isSure()).toBe(false)
  await clock.advanceBy(2_100)
  expect(a.isSure()).toBe(false)
  expect(typesOf('a')).toEqual(['NodeStarted', 'ClockStepped', 'ClockSuspected'])
  expect(story('a')[2]?.data).toMatchObject({ because: 'off', offsetMs: 5_000 })
  expect(right(await a.list())[0]).toMatchObject({
    state: 'suspect',
    clock: { trusted: false, because: 'off', offsetMs: 5_000 },
  })
  a.wall.offMs = 900
  await clock.advanceBy(2_100)
  expect(a.isSure()).toBe(false)
  a.wall.offMs = 0
  await clock.advanceBy(2_100)
  expect(a.isSure()).toBe(true)
  expect(typesOf('a').at(-1)).toBe('ClockTrusted')
})

test('before the time could be asked for, nothing is decided', async () => {
  const { clock, cut, start, typesOf } = createWorld()
  cut.add('a')
  const a = await start('a', 1)
  expect(a.isSure()).toBe(false)
  expect(typesOf('a')).toEqual(['NodeStarted', 'ClockSuspected'])
  cut.delete('a')
  await clock.advanceBy(2_100)
  expect(a.isSure()).toBe(true)
})

test('a process that was kept from its heartbeat says for how long', async () => {
  const { clock, start, story, typesOf } = createWorld()
  const a = await start('a', 1)
  a.wall.lateMs = 9_000
  await clock.advanceBy(2_000)
  a.wall.lateMs = 0
  await clock.advanceBy(20_000)
  expect(typesOf('a')).toEqual(['NodeStarted', 'NodeSuspended'])
  expect(story('a')[1]?.data['forMs']).toBe(9_000)
})

test('nobody is lost because the shared clock was set forward, and the dead are though it was set back', async () => {
  const { clock, storeClock, cut, start, typesOf } = createWorld()
  for (const [name, pid] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    await start(name, pid)
  await clock.advanceBy(10_000)
  storeClock.offMs = 3_600_000
  await clock.advanceBy(2 * lostAfterMs)
  for (const name of ['a', 'b', 'c']) expect(typesOf(name)).not.toContain('NodeLost')
  cut.add('a')
  storeClock.offMs = -3_600_000
  await clock.advanceBy(lostAfterMs + 3_000)
  expect(typesOf('a').at(-1)).toBe('NodeLost')
  for (const name of ['b', 'c']) expect(typesOf(name)).not.toContain('NodeLost')
})
