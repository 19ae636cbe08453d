// Stop firing a task, until somebody (or the scheduler, at `until`) resumes it.
import type { Instant } from '../domain/instant.ts'
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const pauseTask = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId; readonly until: Instant | null },
  context: CommandContext,
) => deps.commands.handle({ type: 'PauseTask', issuedAt: deps.now(), ...input }, context)
