// End an open run because a person says so; what its callee still answers is kept as late.
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const cancelRun = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId; readonly runId: RunId },
  context: CommandContext,
) => deps.commands.handle({ type: 'CancelRun', issuedAt: deps.now(), ...input }, context)
