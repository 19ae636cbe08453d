// A task's state at an earlier place of its stream: folded from the log itself. The place is found by
// halving, and folding reads back to the newest carried-forward books before it, so that the cost
// does not grow with the stream.
import * as E from 'fp-ts/lib/Either.js'
import { loadStream } from '../../../commands/load.ts'
import type { Folded } from '../../../commands/state-cache.ts'
import { taskCodec, taskStream } from '../../../commands/tasks.ts'
import { instantAt } from '../../../domain/instant.ts'
import { taskDecider } from '../../../domain/task/decider.ts'
import type { TaskId } from '../../../domain/task/ids.ts'
import type { TaskState } from '../../../domain/task/state.ts'
import { Revision, type EventStore, type RecordedEvent } from '../../../event-store/event-store.ts'
import type { Refusal } from '../../refusals.ts'

type Stores = { readonly store: EventStore }

/**
 * The state once the event at a revision had been folded; null: the newest. Read from the log: a state
 * that is kept for commands may be an older one, which costs those a conflict and a question its truth.
 */
export const stateAt = (
  { store }: Stores,
  taskId: TaskId,
  revision: Revision | null,
): Promise<E.Either<Refusal, Folded<TaskState>>> =>
  loadStream(store, taskDecider, taskCodec, taskStream(taskId), revision)

/** The newest revision that `holds`; null: the stream had none then. `known` is one that does, if any. */
export const revisionAt = async (
  { store }: Stores,
  taskId: TaskId,
  holds: (recorded: RecordedEvent) => boolean,
  known: number | null = null,
): Promise<E.Either<Refusal, Revision | null>> => {
  const one = (direction: 'forwards' | 'backwards', from?: Revision) =>
    eventOf(store, taskId, direction, from)
  const newest = await one('backwards')
  if (E.isLeft(newest)) return newest
  if (newest.right === null || holds(newest.right)) return E.right(newest.right?.revision ?? null)
  const oldest = await one('forwards', known === null ? undefined : revisionFrom(known))
  if (E.isLeft(oldest)) return oldest
  if (oldest.right === null) return E.right(null)
  const { revision, recordedAtMs } = oldest.right
  if (revision !== known && !holds(oldest.right))
    return revision === 0
      ? E.right(null)
      : E.left({ type: 'MomentForgotten', horizon: instantAt(recordedAtMs) })
  let [low, high]: [number, number] = [revision, newest.right.revision]
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await one('forwards', revisionFrom(middle))
    if (E.isLeft(found)) return found
    if (found.right !== null && holds(found.right)) low = middle
    else high = middle
  }
  return E.right(revisionFrom(low))
}

/** Null: the stream has none. */
export const oldestEvent = (
  { store }: Stores,
  taskId: TaskId,
): Promise<E.Either<Refusal, RecordedEvent | null>> => eventOf(store, taskId, 'forwards', undefined)

const eventOf = async (
  store: EventStore,
  taskId: TaskId,
  direction: 'forwards' | 'backwards',
  from: Revision | undefined,
): Promise<E.Either<Refusal, RecordedEvent | null>> => {
  const options = { direction, limit: 1, ...(from === undefined ? {} : { from }) }
  const read = await store.readStream(taskStream(taskId), options)()
  return E.isLeft(read)
    ? E.left({ ...read.left, outcome: 'nothing-written' })
    : E.right(read.right[0] ?? null)
}

const revisionFrom = (n: number): Revision => {
  const revision = Revision.decode(n)
  if (E.isLeft(revision)) throw new Error(`not a revision: ${n}`)
  return revision.right
}
