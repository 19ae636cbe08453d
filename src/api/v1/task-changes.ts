// Changing a task: the commands of the `.do` calls in the manner of REST. Every change may carry a
// `reason`, and `If-Match` with the revision its caller has seen.
import * as E from 'fp-ts/lib/Either.js'
import { addTask } from '../../commands/add-task.ts'
import type { CommandContext } from '../../commands/command-handler.ts'
import { deleteTask } from '../../commands/delete-task.ts'
import { expecting } from '../../commands/expecting.ts'
import { pauseTask } from '../../commands/pause-task.ts'
import { resumeTask } from '../../commands/resume-task.ts'
import type { TaskHandled } from '../../commands/tasks.ts'
import { triggerTask } from '../../commands/trigger-task.ts'
import type { UseCaseDeps } from '../../commands/use-case.ts'
import type { Instant } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { Revision } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type Refusal, type RequestRefusal } from '../refusals.ts'
import { problem, readJsonDocument, readOptionalJsonObject } from './json-body.ts'
import { question, taskIdOf, type Asked } from './question.ts'
import { decodeQuery, instant, text, type Fields } from './query.ts'
import { decodeTaskBody } from './task-body.ts'

const reasonField = { reason: text(500) }
const pauseFields = { ...reasonField, until: instant }

/** `PUT /api/v1/tasks/{group}/{job}`: adds the task (201) or replaces it (200). */
export const putTask = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const change = changeOf(deps, asked, asked.query.reason)
    if (E.isLeft(change)) return change
    const body = await readJsonDocument(deps, asked.request)
    if (E.isLeft(body)) return body
    const definition = decodeTaskBody(deps, body.right)
    if (E.isLeft(definition)) return definition
    const { useCases, taskId, context } = change.right
    const input = { taskId, definition: definition.right, replace: true }
    return E.map(changed(taskId))(await addTask(useCases, input, context)())
  })

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
  question(deps, mayEnd ? pauseFields : { ...pauseFields, until: notHere }, async (asked) => {
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
  absent: null,
}

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
  const fields = { ...reasonField, ...(mayEnd ? { until: instant } : { until: notHere }) }
  const said = decodeQuery(parameters, fields)
  if (E.isLeft(said)) return said
  const reason = said.right.reason ?? asked.query.reason
  const until = said.right.until ?? asked.query.until
  if (until !== null && until <= deps.useCases.now())
    return E.left(invalid([problem('until', 'expected an instant to come.', '应为将来的时刻。')]))
  return E.right({ reason, until })
}

interface Change {
  readonly useCases: UseCaseDeps
  readonly taskId: TaskId
  readonly context: CommandContext
}

const changeOf = (
  deps: ApiDeps,
  asked: Asked<Fields>,
  reason: string | null,
): E.Either<RequestRefusal, Change> => {
  const taskId = taskIdOf(asked)
  if (E.isLeft(taskId)) return taskId
  const seen = seenRevision(asked)
  if (E.isLeft(seen)) return seen
  return E.right({
    useCases: expecting(deps.useCases, seen.right),
    taskId: taskId.right,
    context: {
      source: 'api',
      correlationId: deps.ids.eventId(),
      ...(reason === null ? {} : { reason }),
    },
  })
}

const seenRevision = ({ request }: Asked<Fields>): E.Either<RequestRefusal, Revision | null> => {
  const given = request.headers['if-match']
  if (given === undefined) return E.right(null)
  const digits = /^"?(\d{1,15})"?$/.exec(given.trim())?.[1]
  const revision = Revision.decode(digits === undefined ? null : Number(digits))
  return E.isRight(revision)
    ? revision
    : E.left(
        invalid([
          problem('If-Match', 'expected one ETag, such as "7".', '应为单个 ETag，例如 "7"。'),
        ]),
      )
}

const changed =
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
      position,
    }
  }
