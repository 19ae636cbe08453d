// Looks after one task at a time: folds nothing and decides nothing itself, but turns what the plan
// says into commands and calls, and notes when to look again. A stream has at most one scheduler
// command under way; whatever happens meanwhile is looked at when it is answered.
import * as E from 'fp-ts/lib/Either.js'
import type { CommandContext } from '../commands/command-handler.ts'
import type { Fault } from '../commands/faults.ts'
import type { TaskCommands } from '../commands/tasks.ts'
import { instantAt, type Instant } from '../domain/instant.ts'
import type { PlanningContext, TaskCommand } from '../domain/task/commands.ts'
import type { TaskEvent } from '../domain/task/events.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import { taskOfStream } from '../domain/task/ids.ts'
import type { TaskRejection } from '../domain/task/rejections.ts'
import type { OpenRun, TaskState } from '../domain/task/state.ts'
import type { LogLines } from '../runtime/log.ts'
import { agendaDueAt, wakeAt } from './agenda/due.ts'
import { plan, type Step } from './plan.ts'
import type { Tenure } from './ownership/holdings.ts'
import type { SchedulerClock } from './ports.ts'
import type { Dispatcher } from './recall/dispatcher.ts'

export interface AttendantDeps {
  readonly commands: TaskCommands
  readonly peek: (taskId: TaskId) => TaskState | undefined
  readonly dispatcher: Pick<Dispatcher, 'inHand' | 'calling' | 'dispatch'>
  readonly clock: SchedulerClock
  readonly log: LogLines
  /** By what right this process looks after a stream; null: it does not, and nothing is begun. */
  readonly tenureOf: (stream: string) => Tenure | null
  readonly newRunId: () => RunId
  readonly planningContext: () => PlanningContext
  /**
   * The stream has to be attended again at this epoch-millisecond time; null: not by itself. Unless it
   * stands in the agenda's table so, nobody else remembers it.
   */
  readonly wake: (stream: string, at: number | null, isInTable: boolean) => void
}

export interface Attendant {
  readonly attend: (stream: string) => void
  /** Attends unless the state that is known has been attended to already, as it is after our own commands. */
  readonly attendNews: (stream: string) => void
  /** Commands and loads under way. */
  readonly busy: () => number
  /** Attends nothing more; resolves when what is under way is answered. */
  readonly stop: () => Promise<void>
}

const troubleRetryMs = 1_000
const seenMax = 100_000

type StepCommand = Exclude<Step, { type: 'Dispatch' }>

export const createAttendant = (deps: AttendantDeps): Attendant => {
  const { clock, commands, dispatcher, log } = deps
  const underWay = new Set<string>()
  const again = new Set<string>()
  /** Attempts begun here at a time before that of our office, by run. */
  const begun = new Map<RunId, number>()
  /** The states last attended to, of as many streams as are remembered. */
  let seen = new Map<string, TaskState>()
  const inPace = createPace(clock)
  let stopped = false
  let whenQuiet: (() => void) | null = null

  /** The clock was set back since: by the time they began at, they would be somebody else's. */
  const noteBegun = (events: readonly TaskEvent[], at: Instant, { startedAt }: Tenure): void => {
    if (at >= startedAt) return
    if (begun.size >= seenMax) begun.clear()
    for (const event of events) {
      if (event.type === 'TaskTriggered') begun.set(event.runId, 1)
      if (event.type === 'RecallTakenOver') begun.set(event.runId, event.attempt)
    }
  }

  const attend = (stream: string): void => {
    const tenure = stopped ? null : deps.tenureOf(stream)
    if (tenure === null) return
    if (underWay.has(stream)) {
      again.add(stream)
      return
    }
    const taskId = taskOfStream(stream)
    if (E.isLeft(taskId)) return
    const state = deps.peek(taskId.right)
    if (state === undefined) occupy(stream, loaded(stream, taskId.right))
    else step(stream, taskId.right, state, tenure)
  }

  const step = (stream: string, taskId: TaskId, state: TaskState, tenure: Tenure): void => {
    const now = instantAt(clock.now())
    const { startedAt } = tenure
    if (seen.size >= seenMax) seen = new Map()
    seen.set(stream, state)
    let command: StepCommand | null = null
    const { inHand, calling } = dispatcher
    const isOurs = ({ runId, attempt }: OpenRun): boolean => begun.get(runId) === attempt
    for (const next of plan(taskId, state, { now, startedAt, inHand, calling, isOurs }))
      if (next.type === 'Dispatch') dispatcher.dispatch(taskId, next.run)
      else command ??= next
    if (command === null) {
      const at = wakeAt(taskId, state, inHand)
      // The table says of a run under way that it is due since it began.
      deps.wake(stream, at, at === agendaDueAt(taskId, state))
    } else occupy(stream, issue(stream, taskId, command, now))
  }

  const occupy = (stream: string, work: Promise<{ readonly retryAt: number | null }>): void => {
    underWay.add(stream)
    void work.then(({ retryAt }) => {
      underWay.delete(stream)
      if (underWay.size === 0) whenQuiet?.()
      if (retryAt === null || again.delete(stream)) attend(stream)
      else deps.wake(stream, retryAt, false)
    })
  }

  const loaded = async (stream: string, taskId: TaskId) => {
    const folded = await commands.load(taskId)()
    if (E.isRight(folded)) return { retryAt: null }
    log.error(
      { stream, fault: folded.left },
      'a task could not be read; it does not fire until it can',
    )
    return { retryAt: clock.now() + troubleRetryMs }
  }

  const issue = async (stream: string, taskId: TaskId, next: StepCommand, issuedAt: Instant) => {
    await inPace()
    const tenure = deps.tenureOf(stream)
    if (tenure === null) return { retryAt: clock.now() + troubleRetryMs }
    const command = commandFor(next, taskId, issuedAt, tenure)
    const correlationId = 'runId' in command ? command.runId : stream
    const context: CommandContext = { source: 'scheduler', correlationId }
    const handled = await commands.handle(command, context)()
    if (E.isRight(handled)) noteBegun(handled.right.events, issuedAt, tenure)
    if (E.isRight(handled) && handled.right.events.length > 0) return { retryAt: null }
    if (E.isLeft(handled)) {
      const { left: refused } = handled
      const level = isOutrun(refused) ? 'debug' : 'error'
      log[level]({ stream, step: next.type, refused }, 'a scheduler command was not accepted')
    }
    return { retryAt: clock.now() + troubleRetryMs }
  }

  const commandFor = (
    next: StepCommand,
    taskId: TaskId,
    issuedAt: Instant,
    { predecessor }: Tenure,
  ): TaskCommand => {
    switch (next.type) {
      case 'DecideOccurrences':
      case 'ResumeTask':
        return {
          type: next.type,
          taskId,
          issuedAt,
          runId: deps.newRunId(),
          context: deps.planningContext(),
          ...(next.type === 'ResumeTask' && { onlyIfOver: true }),
        }
      case 'ExpireRun':
      case 'WithdrawRun':
        return { type: next.type, taskId, issuedAt, runId: next.runId }
      case 'TakeOverRun':
        return { type: next.type, taskId, issuedAt, runId: next.runId, from: predecessor }
    }
  }

  const attendNews = (stream: string): void => {
    const state = seen.get(stream)
    const taskId = state === undefined ? null : taskOfStream(stream)
    const known = taskId === null || E.isLeft(taskId) ? undefined : deps.peek(taskId.right)
    if (state === undefined || known !== state) attend(stream)
  }

  return {
    attend,
    attendNews,
    busy: () => underWay.size,
    stop: async () => {
      stopped = true
      if (underWay.size > 0) await new Promise<void>((resolve) => (whenQuiet = resolve))
    },
  }
}

const sliceMs = 20

/**
 * After an outage each of a thousand tasks has a day to decide. Commands begin one after the other, and
 * when they have taken a slice of time, whatever else the process has to do goes first.
 */
const createPace = (clock: SchedulerClock): (() => Promise<void>) => {
  let sliceEndsAt = 0
  let turn = Promise.resolve()
  const next = async (): Promise<void> => {
    if (clock.monotonicNow() < sliceEndsAt) return
    await clock.breathe()
    sliceEndsAt = clock.monotonicNow() + sliceMs
  }
  return () => (turn = turn.then(next))
}

/** Somebody else was quicker, and there is nothing left to do: the refusal rests on the newest state. */
const isOutrun = ({ type }: TaskRejection | Fault): boolean =>
  type === 'TaskNotFound' ||
  type === 'TaskAlreadyCompleted' ||
  type === 'RunNotFound' ||
  type === 'RunAlreadyEnded'
