// A task's raw history, oldest first, straight from the event store: what the read models are made
// of, and the last word when they and somebody's memory differ. As fresh as the log itself.
import * as E from 'fp-ts/lib/Either.js'
import { taskStream } from '../../commands/tasks.ts'
import { instantAt, isoOf } from '../../domain/instant.ts'
import type { RecordedEvent } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { question, taskIdOf } from './question.ts'
import { integerBetween, revision } from './query.ts'

export const listEvents = (deps: ApiDeps) =>
  question(deps, { limit: integerBetween(1, 1_000, 100), cursor: revision }, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const { limit, cursor } = asked.query
    const read = await deps.store.readStream(taskStream(taskId.right), {
      direction: 'forwards',
      limit: limit + 1,
      ...(cursor === null ? {} : { from: cursor }),
    })()
    if (E.isLeft(read)) return E.left({ ...read.left, outcome: 'nothing-written' } as const)
    if (read.right.length === 0 && cursor === null)
      return E.left({ type: 'TaskNotFound', taskId: taskId.right } as const)
    const next = read.right[limit]
    return E.right({
      events: read.right.slice(0, limit).map(eventJson),
      beginsAt: beginningOf(read.right[0], cursor ?? 0),
      next: next === undefined ? null : String(next.revision),
    })
  })

/** Where the answer begins, when what was asked for is no longer kept; null: it is whole. */
const beginningOf = (first: RecordedEvent | undefined, asked: number) =>
  first === undefined || first.revision <= asked
    ? null
    : { revision: first.revision, recordedAt: isoOf(instantAt(first.recordedAtMs)) }

const eventJson = ({ type, revision, position, recordedAtMs, data, metadata }: RecordedEvent) => ({
  type,
  revision,
  position,
  recordedAt: isoOf(instantAt(recordedAtMs)),
  data,
  metadata,
})
