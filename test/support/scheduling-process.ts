// One process of the service for tests on the virtual clock: the real command handler and scheduler
// over a store, a clock and a network that stop answering the moment the process is killed.
import * as E from 'fp-ts/lib/Either.js'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { noCalendars, type CalendarSnapshot } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { RunId } from '../../src/domain/task/ids.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import type { AgendaStore } from '../../src/scheduler/agenda/agenda-store.ts'
import type { MemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { SchedulerClock } from '../../src/scheduler/ports.ts'
import type { RecallTransport } from '../../src/scheduler/recall/transports/transport.ts'
import { allShares } from '../../src/scheduler/ownership/shares.ts'
import { createScheduler } from '../../src/scheduler/scheduler.ts'
import type { Chance } from './chance.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface World {
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly agenda: MemoryAgenda
  readonly transport: RecallTransport
  readonly chance: Chance
  readonly onError: (message: string, details: object) => void
  /** As the process knows them; none unless given. */
  readonly calendars?: () => CalendarSnapshot
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

export const startProcess = (world: World, name: string) => {
  let alive = true
  const isAlive = (): boolean => alive
  const whileAlive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!alive) return never()
    const result = await work()
    return isAlive() ? result : never()
  }
  const clock: SchedulerClock = {
    now: () => world.clock.now(),
    monotonicNow: () => world.clock.monotonicNow(),
    setTimer: (delayMs, callback) => world.clock.setTimer(delayMs, () => alive && callback()),
    breathe: () => whileAlive(() => Promise.resolve()),
  }
  const abort = new AbortController()
  const store: EventStore = {
    ...world.store,
    append: (appends) => () => whileAlive(world.store.append(appends)),
    readStream: (stream, options) => () => whileAlive(world.store.readStream(stream, options)),
    subscribe: (options) =>
      world.store.subscribe({
        ...options,
        signal: AbortSignal.any([options.signal, abort.signal]),
      }),
  }
  const shared = world.agenda.seenBy(() => true)
  const agenda: AgendaStore = {
    write: (rows, shares, checkpoint) => () =>
      whileAlive(() => shared.write(rows, shares, checkpoint)()),
    dueThrough: (shares, through, after, limit) => () =>
      whileAlive(shared.dueThrough(shares, through, after, limit)),
  }
  const transport: RecallTransport = {
    call: (request) => whileAlive(() => world.transport.call(request)),
    close: () => Promise.resolve(),
  }
  const cache = createStateCache<TaskState>(10_000)
  const ids = createIds(() => world.clock.now())
  const newRunId = (): RunId => {
    const id = RunId.decode(ids.runId())
    if (E.isLeft(id)) throw new Error('run ids are 32 hex digits')
    return id.right
  }
  const commands = createTaskCommands({
    store,
    cache,
    node: name,
    newEventId: () => ids.eventId(),
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
  })
  const calendars = world.calendars ?? (() => noCalendars)
  const planningContext = () => ({ calendars: calendars(), tzVersion: 'sim' })
  const scheduler = createScheduler({
    inOffice: () => true,
    store,
    agenda,
    commands,
    cache,
    transport,
    clock,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (details, message) => world.onError(message, details),
    },
    newRunId,
    planningContext,
    chance: () => world.chance.next(),
    callsMax: 64,
    callsPerHostMax: 16,
    callsPerSecondMax: null,
    callsPerSecondAndHostMax: null,
  })
  const checkpoint = world.agenda.checkpointOf(0)
  scheduler.takeOn(allShares.map((share) => ({ share, before: null, checkpoint })))
  const running = scheduler.run(checkpoint)
  return {
    commands,
    scheduler,
    running,
    newRunId,
    planningContext,
    now: () => instantAt(world.clock.now()),
    kill: () => {
      alive = false
      abort.abort()
    },
  }
}
