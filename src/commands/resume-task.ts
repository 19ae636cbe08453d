// Fire a paused task again; what the pause swallowed follows the misfire policy.
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const resumeTask = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId },
  context: CommandContext,
) =>
  deps.commands.handle(
    {
      type: 'ResumeTask',
      issuedAt: deps.now(),
      runId: deps.newRunId(),
      context: deps.planningContext(),
      ...input,
    },
    context,
  )
