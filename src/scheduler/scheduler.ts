// The clock of the house: follows the log, keeps the agenda, and attends each task when it is due.
// It sleeps until the next due instant; nothing polls. It may lag, stop or run twice without harm:
// whether an occurrence fires is decided by the command, at the task's revision.
import * as E from 'fp-ts/lib/Either.js'
import { taskCodec, type TaskCommands } from '../commands/tasks.ts'
import type { StateCache } from '../commands/state-cache.ts'
import { instantAt, type Instant } from '../domain/instant.ts'
import type { PlanningContext } from '../domain/task/commands.ts'
import { evolve } from '../domain/task/evolve.ts'
import { streamOfTask, taskStreamPrefix, type RunId, type TaskId } from '../domain/task/ids.ts'
import type { TaskState } from '../domain/task/state.ts'
import type { EventStore, LogPage, Position, RecordedEvent } from '../event-store/event-store.ts'
import type { LogLines } from '../runtime/log.ts'
import { createAgendaKeeper } from './agenda/agenda-keeper.ts'
import type { AgendaStore } from './agenda/agenda-store.ts'
import { createHorizon } from './agenda/horizon.ts'
import { createWakeHeap } from './agenda/wake-heap.ts'
import { createAttendant } from './attend.ts'
import { createHoldings, type Tenure } from './ownership/holdings.ts'
import type { CallSeen, Taken } from './ownership/ownership-store.ts'
import { shareOf } from './ownership/shares.ts'
import type { SchedulerClock } from './ports.ts'
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
  readonly log: LogLines
  readonly newRunId: () => RunId
  readonly planningContext: () => PlanningContext
  readonly chance: () => number
  readonly callsMax: number
  readonly callsPerHostMax: number
  /** False once our shares may be somebody else's: nothing is begun then. */
  readonly inOffice: () => boolean
  readonly callsPerSecondMax: number | null
  readonly callsPerSecondAndHostMax: number | null
  /** Rows of the agenda's table read or written at once. */
  readonly agendaRowsPerPage?: number
  /** How far ahead wake-ups are held in memory. */
  readonly horizonMs?: number | undefined
}

export interface SchedulerStatus {
  /** Whether the log has been followed to its head at least once. */
  readonly caughtUp: boolean
  readonly position: Position | null
  /** Shares looked after, and of them those whose agenda is still being read. */
  readonly shares: readonly number[]
  readonly adopting: number
  readonly queued: number
  readonly calling: number
  readonly nextWakeAt: Instant | null
}

export interface Scheduler {
  /** Follows the log after a position until stopped. Rejects when it holds something it cannot read. */
  readonly run: (after: Position | null) => Promise<void>
  readonly status: () => SchedulerStatus
  /** Looks after shares from now on. Before `run`: of which it is begun early enough. */
  readonly takeOn: (shares: readonly Taken[]) => void
  /**
   * Decides nothing more in the shares, begins no call, and writes their agenda. Calls that are under
   * way in them go on.
   */
  readonly handOver: (shares: readonly number[]) => Promise<void>
  /** The shares are somebody else's already. */
  readonly drop: (shares: readonly number[]) => void
  /** Runs that those who had the shares before are still calling: not ours to call. */
  readonly leaveToOthers: (calls: readonly CallUnderWay[]) => void
  readonly callsUnderWay: () => readonly CallUnderWay[]
  /** Decides nothing more, lets calls under way finish within the grace time. */
  readonly stop: (graceMs: number) => Promise<{ readonly unfinished: number }>
}

type CallUnderWay = Omit<CallSeen, 'node'>

/** The wall clock is looked at this often while asleep, so that a step is noticed. */
const longestSleepMs = 1_000
const pageSize = 2_000
/** Tasks attended before other work gets a turn, and commands under way at most. */
const batchSize = 250
const commandsMax = 4_000

export const createScheduler = (deps: SchedulerDeps): Scheduler => {
  const { store, commands, cache, clock, log } = deps
  const abort = new AbortController()
  const heap = createWakeHeap()
  const holdings = createHoldings()
  const keeper = createAgendaKeeper({
    agenda: deps.agenda,
    commands,
    rowsPerPage: deps.agendaRowsPerPage,
  })
  const peek = (taskId: Parameters<typeof streamOfTask>[0]) =>
    cache.get(streamOfTask(taskId))?.state
  const dispatcher = createDispatcher({
    ...deps,
    peek,
    mayCall: (taskId) => deps.inOffice() && holdings.ofTask(taskId) !== null,
    onReleased: (taskId) => attendant.attend(streamOfTask(taskId)),
  })
  /** By run, the stream. */
  let elsewhere: ReadonlyMap<RunId, string> = new Map()
  const attendant = createAttendant({
    ...deps,
    peek,
    dispatcher: {
      dispatch: dispatcher.dispatch,
      inHand: (runId) => dispatcher.inHand(runId) || elsewhere.has(runId),
      calling: (runId) => dispatcher.calling(runId) || elsewhere.has(runId),
    },
    tenureOf: (stream) => (deps.inOffice() ? holdings.ofStream(stream) : null),
    wake: (stream, at, isInTable) => {
      const isHeld = at !== null && (at <= horizon.end() || !isInTable)
      // Further away it stands in the table alone, which may not know yet what we know already.
      if (at !== null && !isHeld) keeper.touch(stream)
      heap.set(stream, isHeld ? at : null)
      arm()
    },
  })
  const horizon = createHorizon({
    ...deps,
    keeper,
    signal: abort.signal,
    isBusy: () => dispatcher.load().queued > 0,
    // What was read may be older than what is known.
    wake: (stream, at) => {
      heap.setNoLater(stream, at)
      arm()
    },
  })

  let position: Position | null = null
  let caughtUp = false
  let adopting = 0
  /** Taken on before the log was caught up with. */
  let waiting: { readonly tenure: Tenure; readonly taken: readonly Taken[] }[] = []
  let ticking = false
  let armedFor: number | null = null
  let disarm: () => void = () => undefined

  const stopping = (): boolean => abort.signal.aborted
  const isOurs = (taskId: TaskId): boolean => holdings.ofTask(taskId) !== null

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
    cache.heard(stream, revision)
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
      if (caughtUp) attendant.attendNews(stream)
    }
    if (page.through !== null) keeper.advance(page.through)
    position = page.through
  }

  const adopt = async (tenure: Tenure, taken: readonly Taken[], through: Position | null) => {
    const shares = taken.map(({ share }) => share)
    adopting += shares.length
    await horizon.adopt({
      shares,
      after: earliest(store, taken),
      through,
      remaining: () => shares.filter((share) => holdings.ofShare(share) === tenure),
    })
    adopting -= shares.length
  }

  const run = async (after: Position | null): Promise<void> => {
    let keeping: Promise<void> = Promise.resolve()
    const { signal } = abort
    // What was taken on until now is followed from before its checkpoints.
    const followed = new Set(waiting)
    if (after !== null) keeper.advance(after)
    for await (const page of store.subscribe({
      after,
      prefixes: [taskStreamPrefix],
      limit: pageSize,
      signal,
    })) {
      follow(page)
      if (caughtUp || !page.atHead) continue
      caughtUp = true
      log.info({ position }, 'the scheduler has caught up with the log')
      const adopted = waiting
      waiting = []
      for (const one of adopted)
        void adopt(one.tenure, one.taken, followed.has(one) ? null : position)
      keeping = horizon.keep()
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
        shares: holdings.shares(),
        adopting,
        ...dispatcher.load(),
        nextWakeAt: next === null ? null : instantAt(next),
      }
    },
    takeOn: (taken) => {
      const startedAt = instantAt(clock.now())
      // Others may have gone on with these tasks while we stood still: what we knew of them is old.
      const ours = new Set(taken.map(({ share }) => share))
      cache.forget((stream) => ours.has(shareOf(stream)))
      for (const [predecessor, shares] of byPredecessor(taken)) {
        const tenure = { predecessor, startedAt }
        for (const { share } of shares) holdings.add(share, tenure)
        keeper.collect(shares.map(({ share }) => share))
        if (caughtUp) void adopt(tenure, shares, position)
        else waiting.push({ tenure, taken: shares })
      }
    },
    handOver: async (shares) => {
      holdings.delete(shares)
      dispatcher.forgetQueued(isOurs)
      const flushed = await horizon.flush()
      if (E.isLeft(flushed))
        log.warn({ fault: flushed.left }, 'the agenda is handed over as it was written last')
      keeper.letGo(shares)
    },
    drop: (shares) => {
      holdings.delete(shares)
      dispatcher.forgetQueued(isOurs)
      keeper.letGo(shares)
    },
    leaveToOthers: (calls) => {
      if (calls.length === 0 && elsewhere.size === 0) return
      const before = elsewhere
      elsewhere = new Map(calls.map(({ runId, stream }) => [runId, stream]))
      for (const [runId, stream] of before)
        if (caughtUp && !elsewhere.has(runId)) attendant.attend(stream)
    },
    callsUnderWay: dispatcher.underWay,
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

const byPredecessor = (taken: readonly Taken[]): ReadonlyMap<string | null, readonly Taken[]> => {
  const groups = new Map<string | null, Taken[]>()
  for (const one of taken) groups.set(one.before, [...(groups.get(one.before) ?? []), one])
  return groups
}

/** Null: from the beginning. */
const earliest = (
  store: Pick<EventStore, 'comparePositions'>,
  taken: readonly Pick<Taken, 'checkpoint'>[],
): Position | null =>
  taken
    .map(({ checkpoint }) => checkpoint)
    .reduce((a, b) => (a === null || b === null ? null : store.comparePositions(a, b) < 0 ? a : b))
