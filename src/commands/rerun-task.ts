// Run a task again because of an earlier run, with the definition it has now. The events name the
// earlier run as their cause.
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const rerunTask = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId; readonly earlier: RunId },
  context: CommandContext,
) =>
  deps.commands.handle(
    {
      type: 'RerunTask',
      taskId: input.taskId,
      issuedAt: deps.now(),
      runId: deps.newRunId(),
      context: deps.planningContext(),
    },
    { ...context, causationId: input.earlier },
  )
