// The versions of a task: which there were, what differs between two of them, and going back to one.
// Going back is an ordinary change: a new event with the old definition, its actor and its reason.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { addTask } from '../../../commands/add-task.ts'
import { differences } from '../../../domain/history/diff.ts'
import { Instant, instantAt } from '../../../domain/instant.ts'
import { TaskDefinition } from '../../../domain/task/definition.ts'
import type { TaskId } from '../../../domain/task/ids.ts'
import { Revision } from '../../../event-store/event-store.ts'
import type { ApiDeps } from '../../deps.ts'
import { described } from '../../described.ts'
import type { Refusal } from '../../refusals.ts'
import { decodeFields, readJsonObject } from '../json-body.ts'
import { asOf, question, taskIdOf } from '../question.ts'
import { needed, page, pageOf, revision } from '../query.ts'
import { Reason } from '../reason.ts'
import { changed, changeOf } from '../task-changes.ts'
import { oldestEvent, stateAt } from './stream-at.ts'

/** `GET …/versions`, newest first. */
export const listVersions = (deps: ApiDeps) =>
  question(deps, page, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const listed = await deps.queries.versions(taskId.right, pageOf(asked.query))()
    if (E.isLeft(listed)) return listed
    const { items, next, freshness } = listed.right
    if (items.length === 0 && asked.query.cursor === null)
      return E.left({ type: 'TaskNotFound', taskId: taskId.right })
    const versions = items.map(({ at, definition, ...version }) => ({
      ...version,
      at: Instant.encode(at),
      definition: TaskDefinition.encode(definition),
    }))
    return E.right({ versions, next, ...asOf(freshness) })
  })

/** `GET …/versions/diff?from=&to=`: of the definitions that held at two revisions; `to` left out: now. */
export const diffVersions = (deps: ApiDeps) =>
  question(deps, { from: needed(revision, fromMissing), to: revision }, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const { from, to } = asked.query
    const before = await definitionAt(deps, taskId.right, from)
    if (E.isLeft(before)) return before
    const after = await definitionAt(deps, taskId.right, to)
    if (E.isLeft(after)) return after
    const changes = differences(before.right, after.right)
    return E.right({ from, to, changes })
  })

const fromMissing = { en: 'from which revision? It is missing.', zh: '缺少起始流版本。' }

export const RevertBody = described(
  t.intersection([t.type({ revision: Revision }), t.partial({ reason: Reason })]),
  { name: 'RevertBody', closed: true, example: { revision: 0, reason: 'the change was wrong' } },
)

/** `POST …/revert`, with `{"revision", "reason"?}`: replaces the task, or adds a deleted one again. */
export const revertTask = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const body = await readJsonObject(deps, asked.request)
    if (E.isLeft(body)) return body
    const decoded = decodeFields(RevertBody, body.right, '')
    if (E.isLeft(decoded)) return decoded
    const change = changeOf(deps, asked, decoded.right.reason ?? null)
    if (E.isLeft(change)) return change
    const { useCases, taskId, context } = change.right
    const definition = await definitionAt(deps, taskId, decoded.right.revision)
    if (E.isLeft(definition)) return definition
    const input = { taskId, definition: definition.right, replace: true }
    return E.map(changed(taskId))(await addTask(useCases, input, context)())
  })

/** Why a revision that there was is no longer there; null: it is. */
const forgottenBefore = async (
  deps: ApiDeps,
  taskId: TaskId,
  at: Revision,
): Promise<Refusal | null> => {
  const oldest = await oldestEvent(deps, taskId)
  if (E.isLeft(oldest)) return oldest.left
  return oldest.right === null || oldest.right.revision <= at
    ? null
    : { type: 'MomentForgotten', horizon: instantAt(oldest.right.recordedAtMs) }
}

/** The definition that held once the event at a revision had happened; null: the newest. */
const definitionAt = async (
  deps: ApiDeps,
  taskId: TaskId,
  at: Revision | null,
): Promise<E.Either<Refusal, TaskDefinition>> => {
  const newest = await stateAt(deps, taskId, null)
  if (E.isLeft(newest)) return newest
  const head = newest.right.revision
  if (head === null) return E.left({ type: 'TaskNotFound', taskId })
  const found = at === null ? newest : await stateAt(deps, taskId, at)
  if (E.isLeft(found)) return found
  const { state } = found.right
  const isBeyond = at !== null && found.right.revision !== at
  if (isBeyond && at < head) {
    const forgotten = await forgottenBefore(deps, taskId, at)
    if (forgotten !== null) return E.left(forgotten)
  }
  return isBeyond || state.status === 'Absent'
    ? E.left({ type: 'RevisionUnknown', taskId, revision: at ?? head })
    : E.right(state.definition)
}
