// Tasks as of a past moment: the list from the read models' record of every change, one task also
// with the runs that were open, folded from its stream. Counts and last runs of that time are not
// kept and stand there as null.
import * as E from 'fp-ts/lib/Either.js'
import { nextFire } from '../../../domain/agenda/rule.ts'
import { ruleOf as planningRule } from '../../../domain/agenda/standing.ts'
import { Instant } from '../../../domain/instant.ts'
import { TaskDefinition } from '../../../domain/task/definition.ts'
import type { KeyPart, TaskId } from '../../../domain/task/ids.ts'
import type { OpenRun } from '../../../domain/task/state.ts'
import type { TaskAt } from '../../../projections/plans/tasks-at.ts'
import { ruleOf, targetOf } from '../../../projections/tasks/table.ts'
import type { PageRequest, TasksFilter } from '../../../projections/views.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal } from '../../refusals.ts'
import { changeRevisionOf } from '../preconditions.ts'
import { ruleWords } from '../rule-words.ts'
import { pastOf, type AsOf } from './moment.ts'
import { revisionAt, stateAt } from './stream-at.ts'

export const tasksAsOf = async (
  deps: ApiDeps,
  filter: TasksFilter & { readonly tenant: KeyPart },
  page: PageRequest,
  asOf: AsOf,
): Promise<E.Either<Refusal, object>> => {
  const past = await pastOf(deps, filter.tenant, asOf)
  if (E.isLeft(past)) return past
  const { moment, at, json } = past.right
  if (moment === null) return E.right({ tasks: [], next: null, ...json })
  const listed = await deps.queries.tasksAt(filter, moment.through, page)()
  if (E.isLeft(listed)) return listed
  const { items, next } = listed.right
  return E.right({ tasks: items.map((task) => summaryAt(task, at)), next, ...json })
}

export const taskAsOf = async (
  deps: ApiDeps,
  taskId: TaskId,
  asOf: AsOf,
): Promise<E.Either<Refusal, object>> => {
  const { tenant, group, job } = taskId
  const past = await pastOf(deps, tenant, asOf)
  if (E.isLeft(past)) return past
  const { moment, at, json, holds } = past.right
  const statuses = ['Active', 'Paused', 'Completed', 'Deleted'] as const
  const listed =
    moment === null
      ? null
      : await deps.queries.tasksAt({ tenant, group, job, statuses }, moment.through, onlyOne)()
  if (listed !== null && E.isLeft(listed)) return listed
  const task = listed?.right.items[0]
  if (task === undefined) return E.left({ type: 'TaskNotFound', taskId })
  const revision = await revisionAt(deps, taskId, holds, task.revision)
  if (E.isLeft(revision)) return revision
  if (revision.right === null) return E.left({ type: 'TaskNotFound', taskId })
  const folded = await stateAt(deps, taskId, revision.right)
  if (E.isLeft(folded)) return folded
  return E.right({
    ...summaryAt(task, at),
    revision: revision.right,
    changeRevision: changeRevisionOf(folded.right.state, revision.right),
    definition: TaskDefinition.encode(task.definition),
    openRuns: [...folded.right.state.runs.values()].map(openRunJson),
    ...json,
  })
}

const onlyOne = { limit: 1, cursor: null }

const iso = (at: Instant | null): string | null => (at === null ? null : Instant.encode(at))

/** Field by field: an object put together with `...rest` costs ten times as much. */
const summaryAt = (task: TaskAt, at: Instant) => {
  const { taskId, definition, startAt, repeatCount, status, pausedUntil } = task
  const { schedule, name, description, priority } = definition
  const rule = planningRule({ taskId, status, pausedUntil, schedule, startAt, repeatCount }, null)
  const isActive = status === 'Active'
  const [scheduleKind, scheduleRule] = [schedule.type, ruleOf(definition)]
  return {
    tenant: taskId.tenant,
    group: taskId.group,
    job: taskId.job,
    status,
    statusSince: iso(task.statusSince),
    statusBy: task.statusBy,
    statusReason: task.statusReason,
    pausedUntil: iso(pausedUntil),
    addedAt: iso(task.addedAt),
    addedBy: task.addedBy,
    addedReason: task.addedReason,
    changedAt: iso(task.changedAt),
    changedBy: task.changedBy,
    changedReason: task.changedReason,
    revision: task.revision,
    changeRevision: task.changeRevision,
    scheduleKind,
    scheduleRule,
    zone: schedule.zone,
    name,
    description,
    priority,
    target: targetOf(definition),
    ruleWords: ruleWords({ scheduleKind, scheduleRule }),
    nextFireAt: rule === null || !isActive ? null : iso(nextFire(rule, at, Infinity).at),
    counts: null,
    lastRun: null,
  }
}

const openRunJson = (run: OpenRun) => ({
  runId: run.runId,
  cause: run.cause,
  scheduledFor: iso(run.scheduledFor),
  triggeredAt: iso(run.triggeredAt),
  attempt: run.attempt,
  phase: run.phase,
})
