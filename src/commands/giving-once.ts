// For those who may give a command a second time without knowing it: whatever was written for it is
// found instead (see once.ts).
import type { Once } from './once.ts'
import type { UseCaseDeps } from './use-case.ts'

export const givingOnce = (deps: UseCaseDeps, once: Once): UseCaseDeps => ({
  ...deps,
  commands: {
    ...deps.commands,
    handle: (command, context, expected) => deps.commands.handle(command, context, expected, once),
  },
})
