// As much of a task's stream as a question about a stretch of time needs, however long the stream is:
// from the carried-forward books before the stretch to the event that decided its end, and on until
// the runs it fired have ended. The place is found by halving, by what each decision had settled.
import * as E from 'fp-ts/lib/Either.js'
import { historyOf, type TaskHistory } from '../../domain/history/history.ts'
import type { HistoryEntry } from '../../domain/history/entry.ts'
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { TaskState } from '../../domain/task/state.ts'
import type { ApiDeps } from '../deps.ts'
import type { Refusal } from '../refusals.ts'
import { streamOf, type Revision, type TaskStream } from './task-stream.ts'

export interface Stretch {
  readonly since: Instant
  readonly through: Instant
  /** When so many instants are decided, the rest may wait for the next page. */
  readonly enough: number
}

export interface ReadHistory {
  readonly history: TaskHistory
  /** What is told holds up to here; before the end asked for when there was enough already. */
  readonly through: Instant
  /** The task as it stands, when all up to its newest event was read; null: not all was. */
  readonly newest: Newest | null
}

export interface Newest {
  readonly state: TaskState
  readonly revision: number | null
}

const pageSize = 250
/** Books of a paused or deleted task are looked behind only so far: why it is so may stand there. */
const behindMax = 5_000
/** So many events behind the stretch are read for the ends of its runs. */
const endsMax = 1_000
/** A decision may be explained by what stands right behind it in the same append. */
const transitionEvents = 10

export const readHistory = async (
  { store }: Pick<ApiDeps, 'store'>,
  taskId: TaskId,
  stretch: Stretch,
): Promise<E.Either<Refusal, ReadHistory>> => {
  const stream = streamOf(store, taskId)
  const newest = await backToBooks(stream, null, stretch.since, pageSize)
  if (E.isLeft(newest)) return newest
  if (newest.right.entries.length === 0) return E.left({ type: 'TaskNotFound', taskId })
  const { entries, reached } = newest.right
  if (reached) return E.map(withNewest(entries))(told(entries, stretch.since, stretch.through))
  const from = await stream.settledBefore(stretch.since)
  if (E.isLeft(from)) return from
  return readForward(stream, from.right, stretch)
}

interface Behind {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[]
  /** Nothing before them is needed: they begin with books or with the stream itself. */
  readonly reached: boolean
}

const backToBooks = async (
  stream: TaskStream,
  head: Revision | null,
  since: Instant,
  most: number,
): Promise<E.Either<Refusal, Behind>> => {
  const newestFirst: HistoryEntry[] = []
  for (let from = head; newestFirst.length < most;) {
    const page = await stream.read('backwards', pageSize, from)
    if (E.isLeft(page)) return page
    for (const entry of page.right.entries) {
      newestFirst.push(entry)
      if (tellsAllAfter(entry, since)) return E.right(behind(newestFirst, true))
    }
    if (page.right.next === null) return E.right(behind(newestFirst, true))
    from = page.right.next
  }
  return E.right(behind(newestFirst, false))
}

const behind = (newestFirst: readonly HistoryEntry[], reached: boolean): Behind => ({
  entries: [...newestFirst].reverse(),
  reached,
})

/** Books of an active task tell all that is needed after them; a pause is told by its own event. */
const tellsAllAfter = ({ event }: HistoryEntry, since: Instant): boolean =>
  event.type === 'TaskCarriedForward' &&
  event.status === 'Active' &&
  event.trigger.decidedThrough < since

const readForward = async (
  stream: TaskStream,
  before: Revision | null,
  { since, through, enough }: Stretch,
): Promise<E.Either<Refusal, ReadHistory>> => {
  const past: E.Either<Refusal, Behind> =
    before === null
      ? E.right({ entries: [], reached: true })
      : await backToBooks(stream, before, since, behindMax)
  if (E.isLeft(past)) return past
  const entries = [...fromBooks(past.right)]
  const open = new Set<string>()
  let decided = 0
  let settled: Instant | null = null
  let afterwards = 0
  for (let from: Revision | null = stream.after(before); from !== null;) {
    const page = await stream.read('forwards', pageSize, from)
    if (E.isLeft(page)) return page
    from = page.right.next
    for (const entry of page.right.entries) {
      entries.push(entry)
      noteRuns(open, entry, settled === null)
      if (settled !== null) {
        afterwards += 1
        continue
      }
      decided += verdictsOf(entry, since)
      if ('trigger' in entry.event && entry.event.trigger.decidedThrough >= through)
        settled = through
    }
    // The newest decision may go on on the next page: up to the one before it, all is told.
    if (settled === null && decided > enough && from !== null) settled = settledBy(entries, since)
    if (afterwards >= transitionEvents && (open.size === 0 || afterwards > endsMax)) break
  }
  return told(entries, since, settled ?? through)
}

/** What begins in the middle of a stream, and not with books from before, cannot tell what was. */
const told = (
  entries: readonly HistoryEntry[],
  since: Instant,
  through: Instant,
): E.Either<Refusal, ReadHistory> => {
  const first = entries[0]
  const isForgotten = first !== undefined && first.ref.revision > 0 && !isBooksBefore(first, since)
  return isForgotten
    ? E.left({ type: 'MomentForgotten', horizon: horizonOf(entries) })
    : E.right({ history: historyOf(entries), through, newest: null })
}

const withNewest =
  (entries: readonly HistoryEntry[]) =>
  (read: ReadHistory): ReadHistory => ({
    ...read,
    newest: { state: read.history.state, revision: entries.at(-1)?.ref.revision ?? null },
  })

const isBooksBefore = ({ event }: HistoryEntry, since: Instant): boolean =>
  event.type === 'TaskCarriedForward' && event.trigger.decidedThrough < since

/** From here on books tell everything. */
const horizonOf = (entries: readonly HistoryEntry[]): Instant => {
  for (const { event } of entries)
    if (event.type === 'TaskCarriedForward') return instantAt(event.trigger.decidedThrough + 1)
  return instantAt(Number.MAX_SAFE_INTEGER)
}

/** Without books that tell all, those of a task that is not active are the best there is. */
const fromBooks = ({ entries, reached }: Behind): readonly HistoryEntry[] => {
  if (reached) return entries
  const books = entries.findLastIndex(({ event }) => event.type === 'TaskCarriedForward')
  return entries.slice(Math.max(0, books))
}

/** The newest instant before the newest decision; null: none lies within the stretch yet. */
const settledBy = (entries: readonly HistoryEntry[], since: Instant): Instant | null => {
  let newest: Instant | null = null
  for (const { event } of [...entries].reverse()) {
    if (!('trigger' in event)) continue
    const { decidedThrough } = event.trigger
    newest ??= decidedThrough
    if (decidedThrough < newest) return decidedThrough >= since ? decidedThrough : null
  }
  return null
}

const verdictsOf = ({ event }: HistoryEntry, since: Instant): number => {
  if (event.type === 'OccurrencesSkipped') return event.last >= since ? 1 : 0
  return event.type === 'TaskTriggered' && (event.scheduledFor ?? since) >= since ? 1 : 0
}

const noteRuns = (open: Set<string>, { event }: HistoryEntry, isWithin: boolean): void => {
  switch (event.type) {
    case 'TaskTriggered':
      if (isWithin) open.add(event.runId)
      return
    case 'RecallFailed':
      if (event.terminal) open.delete(event.runId)
      return
    case 'RecallSucceeded':
    case 'RecallTimedOut':
    case 'RunCancelled':
      open.delete(event.runId)
      return
    case 'RecallAccepted':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'TaskAdded':
    case 'TaskReplaced':
    case 'TaskPaused':
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
    case 'OccurrencesSkipped':
    case 'TaskCarriedForward':
  }
}
