// Follows the log from the checkpoint until the signal aborts, page by page; the next page is decoded
// while the one before is written. While nothing happens it makes sure, once a second, that this is
// because there is nothing, so that answers can say how fresh they are. Rejects at the first failure;
// whoever called starts again, with nothing remembered.
import * as E from 'fp-ts/lib/Either.js'
import type { EventStore, LogPage, Position } from '../event-store/event-store.ts'
import { sleep, type Clock } from '../runtime/clock.ts'
import { applyBatch, type Batch } from './apply-batch.ts'
import { readCheckpoint } from './checkpoint.ts'
import type { ReadDatabase } from './database.ts'
import {
  decodePage,
  followedPrefixes as prefixes,
  type Entry,
  type UndecodableEvent,
} from './entry.ts'
import { emptyMemory, trim, type Memory, type MemoryLimits } from './memory.ts'

export interface Following {
  readonly store: EventStore
  readonly clock: Clock
  readonly schema: string
  /** Events in a batch, at most. */
  readonly batchMax: number
  readonly memory: MemoryLimits
  /** How long after they were recorded events may wait, milliseconds; 0: somebody waits for them. */
  readonly patienceMs: () => number
  /** For a second at most, while nothing comes; somebody who waits ends it sooner. */
  readonly idle: (signal: AbortSignal) => Promise<void>
  /** After every commit, and once at the beginning. */
  readonly committed: (position: Position | null, atHead: boolean) => void
}

/** The log holds an event that this version cannot read. */
export class UndecodableEventError extends Error {
  readonly fault: UndecodableEvent

  constructor(fault: UndecodableEvent) {
    super(
      `cannot read event ${String(fault.revision)} of ${fault.stream}: ${fault.problems.join('; ')}`,
    )
    this.fault = fault
  }
}

const giveWayMs = 25

export const followLog = async (
  following: Following,
  db: ReadDatabase,
  stopped: AbortSignal,
): Promise<void> => {
  const { store, clock, committed } = following
  const memory = emptyMemory(await readCheckpoint(db, following.schema))
  committed(memory.checkpoint.position, false)
  const over = new AbortController()
  const signal = AbortSignal.any([stopped, over.signal])
  const writer = createWriter(following, db, memory, () => over.abort())
  const reassuring = reassure(following, memory, writer, signal)
  const subscription = store.subscribe({
    after: memory.checkpoint.position,
    prefixes,
    limit: following.batchMax,
    signal,
  })
  for await (const page of subscription) {
    const arrivedAt = clock.monotonicNow()
    const { entries, tests, fault } = decodePage(page, memory.tasks)
    const through =
      fault === null
        ? page.through
        : (page.events[entries.length + tests.length - 1]?.position ?? null)
    const ageMs = ageOf(clock, page, arrivedAt)
    await writer.idle()
    await giveWay(following, page, signal)
    writer.write({ entries, tests, through, ageMs }, page.atHead && fault === null)
    if (fault !== null) writer.fail(new UndecodableEventError(fault))
  }
  over.abort()
  await reassuring
  await writer.idle()
  const failure = writer.failure()
  if (failure !== null) throw failure
}

/**
 * A burst of fires goes first, so that what it costs to show them does not make them late. Only while
 * the page is young: a process that is always busy still keeps its read models up.
 */
const giveWay = async (
  { clock, patienceMs }: Following,
  page: LogPage,
  signal: AbortSignal,
): Promise<void> => {
  const newest = page.events.at(-1)
  if (newest === undefined) return
  const mayWait = (): boolean => {
    const patience = patienceMs()
    return patience > 0 && clock.now() - newest.recordedAtMs < patience
  }
  while (mayWait() && !signal.aborted) await sleep(clock, giveWayMs, signal)
}

/** A page at the head is as old as its reading; another, as its last event. */
const ageOf = (clock: Clock, page: LogPage, arrivedAt: number) => (): number | null => {
  if (page.atHead) return clock.monotonicNow() - arrivedAt
  const last = page.events.at(-1)
  return last === undefined ? null : clock.now() - last.recordedAtMs
}

interface Writer {
  /** Takes its turn after everything written before. */
  readonly write: (batch: Batch, atHead: boolean) => void
  /** Takes its turn as well; nothing is written after it. */
  readonly fail: (error: Error) => void
  readonly idle: () => Promise<void>
  readonly failure: () => Error | null
}

const createWriter = (
  { store, schema, memory: limits, committed }: Following,
  db: ReadDatabase,
  memory: Memory,
  onFailure: () => void,
): Writer => {
  let failure: Error | null = null
  let writing = Promise.resolve()

  const inTurn = (work: () => Promise<void>): void => {
    writing = writing
      .then(() => (failure === null ? work() : undefined))
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error))
        onFailure()
      })
  }

  // A store may show a page again; what has been applied is behind the checkpoint.
  const isBehind = (position: Position | null): boolean => {
    const { position: reached } = memory.checkpoint
    if (reached === null) return false
    return position === null || store.comparePositions(position, reached) <= 0
  }

  const write = async (batch: Batch, atHead: boolean): Promise<void> => {
    const isNew = ({ recorded }: Pick<Entry, 'recorded'>) => !isBehind(recorded.position)
    const entries = batch.entries.filter(isNew)
    const tests = batch.tests.filter(isNew)
    const through = isBehind(batch.through) ? memory.checkpoint.position : batch.through
    await applyBatch(db, schema, memory, { ...batch, entries, tests, through })
    trim(memory, limits)
    committed(through, atHead)
  }

  return {
    write: (batch, atHead) => inTurn(() => write(batch, atHead)),
    fail: (error) => inTurn(() => Promise.reject(error)),
    idle: () => writing,
    failure: () => failure,
  }
}

const reassure = async (
  { store, clock, idle }: Following,
  memory: Memory,
  writer: Writer,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    const { position: after, events } = memory.checkpoint
    const hasMoved = (): boolean =>
      memory.checkpoint.position !== after || memory.checkpoint.events !== events
    await idle(signal)
    if (isAborted(signal)) return
    if (hasMoved()) continue
    const readAt = clock.monotonicNow()
    const page = await store.readAll({ after, prefixes, limit: 1 })()
    if (E.isLeft(page) || !page.right.atHead || page.right.events.length > 0) continue
    await writer.idle()
    // Between this look and its writing, pages may have come and been applied.
    if (hasMoved() || isAborted(signal)) continue
    const ageMs = () => clock.monotonicNow() - readAt
    writer.write({ entries: [], tests: [], through: page.right.through, ageMs }, true)
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
