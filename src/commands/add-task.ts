// Register a task, or overwrite it when asked to.
import type { TaskDefinition } from '../domain/task/definition.ts'
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const addTask = (
  deps: UseCaseDeps,
  input: {
    readonly taskId: TaskId
    readonly definition: TaskDefinition
    readonly replace: boolean
  },
  context: CommandContext,
) => deps.commands.handle({ type: 'AddTask', issuedAt: deps.now(), ...input }, context)
