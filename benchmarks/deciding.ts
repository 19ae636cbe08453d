// What deciding a burst costs by itself: the real scheduler and command handler over a log in memory,
// with a callee that answers in the next turn of the event loop. No network, no database, no read
// models: processor time a fire, the log's own included.
//
//   npx tsx benchmarks/deciding.ts [--tasks 20000] [--rounds 5]
import * as os from 'node:os'
import { parseArgs } from 'node:util'
import { createStateCache } from '../src/commands/state-cache.ts'
import { createTaskCommands } from '../src/commands/tasks.ts'
import { noCalendars } from '../src/domain/calendar/snapshot.ts'
import { instantAt } from '../src/domain/instant.ts'
import { RunId } from '../src/domain/task/ids.ts'
import type { TaskState } from '../src/domain/task/state.ts'
import { createMemoryEventStore } from '../src/event-store/memory/memory-event-store.ts'
import { sleep, systemClock } from '../src/runtime/clock.ts'
import { createIds } from '../src/runtime/ids.ts'
import { createMemoryAgenda } from '../src/scheduler/agenda/memory-agenda-store.ts'
import { allShares } from '../src/scheduler/ownership/shares.ts'
import { createScheduler } from '../src/scheduler/scheduler.ts'
import { definitionOf, every, taskId } from '../test/support/definitions.ts'
import { right } from '../test/support/either.ts'
import { obligingCallee } from '../test/support/obliging.ts'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
  },
})

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const burst = async (
  count: number,
): Promise<{ readonly wallUs: number; readonly cpuUs: number }> => {
  const { store, log } = createMemoryEventStore({ now: () => systemClock.now() })
  const ids = createIds(() => systemClock.now())
  const cache = createStateCache<TaskState>(100_000)
  const commands = createTaskCommands({
    store,
    cache,
    node: 'n',
    newEventId: () => ids.eventId(),
    now: () => systemClock.now(),
    sleep: (ms) => sleep(systemClock, ms),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
  })
  const scheduler = createScheduler({
    inOffice: () => true,
    store,
    agenda: createMemoryAgenda().seenBy(() => true),
    commands,
    cache,
    transport: obligingCallee(() => systemClock.now(), turn),
    clock: { ...systemClock, breathe: turn },
    log: { debug: () => {}, info: () => {}, warn: console.warn, error: console.error },
    newRunId: () => right(RunId.decode(ids.runId())),
    planningContext: () => ({ calendars: noCalendars, tzVersion: 'benchmark' }),
    chance: () => 0,
    callsMax: 256,
    callsPerHostMax: 64,
    callsPerSecondMax: null,
    callsPerSecondAndHostMax: null,
  })
  scheduler.takeOn(allShares.map((share) => ({ share, before: null, checkpoint: null })))
  const running = scheduler.run(null)
  const dueAt = Date.now() + 1_500 + count / 10
  const definition = definitionOf(every(86_400_000, { startAt: instantAt(dueAt) }))
  for (let n = 0; n < count; n += 1) {
    const issuedAt = instantAt(Date.now())
    const command = {
      type: 'AddTask',
      taskId: taskId(`t${n}`),
      issuedAt,
      definition,
      replace: true,
    } as const
    right(await commands.handle(command, { source: 'api', correlationId: 'c' })())
  }
  while (Date.now() < dueAt - 5) await sleep(systemClock, 1)
  const cpu = process.cpuUsage()
  const began = performance.now()
  while (log().length < count * 3) await sleep(systemClock, 5)
  const wallUs = ((performance.now() - began) * 1_000) / count
  const { user, system } = process.cpuUsage(cpu)
  await scheduler.stop(1_000)
  await running
  return { wallUs, cpuUs: (user + system) / count }
}

console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
const costs: number[] = []
for (let round = 0; round < Number(values.rounds); round += 1) {
  const { wallUs, cpuUs } = await burst(Number(values.tasks))
  costs.push(cpuUs)
  console.log(
    `${cpuUs.toFixed(0)} µs of the processor a fire, ${wallUs.toFixed(0)} µs by the clock`,
  )
}
console.log(`median ${costs.sort((a, b) => a - b)[costs.length >> 1]?.toFixed(0)} µs a fire`)
