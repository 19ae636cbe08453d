// An event straight from the log as the list of activity would show it: for those who watch it happen.
import { instantAt } from '../../domain/instant.ts'
import { runIdOf } from '../runs/project.ts'
import type { Entry } from '../entry.ts'
import type { TaskActivityView } from '../views.ts'
import { factsOf } from './project.ts'

export const activityView = ({ recorded, taskId, event, envelope }: Entry): TaskActivityView => ({
  position: recorded.position,
  revision: recorded.revision,
  at: instantAt(Math.floor(recorded.recordedAtMs)),
  tenant: taskId.tenant,
  taskId,
  type: event.type,
  runId: runIdOf(event),
  ...envelope,
  detail: factsOf(event) ?? {},
})
