// A task's stream as far back as a question reaches: newest first to the carried-forward books from
// which everything later can be told, then handed to the domain oldest first.
import * as E from 'fp-ts/lib/Either.js'
import { undecodable } from '../../commands/load.ts'
import { taskCodec, taskStream } from '../../commands/tasks.ts'
import type { HistoryEntry } from '../../domain/history/entry.ts'
import { historyOf, type TaskHistory } from '../../domain/history/history.ts'
import type { Instant } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { EventMetadata } from '../../event-store/envelope.ts'
import {
  revisionBefore,
  type RecordedEvent,
  type Revision,
  type StoreUnavailable,
} from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type Refusal } from '../refusals.ts'

const pageSize = 500
/** One question reads no more of a stream than this. */
const eventsMax = 50_000

export const readHistory = async (
  { store }: Pick<ApiDeps, 'store'>,
  taskId: TaskId,
  since: Instant,
): Promise<E.Either<Refusal, TaskHistory>> => {
  const newestFirst: HistoryEntry[] = []
  for (let from: Revision | null = null; ;) {
    const page: E.Either<StoreUnavailable, readonly RecordedEvent[]> = await store.readStream(
      taskStream(taskId),
      { direction: 'backwards', limit: pageSize, ...(from === null ? {} : { from }) },
    )()
    if (E.isLeft(page)) return E.left({ ...page.left, outcome: 'nothing-written' })
    for (const recorded of page.right) {
      const entry = entryOf(recorded)
      if (E.isLeft(entry)) return entry
      newestFirst.push(entry.right)
      if (reaches(entry.right, since)) return E.right(historyOf(newestFirst.reverse()))
    }
    const oldest = page.right.at(-1)
    from = oldest === undefined ? null : revisionBefore(oldest.revision)
    if (from === null || page.right.length < pageSize) break
    if (newestFirst.length >= eventsMax) return E.left(tooLongAgo)
  }
  return newestFirst.length === 0
    ? E.left({ type: 'TaskNotFound', taskId })
    : E.right(historyOf(newestFirst.reverse()))
}

/** Books of an active task tell all that is needed after them; a pause is told by its own event. */
const reaches = ({ event }: HistoryEntry, since: Instant): boolean =>
  event.type === 'TaskCarriedForward' &&
  event.status === 'Active' &&
  event.trigger.decidedThrough < since

const tooLongAgo = invalid([
  {
    field: 'from',
    message: {
      en: `too long ago: more than ${eventsMax} events of this task lie between.`,
      zh: `过于久远：其间该任务的事件超过 ${eventsMax} 条。`,
    },
  },
])

const entryOf = (recorded: RecordedEvent): E.Either<Refusal, HistoryEntry> => {
  const event = taskCodec.decode(recorded)
  if (E.isLeft(event)) return E.left(undecodable(recorded, event.left))
  const { stream, revision, position, type } = recorded
  const metadata = EventMetadata.decode(recorded.metadata)
  const { actor = null, reason = null, source = null } = E.isRight(metadata) ? metadata.right : {}
  const ref = { stream, revision, position, type }
  return E.right({ event: event.right, ref, actor, reason, source })
}
