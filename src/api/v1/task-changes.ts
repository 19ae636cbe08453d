// Changing a task: the commands of the `.do` calls in the manner of REST. Every change may carry a
// `reason`, and `If-Match` with the revision its caller has seen.
import * as E from 'fp-ts/lib/Either.js'
import { addTask } from '../../commands/add-task.ts'
import type { CommandContext } from '../../commands/command-handler.ts'
import { deleteTask } from '../../commands/delete-task.ts'
import { expecting } from '../../commands/expecting.ts'
import { loadStream } from '../../commands/load.ts'
import { pauseTask } from '../../commands/pause-task.ts'
import { resumeTask } from '../../commands/resume-task.ts'
import type { Folded } from '../../commands/state-cache.ts'
import { taskCodec, taskStream, type TaskHandled } from '../../commands/tasks.ts'
import { triggerTask } from '../../commands/trigger-task.ts'
import type { UseCaseDeps } from '../../commands/use-case.ts'
import type { Instant } from '../../domain/instant.ts'
import { taskDecider } from '../../domain/task/decider.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { TaskState } from '../../domain/task/state.ts'
import type { Revision } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type Refusal, type RequestRefusal } from '../refusals.ts'
import { bodyOf } from './body-of-fields.ts'
import { contextOf } from './context.ts'
import { mergePatch } from './merge-patch.ts'
import {
  problem,
  type JsonDocument,
  readJsonDocument,
  readOptionalJsonObject,
} from './json-body.ts'
import { changeRevisionOf, expectsNothing, seenRevision } from './preconditions.ts'
import { question, taskIdOf, type Asked } from './question.ts'
import { decodeQuery, flag, instant, saying, type Fields } from './query.ts'
import { reasonField } from './reason.ts'
import { rehearseTask } from './rehearsal.ts'
import { decodeTaskBody } from './task-body.ts'

const pauseFields = {
  ...reasonField,
  until: saying(instant, 'When the scheduler resumes the task; left out: never by itself.'),
}
export const PauseBody = bodyOf('PauseBody', pauseFields, {
  example: { reason: 'the callee is being moved', until: '2030-01-01T06:00:00Z' },
})

/**
 * `PUT /api/v1/tasks/{group}/{job}`: adds the task (201) or replaces it (200), or only says what it
 * would store (`dryRun=true`). With `If-None-Match: *` a task that is there is left alone.
 */
export const putTask = (deps: ApiDeps) =>
  question(deps, { ...reasonField, dryRun: flag }, async (asked) => {
    const change = changeOf(deps, asked, asked.query.reason)
    if (E.isLeft(change)) return change
    const body = await readJsonDocument(deps, asked.request)
    if (E.isLeft(body)) return body
    const definition = decodeTaskBody(deps, body.right)
    if (E.isLeft(definition)) return definition
    const { useCases, taskId, context } = change.right
    const input = { taskId, definition: definition.right, replace: !expectsNothing(asked) }
    if (asked.query.dryRun) return rehearseTask(deps, input)
    return E.map(changed(taskId))(await addTask(useCases, input, context)())
  })

const patchesMax = 20

/**
 * `PATCH /api/v1/tasks/{group}/{job}`: a merge patch of the definition. What is removed takes the
 * service's default; `data` is replaced as a whole. Made on what it was merged with: another change in
 * between is merged with in its turn, unless `If-Match` says otherwise.
 */
export const patchTask = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const change = changeOf(deps, asked, asked.query.reason)
    if (E.isLeft(change)) return change
    const body = await readJsonDocument(deps, asked.request)
    if (E.isLeft(body)) return body
    const { taskId, context } = change.right
    for (let tries = 1; ; tries += 1) {
      const loaded = await newestSeen(deps, taskId, change.right.seen)
      if (E.isLeft(loaded)) return loaded
      const { state, revision } = loaded.right
      if (state.status === 'Absent' || state.status === 'Deleted')
        return E.left({ type: 'TaskNotFound', taskId })
      const definition = decodeTaskBody(deps, patched(state.definition, body.right))
      if (E.isLeft(definition)) return definition
      const useCases = expecting(deps.useCases, change.right.seen ?? revision)
      const input = { taskId, definition: definition.right, replace: true }
      const handled = await addTask(useCases, input, context)()
      const isOvertaken = E.isLeft(handled) && handled.left.type === 'RevisionUnexpected'
      if (!isOvertaken || change.right.seen !== null || tries === patchesMax)
        return E.map(changed(taskId))(handled)
    }
  })

/** What is merged with must not be older than what the caller has seen. */
const newestSeen = async (
  { useCases, store }: ApiDeps,
  taskId: TaskId,
  seen: Revision | null,
): Promise<E.Either<Refusal, Folded<TaskState>>> => {
  const loaded = await useCases.commands.load(taskId)()
  if (E.isLeft(loaded) || seen === null || (loaded.right.revision ?? -1) >= seen) return loaded
  return loadStream(store, taskDecider, taskCodec, taskStream(taskId))
}

const patched = (definition: TaskDefinition, { fields, text }: JsonDocument): JsonDocument => {
  const { data, ...patch } = fields
  const merged = mergePatch(TaskDefinition.encode(definition), patch)
  if (data === undefined) return { fields: merged, text }
  const others = Object.entries(merged).filter(([name]) => name !== 'dataJson')
  return { fields: { ...Object.fromEntries(others), data }, text }
}

/** `DELETE /api/v1/tasks/{group}/{job}?reason=`. */
export const removeTask = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const change = changeOf(deps, asked, asked.query.reason)
    if (E.isLeft(change)) return change
    const { useCases, taskId, context } = change.right
    return E.map(changed(taskId))(await deleteTask(useCases, { taskId }, context)())
  })

type Act = (
  useCases: UseCaseDeps,
  input: { readonly taskId: TaskId; readonly until: Instant | null },
  context: CommandContext,
) => Promise<E.Either<Refusal, TaskHandled>>

/** `POST …/pause`, with `{"reason"?, "until"?}`: the scheduler resumes the task at that instant. */
export const pause = (deps: ApiDeps) =>
  act(deps, true, (useCases, input, context) => pauseTask(useCases, input, context)())

/** `POST …/resume`, with `{"reason"?}`. */
export const resume = (deps: ApiDeps) =>
  act(deps, false, (useCases, { taskId }, context) => resumeTask(useCases, { taskId }, context)())

/** `POST …/trigger`, with `{"reason"?}`: runs the task once, now. The answer names the run. */
export const trigger = (deps: ApiDeps) =>
  act(deps, false, (useCases, { taskId }, context) => triggerTask(useCases, { taskId }, context)())

const act = (deps: ApiDeps, mayEnd: boolean, perform: Act) =>
  question(deps, mayEnd ? pauseFields : noEndFields, async (asked) => {
    const said = await sayingsOf(deps, asked, mayEnd)
    if (E.isLeft(said)) return said
    const { reason, until } = said.right
    const change = changeOf(deps, asked, reason)
    if (E.isLeft(change)) return change
    const { useCases, taskId, context } = change.right
    return E.map(changed(taskId))(await perform(useCases, { taskId, until }, context))
  })

const notHere: typeof instant = {
  read: () => E.left({ en: 'only a pause has an end.', zh: '只有暂停可以设置结束时间。' }),
  absent: E.right(null),
  schema: {},
}

const noEndFields = { ...pauseFields, until: notHere }

/** From the body or from the query string, by the same rules. */
const sayingsOf = async (
  deps: ApiDeps,
  asked: Asked<typeof pauseFields>,
  mayEnd: boolean,
): Promise<
  E.Either<Refusal, { readonly reason: string | null; readonly until: Instant | null }>
> => {
  const body = await readOptionalJsonObject(deps, asked.request)
  if (E.isLeft(body)) return body
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(body.right))
    if (value !== null)
      parameters.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  const said = decodeQuery(parameters, mayEnd ? pauseFields : noEndFields)
  if (E.isLeft(said)) return said
  const reason = said.right.reason ?? asked.query.reason
  const until = said.right.until ?? asked.query.until
  if (until !== null && until <= deps.useCases.now())
    return E.left(invalid([problem('until', 'expected an instant to come.', '应为将来的时刻。')]))
  return E.right({ reason, until })
}

export interface Change {
  /** The revision the caller named; null: none. */
  readonly seen: Revision | null
  readonly useCases: UseCaseDeps
  readonly taskId: TaskId
  readonly context: CommandContext
}

export const changeOf = (
  deps: ApiDeps,
  asked: Asked<Fields>,
  reason: string | null,
): E.Either<RequestRefusal, Change> => {
  const taskId = taskIdOf(asked)
  if (E.isLeft(taskId)) return taskId
  const seen = seenRevision(asked)
  if (E.isLeft(seen)) return seen
  return E.right({
    seen: seen.right,
    useCases: expecting(deps.useCases, seen.right),
    taskId: taskId.right,
    context: contextOf(deps, asked.request, reason),
  })
}

export const changed =
  ({ group, job }: TaskId) =>
  ({ state, revision, position, events }: TaskHandled) => {
    const run = events.find((event) => event.type === 'TaskTriggered' && event.cause === 'manual')
    return {
      group,
      job,
      status: state.status,
      created: events.some((event) => event.type === 'TaskAdded'),
      runId: run !== undefined && 'runId' in run ? run.runId : null,
      revision,
      changeRevision: changeRevisionOf(state, revision),
      position,
    }
  }
