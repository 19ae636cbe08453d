// Fire instants of the past again, or call off those of them that have not begun.
import type { BackfillOccurrence } from '../domain/task/commands.ts'
import type { TaskId } from '../domain/task/ids.ts'
import type { CommandContext } from './command-handler.ts'
import type { UseCaseDeps } from './use-case.ts'

export const backfillTask = (
  deps: UseCaseDeps,
  input: {
    readonly taskId: TaskId
    readonly occurrences: readonly BackfillOccurrence[]
    readonly startEveryMs: number
  },
  context: CommandContext,
) =>
  deps.commands.handle(
    {
      type: 'BackfillTask',
      issuedAt: deps.now(),
      runId: deps.newRunId(),
      context: deps.planningContext(),
      ...input,
    },
    context,
  )

export const cancelBackfill = (
  deps: UseCaseDeps,
  input: { readonly taskId: TaskId },
  context: CommandContext,
) => deps.commands.handle({ type: 'CancelBackfill', issuedAt: deps.now(), ...input }, context)
