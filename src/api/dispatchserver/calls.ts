// What each call does with its parameters. The answers' `resultValue`: a run's id for `trigger.do`,
// a remark where a report came late, nothing otherwise.
import * as E from 'fp-ts/lib/Either.js'
import { addTask } from '../../commands/add-task.ts'
import type { CommandContext } from '../../commands/command-handler.ts'
import { deleteTask } from '../../commands/delete-task.ts'
import { pauseTask } from '../../commands/pause-task.ts'
import { resumeTask } from '../../commands/resume-task.ts'
import type { TaskHandled } from '../../commands/tasks.ts'
import { triggerTask } from '../../commands/trigger-task.ts'
import type { KeyPart, TaskId } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type Refusal } from '../refusals.ts'
import type { Done } from './done.ts'
import type { Call } from './paths.ts'
import { reportRun } from './report-run.ts'
import { decodeAdd } from './request/add.ts'
import { decodeKey, decodeReport } from './request/key.ts'
import type { Parameters } from './request/parameters.ts'

export interface Caller {
  readonly tenant: KeyPart
  readonly context: CommandContext
}

type Handling = (
  deps: ApiDeps,
  parameters: Parameters,
  caller: Caller,
) => Promise<E.Either<Refusal, Done>>

const add: Handling = async (deps, parameters, { tenant, context }) => {
  const { useCases, taskDefaults } = deps
  const decoded = decodeAdd(parameters, { ...taskDefaults, receivedAt: useCases.now() })
  if (E.isLeft(decoded)) return E.left(invalid(decoded.left))
  const { group, job, definition, replace } = decoded.right
  const input = { taskId: { tenant, group, job }, definition, replace }
  return E.map(done)(await addTask(useCases, input, context)())
}

const pause: Handling = ofTask((deps, taskId, context) =>
  pauseTask(deps.useCases, { taskId, until: null }, context)(),
)
const resume: Handling = ofTask((deps, taskId, context) =>
  resumeTask(deps.useCases, { taskId }, context)(),
)
const remove: Handling = ofTask((deps, taskId, context) =>
  deleteTask(deps.useCases, { taskId }, context)(),
)
const trigger: Handling = ofTask((deps, taskId, context) =>
  triggerTask(deps.useCases, { taskId }, context)(),
)

const report: Handling = async (deps, parameters, { tenant, context }) => {
  const decoded = decodeReport(parameters)
  if (E.isLeft(decoded)) return E.left(invalid(decoded.left))
  return reportRun(deps, tenant, decoded.right, context)
}

export const calls: Readonly<Record<Call, Handling>> = {
  add,
  pause,
  resume,
  delete: remove,
  trigger,
  report,
}

function ofTask(
  command: (
    deps: ApiDeps,
    taskId: TaskId,
    context: CommandContext,
  ) => Promise<E.Either<Refusal, TaskHandled>>,
): Handling {
  return async (deps, parameters, { tenant, context }) => {
    const key = decodeKey(parameters)
    if (E.isLeft(key)) return E.left(invalid(key.left))
    const { group, job, reason } = key.right
    const explained = reason === null ? context : { ...context, reason }
    return E.map(done)(await command(deps, { tenant, group, job }, explained))
  }
}

const done = ({ position, events }: TaskHandled): Done => {
  const run = events.find((event) => event.type === 'TaskTriggered' && event.cause === 'manual')
  return { position, resultValue: run !== undefined && 'runId' in run ? run.runId : null }
}
