// Makes the calls: takes runs from the queue as slots become free, looks at the newest state once
// more before the first byte, calls, and records what came of it. A run is in hand from the moment
// it is queued until its outcome is in the log.
import * as E from 'fp-ts/lib/Either.js'
import type { CommandContext } from '../../commands/command-handler.ts'
import type { Fault } from '../../commands/faults.ts'
import type { TaskCommands } from '../../commands/tasks.ts'
import { instantAt } from '../../domain/instant.ts'
import type { TaskCommand } from '../../domain/task/commands.ts'
import { streamOfTask, type RunId, type TaskId } from '../../domain/task/ids.ts'
import type { TaskRejection } from '../../domain/task/rejections.ts'
import type { OpenRun, TaskState } from '../../domain/task/state.ts'
import { sleep } from '../../runtime/clock.ts'
import type { LogLines } from '../../runtime/log.ts'
import type { SchedulerClock } from '../ports.ts'
import { createDispatchQueue, type Queued, type Taken } from './dispatch-queue.ts'
import { recallBody } from './transports/body.ts'
import { Cancellation } from './transports/cancellation.ts'
import type { RecallTransport } from './transports/transport.ts'

const recordAgainMs = 500

interface Job extends Queued {
  readonly taskId: TaskId
  readonly run: OpenRun
  readonly queuedAt: number
}

export interface Dispatcher {
  readonly inHand: (runId: RunId) => boolean
  /** Whether a call of the run is under way, not only queued. */
  readonly calling: (runId: RunId) => boolean
  readonly dispatch: (taskId: TaskId, run: OpenRun) => void
  /** The run was ended by somebody: its call is broken off, and what came of it is of no interest. */
  readonly breakOff: (runId: RunId) => void
  /** Runs of tasks that are not ours any more leave the queue; calls under way go on. */
  readonly forgetQueued: (isOurs: (taskId: TaskId) => boolean) => void
  readonly underWay: () => readonly { readonly runId: RunId; readonly stream: string }[]
  readonly load: () => { readonly queued: number; readonly calling: number }
  /**
   * Starts no further call and waits for those under way, at most `graceMs`. What is left open is in
   * the log and is continued by the next start.
   */
  readonly drain: (graceMs: number) => Promise<{ readonly unfinished: number }>
}

export interface DispatcherDeps {
  readonly commands: TaskCommands
  /** The newest state known without waiting. */
  readonly peek: (taskId: TaskId) => TaskState | undefined
  readonly transport: RecallTransport
  readonly clock: SchedulerClock
  readonly log: LogLines
  /** Calls at the same time, in all and per host. */
  readonly callsMax: number
  readonly callsPerHostMax: number
  /** Calls that start within any one second, in all and per host; null: no limit. */
  readonly callsPerSecondMax: number | null
  readonly callsPerSecondAndHostMax: number | null
  /** In [0, 1). */
  readonly chance: () => number
  /** False where another process looks after the task, or may do so. */
  readonly mayCall: (taskId: TaskId) => boolean
  /** Called whenever a run left our hands. */
  readonly onReleased: (taskId: TaskId) => void
}

export const createDispatcher = (deps: DispatcherDeps): Dispatcher => {
  const { clock, commands, log, transport } = deps
  const hands = new Map<RunId, Job>()
  const called = new Map<RunId, { readonly job: Job; readonly cancellation: Cancellation }>()
  let calling = 0
  let draining = false
  let whenIdle: (() => void) | null = null
  let disarm: () => void = () => undefined

  const letGo = (job: Job): void => {
    const { taskId, run } = job
    if (hands.get(run.runId) !== job) return
    hands.delete(run.runId)
    deps.onReleased(taskId)
  }

  const queue = createDispatchQueue<Job>({
    now: () => clock.monotonicNow(),
    perHost: {
      concurrencyMax: deps.callsPerHostMax,
      perSecond: deps.callsPerSecondAndHostMax,
    },
    perSecond: deps.callsPerSecondMax,
    isMoot: (job) => {
      if (hands.get(job.run.runId) !== job) return true
      const known = deps.peek(job.taskId)
      return known !== undefined && runOf(job, known) === null
    },
    onMoot: letGo,
  })

  const pump = () => {
    while (!draining && calling < deps.callsMax) {
      const taken = queue.take()
      if (taken === null) return armForRates()
      calling += 1
      const cancellation = new Cancellation()
      const { runId } = taken.item.run
      called.set(runId, { job: taken.item, cancellation })
      void attempt(taken, cancellation).finally(() => {
        calling -= 1
        called.delete(runId)
        letGo(taken.item)
        if (calling === 0) whenIdle?.()
        pump()
      })
    }
  }

  const armForRates = (): void => {
    disarm()
    const opensAt = queue.opensAt()
    if (opensAt === null) return
    disarm = clock.setTimer(Math.max(0, opensAt - clock.monotonicNow()), pump)
  }

  const attempt = async (
    { item: job, release }: Taken<Job>,
    cancellation: Cancellation,
  ): Promise<void> => {
    const { taskId } = job
    try {
      const known = deps.peek(taskId)
      const run = runOf(job, known ?? (await read(taskId)))
      if (run === null || !deps.mayCall(taskId)) return
      if (run.withdraw !== null) {
        await record({
          type: 'WithdrawRun',
          taskId,
          runId: run.runId,
          issuedAt: instantAt(clock.now()),
        })
        return
      }
      const reply = await transport.call({
        runId: run.runId,
        attempt: run.attempt,
        taskId,
        target: run.definition.recall,
        body: recallBody(run.definition.dataJson, run.runId),
        scheduledFor: run.scheduledFor,
        timeoutMs: run.definition.policy.timeoutMs,
        followRedirects: run.definition.policy.followRedirects,
        queuedMs: clock.now() - job.queuedAt,
        cancellation,
      })
      // The callee is done; the slot need not wait for the log.
      release()
      pump()
      // Whatever ended the run is its end already; what we broke off the callee did not say.
      if (cancellation.cancelled && reply.result.type === 'failed') return
      await record({
        type: 'RecordAttempt',
        taskId,
        runId: run.runId,
        attempt: run.attempt,
        issuedAt: instantAt(clock.now()),
        result: reply.result,
        report: reply.report,
        chance: deps.chance(),
      })
    } finally {
      release()
    }
  }

  // What the log says by now: the run may have ended, or its task may have been paused.
  const runOf = ({ run }: Job, state: TaskState | null): OpenRun | null =>
    state?.runs.get(run.runId) ?? null

  /** Null: nobody can tell now. The run is let go, and attended to once its task can be read. */
  const read = async (taskId: TaskId): Promise<TaskState | null> => {
    const folded = await commands.load(taskId)()
    return E.isLeft(folded) ? null : folded.right.state
  }

  const record = async (command: TaskCommand & { readonly runId: RunId }): Promise<void> => {
    const context: CommandContext = { source: 'recall', correlationId: command.runId }
    for (;;) {
      const handled = await commands.handle(command, context)()
      if (E.isRight(handled)) return
      const details = { run: command.runId, task: command.taskId, fault: handled.left }
      if (draining || !isWorthRepeating(handled.left))
        return log.error(
          details,
          'an outcome could not be recorded; the next start continues the run',
        )
      // Let go of, the run would be called again although its callee has answered.
      log.warn(details, 'an outcome could not be recorded yet; trying again')
      await sleep(clock, recordAgainMs)
    }
  }

  return {
    inHand: (runId) => hands.has(runId),
    calling: (runId) => called.has(runId),
    dispatch: (taskId, run) => {
      if (hands.has(run.runId)) return
      const { definition, scheduledFor, triggeredAt, cause } = run
      const job: Job = {
        taskId,
        run,
        queuedAt: clock.now(),
        host: hostOf(definition.recall),
        task: limitsOf(taskId, run),
        catchUp: cause === 'catch-up' || cause === 'backfill',
        priority: definition.priority,
        at: scheduledFor ?? triggeredAt,
      }
      hands.set(run.runId, job)
      queue.push(job)
      pump()
    },
    breakOff: (runId) => called.get(runId)?.cancellation.cancel(),
    forgetQueued: (isOurs) => {
      for (const [runId, { taskId }] of hands)
        if (!called.has(runId) && !isOurs(taskId)) hands.delete(runId)
    },
    underWay: () =>
      [...called].map(([runId, { job }]) => ({ runId, stream: streamOfTask(job.taskId) })),
    load: () => ({ queued: queue.size, calling }),
    drain: async (graceMs) => {
      draining = true
      disarm()
      if (calling > 0)
        await Promise.race([
          new Promise<void>((resolve) => (whenIdle = resolve)),
          sleep(clock, graceMs),
        ])
      return { unfinished: hands.size }
    },
  }
}

/** The log is as it was, and may be written in a moment. */
const isWorthRepeating = (fault: TaskRejection | Fault): boolean =>
  fault.type === 'RevisionConflict' ||
  (fault.type === 'StoreUnavailable' && fault.retryable && fault.outcome === 'nothing-written')

/**
 * A task's own limits hold for its runs in this process. Only first calls count against its rate: a
 * retry has a time of its own, and a run taken over from another process is first called here.
 */
const limitsOf = (taskId: TaskId, { definition, retriesUsed }: OpenRun): Job['task'] => {
  const { concurrencyMax, ratePerSecond } = definition.policy
  if (concurrencyMax === null && ratePerSecond === null) return null
  const perSecond = retriesUsed === 0 ? ratePerSecond : null
  return { name: streamOfTask(taskId), concurrencyMax, perSecond }
}

const hosts = new WeakMap<object, string>()

/** `host:port` of a target: what the per-host limit counts by. */
const hostOf = (target: OpenRun['definition']['recall']): string => {
  const known = hosts.get(target)
  if (known !== undefined) return known
  const host =
    target.type === 'socket'
      ? `${target.host}:${target.port}`
      : URL.canParse(target.url)
        ? new URL(target.url).host
        : target.url
  hosts.set(target, host)
  return host
}
