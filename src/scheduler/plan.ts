// What one task asks for at one moment. Pure: the folded state and the time in, steps out. Whether a
// step is still right is decided again by the command it leads to, at the revision it is appended.
import type { Instant } from '../domain/instant.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { OpenRun, TaskState } from '../domain/task/state.ts'
import { transitionAt } from './agenda/due.ts'

export type Step =
  | { readonly type: 'DecideOccurrences' }
  | { readonly type: 'ResumeTask' }
  | { readonly type: 'ExpireRun'; readonly runId: RunId }
  | { readonly type: 'WithdrawRun'; readonly runId: RunId }
  | { readonly type: 'TakeOverRun'; readonly runId: RunId }
  | { readonly type: 'Dispatch'; readonly run: OpenRun }

export interface PlanContext {
  readonly now: Instant
  /** Runs that began before this were begun by an earlier process. */
  readonly startedAt: Instant
  /** Whether this process is already calling the run, or has it in its queue. */
  readonly inHand: (runId: RunId) => boolean
  /** Whether its call is under way: a run that only waits for its turn can still be withdrawn. */
  readonly calling: (runId: RunId) => boolean
  /** Whether its attempt is known to have been begun by this process, whatever the clock said. */
  readonly isOurs: (run: OpenRun) => boolean
}

export const plan = (taskId: TaskId, state: TaskState, context: PlanContext): readonly Step[] => {
  const steps: Step[] = []
  const due = transitionAt(taskId, state)
  if (due !== null && due <= context.now)
    steps.push({ type: state.status === 'Paused' ? 'ResumeTask' : 'DecideOccurrences' })
  for (const run of state.runs.values()) {
    const busy = run.withdraw === null ? context.inHand(run.runId) : context.calling(run.runId)
    const step = busy ? null : stepOfRun(run, state, context)
    if (step !== null) steps.push(step)
  }
  return steps
}

const stepOfRun = (run: OpenRun, state: TaskState, context: PlanContext): Step | null => {
  const { runId, phase, phaseAt } = run
  if (run.withdraw !== null) return { type: 'WithdrawRun', runId }
  const waits = run.waitsFor !== null && state.runs.has(run.waitsFor)
  switch (phase) {
    case 'accepted':
      return phaseAt <= context.now ? { type: 'ExpireRun', runId } : null
    case 'waiting':
      return phaseAt <= context.now ? { type: 'Dispatch', run } : null
    case 'calling':
      if (waits) return null
      return phaseAt < context.startedAt && !context.isOurs(run)
        ? { type: 'TakeOverRun', runId }
        : { type: 'Dispatch', run }
  }
}
