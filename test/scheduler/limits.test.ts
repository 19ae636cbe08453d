// A task's own limits, through the whole scheduler over a virtual clock: the instants at which its
// calls begin.
import { afterEach, expect, test } from 'vitest'
import { defaultPolicy, type RecallPolicy } from '../../src/domain/task/definition.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { RecallTransport } from '../../src/scheduler/recall/transports/transport.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createChance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const startAt = Date.UTC(2026, 10, 23, 8)
const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** A service whose callees answer after `callMs`, and the seconds at which each task's calls begin. */
const start = async (callMs: number) => {
  const clock = createVirtualClock(startAt)
  const calls: { readonly job: string; readonly at: number }[] = []
  const transport: RecallTransport = {
    call: async ({ taskId: { job } }) => {
      const startedAt = instantAt(clock.now())
      calls.push({ job, at: (startedAt - startAt) / 1000 })
      await sleep(clock, callMs)
      const phases = { queuedMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
      const nothing = { statusCode: 200, reply: null, replyBytes: null, replySha256: null }
      const report = { startedAt, durationMs: callMs, phases, ...nothing }
      return { result: { type: 'succeeded', resultValue: null }, report }
    },
    close: () => Promise.resolve(),
  }
  const world = {
    clock,
    store: createMemoryEventStore({ now: () => clock.now() }).store,
    agenda: createMemoryAgenda(),
    transport,
    chance: createChance(1),
    onError: (message: string, details: object) => {
      throw new Error(`${message} ${JSON.stringify(details)}`)
    },
  }
  const begin = async () => {
    const process = startProcess(world, 'n')
    closers.push(process.kill)
    await clock.settle()
    return process
  }
  let process = await begin()
  const context = { source: 'api', correlationId: 'c' } as const
  const base = (job: string) => ({ taskId: taskId(job), issuedAt: process.now() })
  const handle = async (command: Parameters<typeof process.commands.handle>[0]) =>
    right(await process.commands.handle(command, context)())

  return {
    clock,
    add: (job: string, policy: Partial<RecallPolicy>) =>
      handle({
        type: 'AddTask',
        ...base(job),
        replace: false,
        // Runs by hand are all that is wanted; the schedule's own are far away.
        definition: definitionOf(every(86_400_000, { startAt: instantAt(startAt + 86_400_000) }), {
          policy: { ...defaultPolicy, ...policy },
        }),
      }),
    trigger: async (job: string, times: number) => {
      for (let n = 0; n < times; n++)
        await handle({
          type: 'TriggerTask',
          ...base(job),
          runId: process.newRunId(),
          context: process.planningContext(),
        })
      await clock.settle()
    },
    remove: (job: string) => handle({ type: 'DeleteTask', ...base(job) }),
    restart: async () => {
      process.kill()
      process = await begin()
    },
    begunAt: (job: string) => calls.filter((call) => call.job === job).map(({ at }) => at),
    openRuns: async (job: string) =>
      right(await process.commands.load(taskId(job))()).state.runs.size,
  }
}

test('concurrencyMax: as many calls at one time, and others go on beside them', async () => {
  const service = await start(1_500)
  await service.add('limited', { concurrencyMax: 2 })
  await service.add('free', {})
  await service.trigger('limited', 5)
  await service.trigger('free', 3)
  await service.clock.advanceBy(10_000)
  expect(service.begunAt('limited')).toEqual([0, 0, 1.5, 1.5, 3])
  expect(service.begunAt('free')).toEqual([0, 0, 0])
})

test('ratePerSecond: as many first calls in any one second', async () => {
  const service = await start(10)
  await service.add('limited', { ratePerSecond: 2 })
  await service.add('free', {})
  await service.trigger('limited', 5)
  await service.trigger('free', 3)
  await service.clock.advanceBy(10_000)
  expect(service.begunAt('limited')).toEqual([0, 0, 1, 1, 2])
  expect(service.begunAt('free')).toEqual([0, 0, 0])
})

test('after a restart what was waiting goes on, within its limits', async () => {
  const service = await start(10)
  await service.add('limited', { ratePerSecond: 1, concurrencyMax: 1 })
  await service.trigger('limited', 4)
  await service.clock.advanceBy(1_100)
  expect(service.begunAt('limited')).toEqual([0, 1])
  await service.restart()
  await service.clock.advanceBy(10_000)
  expect(service.begunAt('limited')).toEqual([0, 1, 1.1, 2.1])
  expect(await service.openRuns('limited')).toBe(0)
})

test('runs that wait for a rate are withdrawn at once when their task is deleted', async () => {
  const service = await start(10)
  await service.add('limited', { ratePerSecond: 0.001 })
  await service.trigger('limited', 50)
  await service.clock.advanceBy(100)
  expect(await service.openRuns('limited')).toBe(49)
  await service.remove('limited')
  await service.clock.advanceBy(100)
  expect(await service.openRuns('limited')).toBe(0)
  expect(service.begunAt('limited')).toEqual([0])
})
