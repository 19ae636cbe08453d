// The clock of the house: follows the log, keeps the agenda, and attends each task when it is due.
// It sleeps until the next due instant; nothing polls. It may lag, stop or run twice without harm:
// whether an occurrence fires is decided by the command, at the task's revision.
import * as E from 'fp-ts/lib/Either.js'
import { taskCodec, type TaskCommands } from '../commands/tasks.ts'
import type { StateCache } from '../commands/state-cache.ts'
import { instantAt, type Instant } from '../domain/instant.ts'
import type { PlanningContext } from '../domain/task/commands.ts'
import { evolve } from '../domain/task/evolve.ts'
import { streamOfTask, taskStreamPrefix, type RunId } from '../domain/task/ids.ts'
import type { TaskState } from '../domain/task/state.ts'
import type { EventStore, LogPage, Position, RecordedEvent } from '../event-store/event-store.ts'
import { sleep } from '../runtime/clock.ts'
import { createAgendaKeeper } from './agenda/agenda-keeper.ts'
import type { AgendaStore } from './agenda/agenda-store.ts'
import { createWakeHeap } from './agenda/wake-heap.ts'
import { createAttendant } from './attend.ts'
import type { SchedulerClock, SchedulerLog } from './ports.ts'
import { createDispatcher } from './recall/dispatcher.ts'
import type { RecallTransport } from './recall/transports/transport.ts'

export interface SchedulerDeps {
  readonly store: EventStore
  readonly agenda: AgendaStore
  readonly commands: TaskCommands
  /** The cache the command handler folds into. */
  readonly cache: StateCache<TaskState>
  readonly transport: RecallTransport
  readonly clock: SchedulerClock
  readonly log: SchedulerLog
  readonly newRunId: () => RunId
  readonly planningContext: () => PlanningContext
  readonly chance: () => number
  readonly callsMax: number
  readonly callsPerHostMax: number
  /** False once another process may be scheduling: nothing is begun then. */
  readonly inOffice: () => boolean
  /** Who had the tasks before this scheduler; null: not known. */
  readonly predecessor: string | null
  readonly callsPerSecondMax: number | null
  readonly callsPerSecondAndHostMax: number | null
}

export interface SchedulerStatus {
  /** Whether the log has been followed to its head at least once. */
  readonly caughtUp: boolean
  readonly position: Position | null
  readonly queued: number
  readonly calling: number
  readonly nextWakeAt: Instant | null
}

export interface Scheduler {
  /** Runs until stopped. Rejects when the log holds something it cannot read. */
  readonly run: () => Promise<void>
  readonly status: () => SchedulerStatus
  /** Decides nothing more, lets calls under way finish within the grace time. */
  readonly stop: (graceMs: number) => Promise<{ readonly unfinished: number }>
}

/** Wake-ups further away than this stay in the agenda's table alone. */
const horizonMs = 120_000
const refillEveryMs = 60_000
const flushEveryMs = 2_000
const flushesPutOffMax = 5
/** The wall clock is looked at this often while asleep, so that a step is noticed. */
const longestSleepMs = 1_000
const pageSize = 2_000
/** Tasks attended before other work gets a turn, and commands under way at most. */
const batchSize = 250
const commandsMax = 4_000

export const createScheduler = (deps: SchedulerDeps): Scheduler => {
  const { store, commands, cache, clock, log } = deps
  const abort = new AbortController()
  const startedAt = instantAt(clock.now())
  const heap = createWakeHeap()
  const keeper = createAgendaKeeper({ agenda: deps.agenda, commands })
  const peek = (taskId: Parameters<typeof streamOfTask>[0]) =>
    cache.get(streamOfTask(taskId))?.state
  const dispatcher = createDispatcher({
    ...deps,
    peek,
    onReleased: (taskId) => attendant.attend(streamOfTask(taskId)),
  })
  const attendant = createAttendant({
    ...deps,
    peek,
    dispatcher,
    startedAt,
    wake: (stream, at) => {
      heap.set(stream, at !== null && at <= horizonEnd ? at : null)
      arm()
    },
  })

  let position: Position | null = null
  let caughtUp = false
  let horizonEnd = 0
  let ticking = false
  let armedFor: number | null = null
  let disarm: () => void = () => undefined

  const stopping = (): boolean => abort.signal.aborted

  const arm = (): void => {
    const next = heap.next()
    if (!caughtUp || ticking || next === null || stopping()) return
    if (armedFor !== null && armedFor <= next) return
    disarm()
    const delayMs = Math.min(Math.max(next - clock.now(), 0), longestSleepMs)
    armedFor = next
    disarm = clock.setTimer(delayMs, () => {
      armedFor = null
      void tick()
    })
  }

  const tick = async (): Promise<void> => {
    ticking = true
    for (let attended = 0; !abort.signal.aborted;) {
      const stream = heap.popDue(clock.now())
      if (stream === null) break
      attendant.attend(stream)
      attended += 1
      if (attended % batchSize === 0) await clock.breathe()
      while (attendant.busy() >= commandsMax && !stopping()) await clock.breathe()
    }
    ticking = false
    arm()
  }

  // What other doors and processes decided: fold it, or forget what is too old to fold it into.
  const observe = (recorded: RecordedEvent): void => {
    const { stream, revision } = recorded
    const cached = cache.get(stream)
    if (cached === undefined) return
    const known = cached.revision ?? -1
    if (known >= revision) return
    if (known + 1 < revision) {
      cache.delete(stream)
      return
    }
    const event = taskCodec.decode(recorded)
    if (E.isLeft(event))
      throw new Error(`cannot read ${stream} at revision ${revision}: ${event.left.join('; ')}`)
    cache.set(stream, { state: evolve(cached.state, event.right), revision })
  }

  /** Cancelled here or by another process: its call need not go on. */
  const breakOff = (recorded: RecordedEvent): void => {
    const event = taskCodec.decode(recorded)
    if (E.isRight(event) && event.right.type === 'RunCancelled')
      dispatcher.breakOff(event.right.runId)
  }

  const follow = (page: LogPage): void => {
    const touched = new Set<string>()
    for (const recorded of page.events) {
      observe(recorded)
      if (recorded.type === 'RunCancelled') breakOff(recorded)
      touched.add(recorded.stream)
    }
    for (const stream of touched) {
      keeper.touch(stream)
      if (caughtUp) attendant.attend(stream)
    }
    if (page.through !== null) keeper.advance(page.through)
    position = page.through
  }

  const refill = async (): Promise<void> => {
    const end = clock.now() + horizonMs
    const filled = await keeper.refill(horizonEnd === 0 ? null : horizonEnd, end, (row) =>
      heap.set(row.stream, row.dueAt),
    )
    if (E.isLeft(filled)) {
      log.error(
        { fault: filled.left },
        'the agenda could not be read; tasks further away wait for it',
      )
      return
    }
    horizonEnd = end
    arm()
  }

  const keepAgenda = async (): Promise<void> => {
    let refillAt = clock.monotonicNow() + refillEveryMs
    for (let putOff = 0; ;) {
      await sleep(clock, flushEveryMs, abort.signal)
      if (stopping()) break
      if (clock.monotonicNow() >= refillAt) {
        refillAt = clock.monotonicNow() + refillEveryMs
        await refill()
      } else if (dispatcher.load().queued > 0 && putOff < flushesPutOffMax) {
        putOff += 1 // a burst goes first
      } else {
        putOff = 0
        const flushed = await keeper.flush()
        if (E.isLeft(flushed))
          log.warn({ fault: flushed.left }, 'the agenda could not be written; it is tried again')
      }
    }
    await keeper.flush()
  }

  const firstCheckpoint = async (): Promise<Position | null> => {
    for (;;) {
      const checkpoint = await deps.agenda.checkpoint()()
      if (E.isRight(checkpoint)) return checkpoint.right
      log.error({ fault: checkpoint.left }, 'the agenda cannot be read; trying again')
      await sleep(clock, 1_000, abort.signal)
      if (stopping()) return null
    }
  }

  const run = async (): Promise<void> => {
    const after = await firstCheckpoint()
    if (after !== null) keeper.advance(after)
    let keeping: Promise<void> = Promise.resolve()
    const { signal } = abort
    for await (const page of store.subscribe({
      after,
      prefixes: [taskStreamPrefix],
      limit: pageSize,
      signal,
    })) {
      follow(page)
      if (caughtUp || !page.atHead) continue
      caughtUp = true
      log.info({ position, startedAt }, 'the scheduler has caught up with the log')
      await refill()
      keeping = keepAgenda()
    }
    await keeping
  }

  return {
    run,
    status: () => {
      const next = heap.next()
      return {
        caughtUp,
        position,
        ...dispatcher.load(),
        nextWakeAt: next === null ? null : instantAt(next),
      }
    },
    stop: async (graceMs) => {
      const drained = dispatcher.drain(graceMs)
      disarm()
      await attendant.stop()
      const result = await drained
      abort.abort()
      return result
    },
  }
}
