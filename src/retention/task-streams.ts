// A task's stream, shortened behind books: the newest of the old events is met here, and either books
// are among them, behind which all may go, or younger ones exist and will be met, or books are written
// now. Books keep what is behind them while a run they carry is open, because its own events are there.
import * as E from 'fp-ts/lib/Either.js'
import type { TaskCommands } from '../commands/tasks.ts'
import type { Instant } from '../domain/instant.ts'
import { taskOfStream, taskStreamPrefix, type TaskId } from '../domain/task/ids.ts'
import { decodeTaskEvent } from '../domain/task/stored.ts'
import { revisionOf } from '../event-store/checked.ts'
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts'
import type { Trouble } from './trouble.ts'

export interface TaskStreamDeps {
  readonly store: Pick<EventStore, 'readStream' | 'truncate'>
  readonly commands: TaskCommands
  readonly now: () => Instant
  readonly newCorrelationId: () => string
  /** Between two truncations of one stream. */
  readonly breathe: () => Promise<void>
  /** Events that one truncation takes at most. */
  readonly truncatedMax?: number
}

export const isTaskStream = (stream: string): boolean => stream.startsWith(taskStreamPrefix)

interface Done {
  readonly streams: number
  readonly books: number
}

export const forgetBehindBooks = async (
  deps: TaskStreamDeps,
  old: readonly RecordedEvent[],
  signal: AbortSignal,
): Promise<Done | Trouble> => {
  const newest = old.at(-1)
  const taskId = newest === undefined ? null : taskOfStream(newest.stream)
  if (newest === undefined || taskId === null || E.isLeft(taskId)) return { streams: 0, books: 0 }
  const loaded = await deps.commands.load(taskId.right)()
  if (E.isLeft(loaded)) return { reason: reasonOf(loaded.left) }
  const { state, revision: head } = loaded.right
  const books = old.findLast(({ type }) => type === 'TaskCarriedForward')
  const isFree = books !== undefined && runsIn(books).every((runId) => !state.runs.has(runId))
  if (isFree) {
    const failed = await truncateTo(deps, books, signal)
    if (failed !== null) return failed
  }
  // What came after the newest books has to be carried before it can go.
  const newestBooks = (head ?? -1) - state.uncarried
  const needsBooks = newest.revision > newestBooks && state.uncarried > 0
  if (needsBooks) {
    const written = await writeBooks(deps, taskId.right)
    if (written !== null) return written
  }
  return { streams: isFree ? 1 : 0, books: needsBooks ? 1 : 0 }
}

const runsIn = (books: RecordedEvent) => {
  const event = decodeTaskEvent(books)
  if (E.isLeft(event)) throw new Error(`books cannot be read: ${event.left.join('; ')}`)
  return event.right.type === 'TaskCarriedForward' ? event.right.runs.map(({ runId }) => runId) : []
}

const truncateTo = async (
  { store, breathe, truncatedMax = 5_000 }: TaskStreamDeps,
  { stream, revision }: RecordedEvent,
  signal: AbortSignal,
): Promise<Trouble | null> => {
  const oldest = await store.readStream(stream, { direction: 'forwards', limit: 1 })()
  if (E.isLeft(oldest)) return oldest.left
  let reached = oldest.right[0]?.revision ?? revision
  while (reached < revision) {
    if (signal.aborted) return { reason: 'the process stops' }
    reached = revisionOf(Math.min(revision, reached + truncatedMax))
    const truncated = await store.truncate(stream, reached)()
    if (E.isLeft(truncated)) return truncated.left
    await breathe()
  }
  return null
}

const writeBooks = async (deps: TaskStreamDeps, taskId: TaskId): Promise<Trouble | null> => {
  const { commands, now, newCorrelationId } = deps
  const written = await commands.handle(
    { type: 'CarryForward', taskId, issuedAt: now() },
    { source: 'scheduler', correlationId: newCorrelationId() },
  )()
  return E.isLeft(written) ? { reason: reasonOf(written.left) } : null
}

const reasonOf = (refused: { readonly type: string; readonly reason?: string }): string =>
  refused.reason ?? refused.type
