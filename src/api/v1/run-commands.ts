// What a person may ask of one run: that it ends, or that its task runs again because of it.
import * as E from 'fp-ts/lib/Either.js'
import { cancelRun } from '../../commands/cancel-run.ts'
import { rerunTask } from '../../commands/rerun-task.ts'
import type { TaskHandled } from '../../commands/tasks.ts'
import type { RunId, TaskId } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { ownerOfRun } from '../owner-of-run.ts'
import { invalid, type Refusal } from '../refusals.ts'
import { contextOf } from './context.ts'
import { question, type Asked } from './question.ts'
import { readRunId, type Fields } from './query.ts'
import { reasonField } from './reason.ts'

/** `POST /api/v1/runs/{id}/cancel`. A call under way is broken off. */
export const cancel = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const run = await runOf(deps, asked)
    if (E.isLeft(run)) return run
    const context = contextOf(deps, asked.request, asked.query.reason)
    const handled = await cancelRun(deps.useCases, run.right, context)()
    return E.map((done: TaskHandled) => ({ runId: run.right.runId, ...written(done) }))(handled)
  })

/** `POST /api/v1/runs/{id}/rerun`. The answer names the new run. */
export const rerun = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const run = await runOf(deps, asked)
    if (E.isLeft(run)) return run
    const { taskId, runId: earlier } = run.right
    const context = contextOf(deps, asked.request, asked.query.reason)
    const handled = await rerunTask(deps.useCases, { taskId, earlier }, context)()
    return E.map((done: TaskHandled) => ({ runId: startedBy(done), ...written(done) }))(handled)
  })

const runOf = async (
  deps: ApiDeps,
  { path, tenant }: Asked<Fields>,
): Promise<E.Either<Refusal, { readonly taskId: TaskId; readonly runId: RunId }>> => {
  const runId = readRunId(path['runId'] ?? '')
  if (E.isLeft(runId)) return E.left(invalid([{ field: 'runId', message: runId.left }]))
  const owner = await ownerOfRun(deps, runId.right)
  if (E.isLeft(owner)) return owner
  return owner.right.tenant === tenant
    ? E.right({ taskId: owner.right, runId: runId.right })
    : E.left({ type: 'RunUnknown', runId: runId.right })
}

const startedBy = ({ events }: TaskHandled): RunId | null =>
  events.find((event) => event.type === 'TaskTriggered')?.runId ?? null

const written = ({ revision, position }: TaskHandled) => ({ revision, position })
