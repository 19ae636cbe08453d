// One life of the service inside the simulation: the real command handler, scheduler, ownership,
// heartbeat and shared clock, over ports that stop answering the moment the process is killed.
import * as E from 'fp-ts/lib/Either.js'
import { createCalendarCommands, createCalendarDirectory } from '../../src/commands/calendars.ts'
import { createNodeCommands, createNodeDirectory } from '../../src/commands/nodes.ts'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { NodeId } from '../../src/domain/node/ids.ts'
import { RunId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import type { AppendOutcome, StreamAppend } from '../../src/event-store/event-store.ts'
import { createPresence } from '../../src/nodes/presence.ts'
import { createSharedClock } from '../../src/nodes/shared-clock.ts'
import { sleep } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { createOwnership } from '../../src/scheduler/ownership/ownership.ts'
import { createScheduler } from '../../src/scheduler/scheduler.ts'
import { right } from '../support/either.ts'
import type { Body } from './guard.ts'
import type { Ports, World } from './world.ts'

const leaseMs = 15_000

export const startReplica = (
  world: World,
  identity: {
    readonly name: string
    readonly machine: string
    readonly pid: number
    /** Without it, it answers callers and nothing else. */
    readonly schedules: boolean
  },
  body: Body,
  ports: Ports,
  hasEnded: (process: { readonly place: string; readonly pid: number }) => boolean,
) => {
  const { name, machine, pid } = identity
  const { clock } = body
  const tell = (details: object, message: string): void =>
    world.trace.note(name, `says: ${message} ${JSON.stringify(details)}`)
  const log = {
    debug: () => {},
    info: tell,
    warn: tell,
    error: complain(world, name, body),
  }
  const shared = createSharedClock(clock)
  const sharedTime = { ...clock, now: shared.now }
  const ids = createIds(() => clock.now())
  const handling = {
    store: ports.store,
    node: name,
    newEventId: () => ids.eventId(),
    now: shared.now,
    sleep: (ms: number) => sleep(clock, ms),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
  }
  const cache = createStateCache<TaskState>(10_000)
  const commands = createTaskCommands({ ...handling, cache })
  const directory = createNodeDirectory(ports.store)
  const nodeId = right(NodeId.decode(name))
  const presence = createPresence({
    presence: ports.presence,
    commands: createNodeCommands(handling),
    directory,
    shared,
    clock,
    log,
    self: { nodeId, place: machine, pid, host: machine, roles: [], version: '0', tzVersion: 'sim' },
    lostAfterMs: leaseMs,
    hasEnded,
  })
  const newRunId = (): RunId => right(RunId.decode(ids.runId()))
  const calendars = createCalendarDirectory(ports.store)
  const planningContext = () => ({ calendars: calendars.snapshot(), tzVersion: 'sim' })
  const ownership = createOwnership({
    ownership: ports.ownership,
    member: { node: name, place: machine, pid },
    leaseMs,
    store: ports.store,
    clock,
    log,
    hasEnded,
    isSure: presence.isSure,
    scheduler: ({ inOffice }) =>
      createScheduler({
        inOffice,
        store: ports.store,
        agenda: ports.agenda,
        commands,
        cache,
        transport: ports.transport,
        clock: sharedTime,
        log,
        newRunId,
        planningContext,
        chance: () => world.chance.next(),
        callsMax: 64,
        callsPerHostMax: 16,
        callsPerSecondMax: null,
        callsPerSecondAndHostMax: null,
        // So that a few dozen tasks fill several.
        agendaRowsPerPage: 3,
        horizonMs: world.horizonMs,
      }),
  })
  const abort = new AbortController()
  const following = directory.run(abort.signal)
  const followingCalendars = calendars.run(abort.signal)
  // Stopped before the other processes are known, it is never present.
  const present = Promise.race([directory.ready, following]).then(() =>
    abort.signal.aborted ? undefined : presence.run(abort.signal),
  )
  let knowsTime = false
  void presence.knowsTime.then(() => (knowsTime = true))
  let calendarsKnown = false
  void calendars.ready.then(() => (calendarsKnown = true))
  const cannotGoOn = (error: unknown): void => {
    if (body.isAlive()) world.troubles.push(`${name} cannot go on: ${String(error)}`)
  }
  // Nothing is decided before the calendars are known, nor after a stop that came earlier.
  const knowsCalendars = Promise.race([
    calendars.ready.then(() => true),
    followingCalendars.then(() => false),
  ])
  let hasBegun = false
  const begin = async (): Promise<void> => {
    if (!(await knowsCalendars) || abort.signal.aborted) return
    hasBegun = true
    await ownership.run().catch(cannotGoOn)
  }
  const running = identity.schedules ? begin() : Promise.resolve()
  return {
    ...body,
    name,
    pid,
    commands,
    calendars: createCalendarCommands(handling),
    newRunId,
    planningContext,
    now: () => instantAt(shared.now()),
    /** It answers nobody before. */
    isReady: () => knowsTime && calendarsKnown,
    schedules: () => ownership.status().shares.length > 0,
    /** As after SIGTERM. */
    stop: async () => {
      world.trace.note(name, 'is stopped in order')
      if (hasBegun) await ownership.stop(5_000)
      else abort.abort()
      await running
      abort.abort()
      await Promise.all([present, followingCalendars])
      body.kill('it has stopped')
    },
  }
}

export type Replica = ReturnType<typeof startReplica>

const complain =
  (world: World, name: string, body: Body) =>
  (details: object, message: string): void => {
    const line = `${name}: ${message} ${JSON.stringify(details)}`
    const explained = /StoreUnavailable|AgendaUnavailable/.test(line)
    if (body.isAlive() && !explained) world.troubles.push(line)
  }

const noteAppend = (
  { clock, trace, heads, answered, storeCounts }: World,
  name: string,
  { stream, events }: StreamAppend,
  outcome: AppendOutcome | null | undefined,
): void => {
  const written = events.map(({ type }) => type).join(', ')
  if (outcome?.type === 'Conflict') storeCounts.conflicts += 1
  if (outcome?.type !== 'Appended')
    return trace.note(name, `${written}: ${outcome == null ? 'no answer' : 'conflict'}`, stream)
  heads.set(stream, Math.max(heads.get(stream) ?? -1, outcome.revision))
  events.forEach((_, n) => {
    answered.set(`${stream}@${outcome.revision - n}`, clock.monotonicNow())
  })
  trace.note(name, `${written}: written at ${outcome.revision}`, stream)
}

const timedOut = {
  type: 'failed',
  reason: 'timed out while the process stood still',
  resultValue: null,
  retryable: true,
  before: 'timeout',
} as const

/** The ports of one process, through its body. */
export const portsOf = (
  world: World,
  body: Body,
  name: string,
  callee: Ports['transport'],
): Ports => {
  const { through, flaky } = body
  const { store, shared, clock, chance, isCalm, goesWrong } = world
  const { ownership, presence } = shared
  const agenda = shared.agendaOf(name)
  const noAgenda = { type: 'AgendaUnavailable' as const, reason: 'simulated' }
  const noOwnership = { type: 'OwnershipUnavailable' as const, reason: 'simulated' }
  const noPresence = { type: 'PresenceUnavailable' as const, reason: 'simulated' }
  const trip = () =>
    isCalm() || chance.happens(0.7)
      ? Promise.resolve()
      : sleep(clock, chance.happens(0.8) ? chance.between(0, 4) : chance.between(0, 400))
  return {
    store: {
      ...store,
      append: (appends) => async () => {
        const answered = await through(store.append(appends))
        appends.forEach((append, n) =>
          noteAppend(world, name, append, E.isLeft(answered) ? null : answered.right[n]),
        )
        return answered
      },
      readStream: (stream, options) => () => through(store.readStream(stream, options)),
      subscribe: body.subscribe,
    },
    agenda: {
      write: (rows, shares, checkpoint) => () =>
        goesWrong(world.unwritable)
          ? through(() => Promise.resolve(E.left(noAgenda)))
          : flaky(noAgenda, agenda.write(rows, shares, checkpoint)),
      dueThrough: (shares, through_, after, limit) => () =>
        flaky(noAgenda, agenda.dueThrough(shares, through_, after, limit)),
    },
    ownership: {
      succeed: (hasEnded) => () => flaky(noOwnership, ownership.succeed(hasEnded)),
      beat: (member, willing, ms) => () => flaky(noOwnership, ownership.beat(member, willing, ms)),
      look: (member) => () => flaky(noOwnership, ownership.look(member)),
      take: (member, shares) => () => flaky(noOwnership, ownership.take(member, shares)),
      release: (member, shares, calls) => () =>
        flaky(noOwnership, ownership.release(member, shares, calls)),
      callsEnded: (member, runIds) => () =>
        flaky(noOwnership, ownership.callsEnded(member, runIds)),
      forget: (dead) => () => flaky(noOwnership, ownership.forget(dead)),
      leave: (who) => () => flaky(noOwnership, ownership.leave(who)),
    },
    presence: {
      time: () => () =>
        flaky(noPresence, async () => {
          await trip()
          const time = await presence.time()()
          await trip()
          return time
        }),
      beat: (heartbeat) => () => flaky(noPresence, presence.beat(heartbeat)),
      seen: () => () => flaky(noPresence, presence.seen()),
      forget: (ids) => () => flaky(noPresence, presence.forget(ids)),
      close: () => presence.close(),
    },
    transport: {
      call: async (request) => {
        // Long enough for another to take the run over: what comes of the call then comes too late.
        if (goesWrong(0.01)) body.suspend(chance.between(16_000, 40_000))
        const beganAt = clock.monotonicNow()
        const reply = await through(() => callee.call(request))
        const isOver = clock.monotonicNow() - beganAt > request.timeoutMs
        return isOver ? { ...reply, result: timedOut } : reply
      },
      close: () => Promise.resolve(),
    },
  }
}
