// The log forgets what it has kept long enough, and nothing else: over the memory store, with a clock
// that is moved.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands, taskStream } from '../../src/commands/tasks.ts'
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { RunId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { streamNameOf } from '../../src/event-store/checked.ts'
import type { Position } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { walk, type LogKeeperDeps } from '../../src/retention/log-keeper.ts'
import type { LogHorizon } from '../../src/retention/records.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const dayMs = 86_400_000
const keptDays = 30
const task = taskId('t')
const stream = taskStream(task)
const context = { source: 'api', correlationId: 'c' } as const

const service = (more: Partial<LogKeeperDeps> = {}) => {
  const clock = createVirtualClock()
  const now = (): Instant => instantAt(clock.now())
  const { store } = createMemoryEventStore({ now: () => clock.now() })
  const ids = createIds(() => clock.now())
  const commands = createTaskCommands({
    store,
    cache: createStateCache<TaskState>(100),
    node: 'n',
    newEventId: () => ids.eventId(),
    now: () => clock.now(),
    sleep: () => Promise.resolve(),
    giveUpAfterMs: 1_000,
  })
  let horizon: LogHorizon = { position: null, wholeFrom: null }
  let consumers: readonly (Position | null)[] | 'head' = 'head'
  const deps: LogKeeperDeps = {
    store,
    commands,
    now,
    newCorrelationId: () => ids.eventId(),
    breathe: () => Promise.resolve(),
    // Pauses cost nothing here.
    clock: { ...clock, setTimer: (_, callback) => (setImmediate(callback), () => {}) },
    log: { info: () => {}, warn: () => {} },
    keptMs: keptDays * dayMs,
    records: {
      horizon: () => TE.right(horizon),
      moveHorizon: (moved) => () => {
        horizon = moved
        return Promise.resolve(E.right(undefined))
      },
      consumers: () => async () =>
        E.right(consumers === 'head' ? [right(await store.head()())] : consumers),
      alone: (work) => async () => E.right(await work()),
    },
    ...more,
  }
  const obey = async (command: TaskCommand) => right(await commands.handle(command, context)())
  const at = () => ({ taskId: task, issuedAt: now() })
  return {
    store,
    clock,
    commands,
    now,
    horizon: () => horizon,
    follow: (places: typeof consumers) => (consumers = places),
    add: () =>
      obey({ ...at(), type: 'AddTask', definition: definitionOf(every(dayMs)), replace: true }),
    trigger: (id: RunId) =>
      obey({
        ...{ ...at(), type: 'TriggerTask', runId: id },
        context: { calendars: noCalendars, tzVersion: '1' },
      }),
    succeed: (id: RunId) =>
      obey({
        ...{ ...at(), type: 'RecordAttempt', runId: id, attempt: 1, chance: 0, report: null },
        result: { type: 'succeeded', resultValue: null },
      }),
    delete: () => obey({ ...at(), type: 'DeleteTask' }),
    walk: async (signal = new AbortController().signal) => walk(deps, signal),
    days: (count: number) => clock.advanceBy(count * dayMs),
    events: async (name = stream) => {
      const read = right(await store.readStream(name, { direction: 'forwards', limit: 5_000 })())
      return read.map(({ type, revision, recordedAtMs }) => ({ type, revision, recordedAtMs }))
    },
    /** Folded from what is left, by a process that knows nothing. */
    stateAnew: async () => {
      const fresh = createTaskCommands({
        ...{ store, cache: createStateCache<TaskState>(1), node: 'm' },
        ...{ newEventId: () => ids.eventId(), now: () => clock.now() },
        ...{ sleep: () => Promise.resolve(), giveUpAfterMs: 1_000 },
      })
      return right(await fresh.load(task)()).state
    },
  }
}

/** One run a day, which succeeds. */
const runDaily = async (
  s: ReturnType<typeof service>,
  days: number,
  first: number,
  everyDay = (): Promise<unknown> => Promise.resolve(),
) => {
  for (let n = 0; n < days; n += 1) {
    await s.days(1)
    await s.trigger(runId(first + n))
    await s.succeed(runId(first + n))
    await everyDay()
  }
}

describe('a task’s stream', () => {
  test('is kept as long as asked for, at most twice as long, and folds to the same state', async () => {
    const s = service()
    await s.add()
    await runDaily(s, 200, 1, async () => {
      const before = await s.stateAnew()
      await s.walk()
      const { uncarried, sinceChange } = before
      expect({ ...(await s.stateAnew()), uncarried, sinceChange }).toEqual(before)
      const events = await s.events()
      const oldest = events[0]!.recordedAtMs
      const young = events.filter((e) => e.recordedAtMs >= s.clock.now() - keptDays * dayMs)
      expect(young.filter(({ type }) => type === 'TaskTriggered').length).toBeGreaterThanOrEqual(
        Math.min(events.filter(({ type }) => type === 'TaskTriggered').length, keptDays),
      )
      expect(s.clock.now() - oldest).toBeLessThanOrEqual((2 * keptDays + 2) * dayMs)
    })
    const [first] = await s.events()
    expect(first?.type).toBe('TaskCarriedForward')
    const { wholeFrom } = s.horizon()
    expect(wholeFrom).toBeGreaterThanOrEqual(first!.recordedAtMs)
    expect(wholeFrom).toBeLessThanOrEqual(s.clock.now() - keptDays * dayMs)
  })

  test('of a task that fires often is cut behind the books it has anyway', async () => {
    const s = service()
    await s.add()
    for (let n = 1; n <= 500; n += 1) {
      await s.clock.advanceBy(60_000)
      await s.trigger(runId(n))
      await s.succeed(runId(n))
    }
    const before = await s.events()
    await s.days(keptDays + 1)
    await s.trigger(runId(1_000))
    expect(await s.walk()).toMatchObject({ streams: expect.any(Number) as number })
    const newestOld = before.findLast(({ type }) => type === 'TaskCarriedForward')
    expect((await s.events())[0]).toEqual(newestOld)
    expect((await s.stateAnew()).runs.has(runId(1_000))).toBe(true)
  })

  test('keeps the events of a run that is open, for as long as it is', async () => {
    const s = service()
    await s.add()
    await s.trigger(runId(7_777))
    const everyDay = () => s.walk()
    await runDaily(s, 100, 1, everyDay)
    expect((await s.events())[0]).toMatchObject({ type: 'TaskAdded', revision: 0 })
    await s.succeed(runId(7_777))
    await runDaily(s, 100, 1_000, everyDay)
    expect((await s.events())[0]!.revision).toBeGreaterThan(200)
  })

  test('of a deleted task ends as its books, and the task can be added again', async () => {
    const s = service()
    await s.add()
    await runDaily(s, 5, 1)
    await s.delete()
    for (let n = 0; n < 3; n += 1) {
      await s.days(keptDays + 1)
      await s.walk()
    }
    expect(await s.events()).toMatchObject([{ type: 'TaskCarriedForward' }])
    expect((await s.stateAnew()).status).toBe('Deleted')
    await s.add()
    expect((await s.stateAnew()).status).toBe('Active')
  })

  test('is left alone by a walk that comes again, and by one that is cut short', async () => {
    const s = service({ pageMax: 10 })
    await s.add()
    await runDaily(s, 60, 1)
    const stop = new AbortController()
    stop.abort()
    const before = await s.events()
    await s.walk(stop.signal)
    expect(await s.events()).toEqual(before)
    await s.walk()
    const once = await s.events()
    expect(await s.walk()).toEqual({ streams: 0, books: 0 })
    expect(await s.events()).toEqual(once)
  })
})

describe('the walk', () => {
  test('waits for whoever follows the log', async () => {
    const s = service()
    await s.add()
    await runDaily(s, 3, 1)
    const place = right(await s.store.readStream(stream, { direction: 'forwards', limit: 2 })())[1]!
    await s.days(2 * keptDays)
    s.follow([place.position, right(await s.store.head()())])
    await s.walk()
    expect(s.horizon().position).toBe(place.position)
    s.follow([null])
    expect(await s.walk()).toBe('one that follows the log has not begun')
    s.follow('head')
    await s.walk()
    expect(s.horizon().position).not.toBe(place.position)
  })

  test('says what is in the way when the store does not answer', async () => {
    let away = false
    const clock = createVirtualClock()
    const { store } = createMemoryEventStore({
      now: () => clock.now(),
      faults: { read: () => (away ? 'unavailable' : 'none') },
    })
    const s = service({ store })
    away = true
    expect(typeof (await s.walk())).toBe('string')
  })
})

test('processes and bulks that ended are forgotten whole, others stay', async () => {
  const s = service()
  const append = (name: string, ...types: readonly string[]) =>
    s.store.append([
      {
        ...{ stream: streamNameOf(name), expected: 'any' },
        events: types.map((type) => ({ id: crypto.randomUUID(), type, data: {}, metadata: {} })),
      },
    ])()
  await append('node-old', 'NodeStarted', 'NodeStopped')
  await append('node-lost', 'NodeStarted', 'NodeLost')
  await append('node-running', 'NodeStarted')
  await append('node-back', 'NodeStarted', 'NodeLost', 'NodeReturned')
  await append('bulk-default/1', 'BulkStarted', 'BulkEnded')
  await append('bulktargets-default/1', 'BulkTargets')
  await append('idempotency-default/1', 'RequestBegun', 'RequestAnswered')
  await append('reports-default', 'ReportUnclaimed')
  await append('calendar-default/holidays', 'CalendarDefined')
  await s.days(keptDays + 1)
  await append('reports-default', 'ReportUnclaimed')
  await s.walk()
  const left = async (name: string) => (await s.events(streamNameOf(name))).length
  for (const name of ['node-old', 'node-lost', 'bulk-default/1', 'bulktargets-default/1'])
    expect([name, await left(name)]).toEqual([name, 0])
  expect(await left('idempotency-default/1')).toBe(0)
  expect(await left('node-running')).toBe(1)
  expect(await left('node-back')).toBe(3)
  expect(await left('reports-default')).toBe(1)
  expect(await left('calendar-default/holidays')).toBe(1)
})
