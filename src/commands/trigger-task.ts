// Run a task once, now, whatever its schedule says; also while it is paused.
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const triggerTask = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId },
  context: CommandContext,
) =>
  deps.commands.handle(
    {
      type: 'TriggerTask',
      issuedAt: deps.now(),
      runId: deps.newRunId(),
      context: deps.planningContext(),
      ...input,
    },
    context,
  )
