// Whose run is this? The read models say; because they may be a moment behind the log, an unknown run
// is looked up again once they have come as far as the log was when it was asked for.
import * as E from 'fp-ts/lib/Either.js'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { StoreUnavailable } from '../event-store/event-store.ts'
import type { ApiDeps } from './deps.ts'
import type { Refusal } from './refusals.ts'

export const ownerOfRun = async (
  { queries, store, readModels, settings }: ApiDeps,
  runId: RunId,
): Promise<E.Either<Refusal, TaskId>> => {
  const first = await queries.taskOfRun(runId)()
  if (E.isLeft(first)) return first
  if (first.right.item !== null) return E.right(first.right.item)
  const head = await store.head()()
  if (E.isLeft(head)) return E.left(nothingWritten(head.left))
  const caughtUp = head.right === null || (await readModels.waitFor(head.right, settings.waitMs))
  if (!caughtUp) return E.left({ type: 'NotVisibleYet', waitedMs: settings.waitMs })
  const second = await queries.taskOfRun(runId)()
  if (E.isLeft(second)) return second
  const { item } = second.right
  return item === null ? E.left({ type: 'RunUnknown', runId }) : E.right(item)
}

export const nothingWritten = (fault: StoreUnavailable) =>
  ({ ...fault, outcome: 'nothing-written' }) as const
