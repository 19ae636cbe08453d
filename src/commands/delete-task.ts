// Remove a task; its history stays in its stream.
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const deleteTask = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId },
  context: CommandContext,
) => deps.commands.handle({ type: 'DeleteTask', issuedAt: deps.now(), ...input }, context)
