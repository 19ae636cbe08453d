// What an application of files consists of, and the order it is done in: calendars before the tasks
// that name them, removals last. What one step is refused does not stop the others.
import { exitCodes, Refusal, type ExitCode } from '../command.ts'
import { inBatches } from './batches.ts'
import type { Difference } from './differences.ts'
import { nameOf, type Document } from './documents.ts'
import { enact, type Enacting } from './enact.ts'
import type { Surplus } from './prune.ts'
import type { Rehearsed } from './rehearse.ts'

export interface Step {
  readonly what: Rehearsed | Surplus
  readonly kind: Document['kind']
  readonly name: string
  readonly action: 'add' | 'change' | 'none' | 'remove'
  readonly differences: readonly Difference[]
  /** Why it could not be done, once it was tried. */
  problem: string | null
}

export const stepOf = (what: Rehearsed): Step => {
  const { document, pausing, action } = what
  const paused = pausing?.difference ?? null
  return {
    what,
    kind: document.kind,
    name: nameOf(document),
    action: action === 'none' && pausing !== null ? 'change' : action,
    differences: paused === null ? what.differences : [...what.differences, paused],
    problem: null,
  }
}

export const removalOf = (what: Surplus): Step => ({
  what,
  kind: what.kind,
  name: what.name,
  action: 'remove',
  differences: [],
  problem: null,
})

/** Sets the problems of what is refused; answers the exit code of the last one. */
export const carryOut = async (steps: readonly Step[], enacting: Enacting): Promise<ExitCode> => {
  let exitCode: ExitCode = exitCodes.ok
  const carry = async (step: Step): Promise<void> => {
    const { what } = step
    try {
      await ('remove' in what ? what.remove(enacting.reason) : enact(enacting, what))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      step.problem = error.message
      exitCode = error.exitCode
    }
  }
  for (const due of inOrder(steps)) await inBatches(due, carry)
  return exitCode
}

const inOrder = (steps: readonly Step[]): readonly (readonly Step[])[] => {
  const defining = (kind: Step['kind']) =>
    steps.filter(
      (step) => step.kind === kind && (step.action === 'add' || step.action === 'change'),
    )
  const removing = (kind: Step['kind']) =>
    steps.filter((step) => step.kind === kind && step.action === 'remove')
  return [defining('calendar'), defining('task'), removing('task'), removing('calendar')]
}
