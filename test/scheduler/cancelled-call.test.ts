// A run that somebody cancels while its callee is being called: the call is broken off at once, and
// the cancellation stays the run's only end. Over real connections and a memory log.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { RecallTarget } from '../../src/domain/task/definition.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import { byTarget } from '../../src/scheduler/recall/transports/by-target.ts'
import { createHttpTransport } from '../../src/scheduler/recall/transports/http.ts'
import { createSocketTransport } from '../../src/scheduler/recall/transports/socket.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { startTcpCallee } from '../support/callee.ts'
import { createChance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const closers: (() => unknown)[] = []
afterEach(() => Promise.all(closers.splice(0).map((close) => close())))

const startAt = Date.UTC(2026, 10, 23, 8)

/** One task of one run at a time, whose callee is connected to and stays silent until told. */
const start = async (targetAt: (port: number) => RecallTarget) => {
  const lines: Socket[] = []
  const callee = await startTcpCallee((socket) => lines.push(socket))
  const clock = createVirtualClock(startAt)
  const { store, log } = createMemoryEventStore({ now: () => clock.now() })
  const calling = { now: () => instantAt(clock.now()) }
  const transport = byTarget({
    http: createHttpTransport(calling),
    socket: createSocketTransport({ ...calling, halfCloseAfterMs: 20_000 }),
  })
  closers.push(callee.close, transport.close)
  const world = {
    clock,
    store,
    agenda: createMemoryAgenda(),
    transport,
    chance: createChance(1),
    onError: (message: string, details: object) => {
      throw new Error(`${message} ${JSON.stringify(details)}`)
    },
  }
  const scheduling = startProcess(world, 'scheduling')
  closers.push(scheduling.kill)
  await clock.settle()
  const job = taskId('slow')
  const base = () => ({ taskId: job, issuedAt: scheduling.now() })
  const context = { source: 'api', correlationId: 'c' } as const
  const give = async (command: Parameters<typeof scheduling.commands.handle>[0]) => {
    right(await scheduling.commands.handle(command, context)())
    await clock.settle()
  }
  const policy = {
    ...defaultPolicy,
    concurrencyMax: 1,
    retries: { ...defaultPolicy.retries, max: 3 },
  }
  const schedule = every(86_400_000, { startAt: instantAt(startAt + 86_400_000) })
  const definition = definitionOf(schedule, { recall: targetAt(callee.port), policy })
  await give({ type: 'AddTask', ...base(), replace: false, definition })
  return {
    lines,
    received: callee.received,
    trigger: async () => {
      const runId = scheduling.newRunId()
      const planning = { runId, context: scheduling.planningContext() }
      await give({ type: 'TriggerTask', ...base(), ...planning })
      return runId
    },
    cancel: (runId: ReturnType<typeof scheduling.newRunId>) =>
      give({ type: 'CancelRun', ...base(), runId }),
    types: () => log().map(({ type }) => type),
  }
}

describe.each<[string, (port: number) => RecallTarget, string]>([
  [
    'HTTP',
    (port) => ({ type: 'http', url: `http://127.0.0.1:${port}/run` }),
    'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"success":true}',
  ],
  ['SOCKET', (port) => ({ type: 'socket', host: '127.0.0.1', port }), '{"success":true}\n'],
])('over %s', (_name, targetAt, success) => {
  test('the line is closed, the end stays the cancellation, and the next run goes on', async () => {
    const { lines, received, trigger, cancel, types } = await start(targetAt)
    const first = await trigger()
    await expect.poll(() => received[0]).toContain(first)
    const [line] = lines
    const closed = once(line!, 'close')
    line!.resume().on('end', () => line!.destroy())
    await trigger()
    expect(lines).toHaveLength(1)
    await cancel(first)
    await closed
    // The slot it held is free.
    await expect.poll(() => received.length).toBe(2)
    lines[1]!.write(success)
    await expect.poll(() => types().at(-1)).toBe('RecallSucceeded')
    expect(types()).toEqual([
      'TaskAdded',
      'TaskTriggered',
      'TaskTriggered',
      'RunCancelled',
      'RecallSucceeded',
    ])
  })

  test('a run that waits for its turn is never called', async () => {
    const { lines, received, trigger, cancel, types } = await start(targetAt)
    const first = await trigger()
    await expect.poll(() => received[0]).toContain(first)
    await cancel(await trigger())
    lines[0]!.write(success)
    await expect.poll(() => types().at(-1)).toBe('RecallSucceeded')
    expect(lines).toHaveLength(1)
    expect(types().slice(3)).toEqual(['RunCancelled', 'RecallSucceeded'])
  })
})
