// For callers who cannot wait for ever: answers "unknown" after a while, and lets the command go on.
// Nothing is cut off: an append whose outcome is unknown is still repeated until it is answered.
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from './faults.ts'
import type { TaskCommands } from './tasks.ts'

export const impatient = (
  commands: TaskCommands,
  deps: {
    readonly answerWithinMs: number
    /** Calls back once after a delay; answers how to call it off. */
    readonly setTimer: (delayMs: number, callback: () => void) => () => void
    /** Why the store does not answer, where that is known. */
    readonly problem: () => string | null
  },
): TaskCommands => {
  const within = <L, A>(work: Promise<E.Either<L, A>>): Promise<E.Either<L | Fault, A>> => {
    let cancel = (): void => undefined
    const limit = new Promise<E.Either<Fault, never>>((resolve) => {
      cancel = deps.setTimer(deps.answerWithinMs, () => {
        const problem = deps.problem()
        const because = problem === null ? '' : `: ${problem}`
        const reason = `no answer from the event store within ${deps.answerWithinMs} ms${because}`
        resolve(E.left({ type: 'StoreUnavailable', reason, outcome: 'unknown', retryable: true }))
      })
    })
    return Promise.race([work, limit]).finally(cancel)
  }
  return {
    handle: (command, context, expected, once) => () =>
      within(commands.handle(command, context, expected, once)()),
    load: (taskId) => () => within(commands.load(taskId)()),
  }
}
