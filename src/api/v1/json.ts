// The read models' views as they leave the process: keys flat, instants as ISO-8601 in UTC.
import { Instant } from '../../domain/instant.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type {
  ActivityView,
  GroupView,
  RunView,
  TaskSummary,
  TaskView,
} from '../../projections/views.ts'
import { ruleWords } from './rule-words.ts'

export const iso = (instant: Instant | null): string | null =>
  instant === null ? null : Instant.encode(instant)

export const summaryJson = ({ taskId, lastRun, ...task }: TaskSummary) => ({
  ...taskId,
  ...task,
  ruleWords: ruleWords(task),
  statusSince: Instant.encode(task.statusSince),
  pausedUntil: iso(task.pausedUntil),
  nextFireAt: iso(task.nextFireAt),
  failingSince: iso(task.failingSince),
  addedAt: Instant.encode(task.addedAt),
  changedAt: Instant.encode(task.changedAt),
  lastRun:
    lastRun === null
      ? null
      : {
          ...lastRun,
          triggeredAt: Instant.encode(lastRun.triggeredAt),
          finishedAt: Instant.encode(lastRun.finishedAt),
        },
})

export const taskJson = ({ definition, ...summary }: TaskView) => ({
  ...summaryJson(summary),
  definition: TaskDefinition.encode(definition),
})

export const groupJson = (group: GroupView) => ({
  ...group,
  tasks: group.active + group.paused + group.completed,
})

export const runJson = ({ taskId, ...run }: RunView) => ({
  ...taskId,
  ...run,
  scheduledFor: iso(run.scheduledFor),
  triggeredAt: Instant.encode(run.triggeredAt),
  startedAt: iso(run.startedAt),
  finishedAt: iso(run.finishedAt),
  retryAt: iso(run.retryAt),
  deadlineAt: iso(run.deadlineAt),
})

export const activityJson = ({ taskId, at, ...entry }: ActivityView) => ({
  ...taskId,
  at: Instant.encode(at),
  ...entry,
})
