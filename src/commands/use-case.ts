// What every use case needs: the door, a clock, and ids.
import type { Instant } from '../domain/instant.ts'
import type { RunId } from '../domain/task/ids.ts'
import type { PlanningContext } from '../domain/task/commands.ts'
import type { TaskCommands } from './tasks.ts'

export interface UseCaseDeps {
  readonly commands: TaskCommands
  readonly now: () => Instant
  readonly newRunId: () => RunId
  /** Calendars and tz version as they are at this moment. */
  readonly planningContext: () => PlanningContext
}
