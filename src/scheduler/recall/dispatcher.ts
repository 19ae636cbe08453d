// Makes the calls: takes runs from the queue as slots become free, looks at the newest state once
// more before the first byte, calls, and records what came of it. A run is in hand from the moment
// it is queued until its outcome is in the log.
import * as E from 'fp-ts/lib/Either.js'
import type { CommandContext } from '../../commands/command-handler.ts'
import type { TaskCommands } from '../../commands/tasks.ts'
import { instantAt } from '../../domain/instant.ts'
import type { TaskCommand } from '../../domain/task/commands.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import type { OpenRun, TaskState } from '../../domain/task/state.ts'
import { sleep } from '../../runtime/clock.ts'
import type { SchedulerClock, SchedulerLog } from '../ports.ts'
import { createDispatchQueue, type Queued } from './dispatch-queue.ts'
import { recallBody } from './transports/body.ts'
import type { RecallTransport } from './transports/transport.ts'

interface Job extends Queued {
  readonly taskId: TaskId
  readonly run: OpenRun
  readonly queuedAt: number
}

export interface Dispatcher {
  readonly inHand: (runId: RunId) => boolean
  readonly dispatch: (taskId: TaskId, run: OpenRun) => void
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
  readonly log: SchedulerLog
  /** Calls at the same time, in all and per host. */
  readonly callsMax: number
  readonly callsPerHostMax: number
  /** In [0, 1). */
  readonly chance: () => number
  /** False once another process may be making these calls. */
  readonly inOffice: () => boolean
  /** Called whenever a run left our hands. */
  readonly onReleased: (taskId: TaskId) => void
}

export const createDispatcher = (deps: DispatcherDeps): Dispatcher => {
  const { clock, commands, log, transport } = deps
  const queue = createDispatchQueue<Job>(deps.callsPerHostMax)
  const hands = new Set<RunId>()
  let calling = 0
  let draining = false
  let whenIdle: (() => void) | null = null

  const pump = () => {
    while (!draining && calling < deps.callsMax) {
      const job = queue.take()
      if (job === null) return
      calling += 1
      void attempt(job).finally(() => {
        calling -= 1
        hands.delete(job.run.runId)
        deps.onReleased(job.taskId)
        if (calling === 0) whenIdle?.()
        pump()
      })
    }
  }

  const attempt = async (job: Job): Promise<void> => {
    const { taskId } = job
    let slotTaken = true
    const releaseSlot = () => {
      if (slotTaken) queue.release(job.host)
      slotTaken = false
    }
    try {
      const run = newest(job)
      if (run === null || !deps.inOffice()) return
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
      })
      // The callee is done; the slot need not wait for the log.
      releaseSlot()
      pump()
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
      releaseSlot()
    }
  }

  // What the log says by now: the run may have ended, or its task may have been paused.
  const newest = (job: Job): OpenRun | null => {
    const state = deps.peek(job.taskId)
    return state === undefined ? job.run : (state.runs.get(job.run.runId) ?? null)
  }

  const record = async (command: TaskCommand & { readonly runId: RunId }): Promise<void> => {
    const context: CommandContext = { source: 'recall', correlationId: command.runId }
    const handled = await commands.handle(command, context)()
    if (E.isLeft(handled))
      log.error(
        { run: command.runId, task: command.taskId, fault: handled.left },
        'an outcome could not be recorded; the next start continues the run',
      )
  }

  return {
    inHand: (runId) => hands.has(runId),
    dispatch: (taskId, run) => {
      if (hands.has(run.runId)) return
      hands.add(run.runId)
      const { definition, scheduledFor, triggeredAt, cause } = run
      queue.push({
        taskId,
        run,
        queuedAt: clock.now(),
        host: hostOf(definition.recall),
        catchUp: cause === 'catch-up' || cause === 'backfill',
        priority: definition.priority,
        at: scheduledFor ?? triggeredAt,
      })
      pump()
    },
    load: () => ({ queued: queue.size, calling }),
    drain: async (graceMs) => {
      draining = true
      if (calling > 0)
        await Promise.race([
          new Promise<void>((resolve) => (whenIdle = resolve)),
          sleep(clock, graceMs),
        ])
      return { unfinished: hands.size }
    },
  }
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
