// For callers who say which revision of a task they have seen: their command is decided on the task as
// it was changed up to there, or refused, however many of them ask at once.
import type { Revision } from '../event-store/event-store.ts'
import type { UseCaseDeps } from './use-case.ts'

export const expecting = (deps: UseCaseDeps, revision: Revision | null): UseCaseDeps => {
  if (revision === null) return deps
  const { commands } = deps
  return {
    ...deps,
    commands: {
      ...commands,
      handle: (command, context, _, once) => commands.handle(command, context, revision, once),
    },
  }
}
