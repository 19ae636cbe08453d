// Forgets what the log has kept long enough. One walk over the log from its beginning: an event is met
// once, when it has become older than it has to be kept, and what is met of a task's stream is forgotten
// as soon as carried-forward books are met, which tell all that was before them. Where a stream has no
// younger books they are written first, and met later: so no event is kept more than twice as long, and
// what a state is folded from never is missing.
//
// Nothing is forgotten that one of the log's followers has not read, nor books and what is after them
// while a run that was open then still is. In bounded pieces, by one process at a time; any other
// goes on where it stood.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../domain/instant.ts'
import type { EventStore, LogPage, Position, RecordedEvent } from '../event-store/event-store.ts'
import { sleep, type Clock } from '../runtime/clock.ts'
import type { LogLines } from '../runtime/log.ts'
import { forgetEnded } from './ended-streams.ts'
import type { LogHorizon, RetentionRecords } from './records.ts'
import { forgetBehindBooks, isTaskStream, type TaskStreamDeps } from './task-streams.ts'
import { isTrouble, type Trouble } from './trouble.ts'

export interface LogKeeperDeps extends Omit<TaskStreamDeps, 'store'> {
  readonly store: EventStore
  readonly records: RetentionRecords
  readonly clock: Clock
  readonly log: Pick<LogLines, 'info' | 'warn'>
  /** Events are kept at least so long. */
  readonly keptMs: number
  /** Events that one piece of work looks at. */
  readonly pageMax?: number
}

export interface LogKeeper {
  /** Until the signal aborts. Never rejects: what fails is tried again. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** What is wrong; null: nothing. */
  readonly problem: () => string | null
}

const lookEveryMs = 10 * 60_000
const retryAfterMs = 60_000
const pauseMs = 20

export const createLogKeeper = (deps: LogKeeperDeps): LogKeeper => {
  const { clock, log, records } = deps
  let problem: string | null = null

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const outcome = await records.alone(() => walk(deps, signal))()
      const answer = E.isLeft(outcome) ? outcome.left.reason : outcome.right
      if (typeof answer === 'string') {
        if (problem !== answer) log.warn({ reason: answer }, 'the log cannot be shortened now')
        problem = answer
        await sleep(clock, retryAfterMs, signal)
        continue
      }
      problem = null
      if (answer !== null && answer.streams > 0)
        log.info(answer, 'events that were kept long enough are forgotten')
      await sleep(clock, lookEveryMs, signal)
    }
  }
  return { run, problem: () => problem }
}

/** Streams that were shortened, and those that got books to be shortened behind. */
export interface Walked {
  readonly streams: number
  readonly books: number
}

/** Until nothing old enough is left; a text says what is in the way. */
export const walk = async (deps: LogKeeperDeps, signal: AbortSignal): Promise<Walked | string> => {
  const { records, clock } = deps
  const begun = await records.horizon()()
  if (E.isLeft(begun)) return begun.left.reason
  let horizon = begun.right
  let walked: Walked = { streams: 0, books: 0 }
  while (!signal.aborted) {
    const step = await walkPage(deps, horizon, signal)
    if (isTrouble(step)) return step.reason
    const { streams, books } = walked
    walked = { streams: streams + step.streams, books: books + step.books }
    if (step.horizon.position !== horizon.position) {
      const moved = await records.moveHorizon(step.horizon)()
      if (E.isLeft(moved)) return moved.left.reason
    }
    horizon = step.horizon
    if (step.isOver) break
    await sleep(clock, pauseMs, signal)
  }
  return walked
}

interface Step extends Walked {
  readonly horizon: LogHorizon
  readonly isOver: boolean
}

const walkPage = async (
  deps: LogKeeperDeps,
  { position, wholeFrom }: LogHorizon,
  signal: AbortSignal,
): Promise<Step | Trouble> => {
  const { store, clock, keptMs, pageMax = 500 } = deps
  const before = instantAt(clock.now() - keptMs)
  const consumed = await readConsumed(deps)
  if (typeof consumed !== 'string' && isTrouble(consumed)) return consumed
  const read = await store.readAll({ after: position, prefixes: [], limit: pageMax })()
  if (E.isLeft(read)) return { reason: read.left.reason }
  const old = oldIn(store, read.right, before, consumed)
  const waiting = read.right.events[old.length]
  const forgotten = await forget(deps, old, signal)
  if (isTrouble(forgotten)) return forgotten
  // A page whose every event was old, other prefixes included, has been walked over whole.
  const reached = waiting === undefined ? read.right.through : (old.at(-1)?.position ?? position)
  return {
    ...forgotten,
    horizon: {
      position: reached,
      wholeFrom: forgotten.streams > 0 ? before : wholeFrom,
    },
    isOver: waiting !== undefined || read.right.atHead,
  }
}

/** The place that all followers of the log have passed. */
const readConsumed = async ({
  records,
  store,
}: LogKeeperDeps): Promise<Position | 'all' | Trouble> => {
  const consumers = await records.consumers()()
  if (E.isLeft(consumers)) return consumers.left
  let least: Position | 'all' = 'all'
  for (const one of consumers.right) {
    if (one === null) return { reason: 'one that follows the log has not begun' }
    if (least === 'all' || store.comparePositions(one, least) < 0) least = one
  }
  return least
}

const oldIn = (
  store: EventStore,
  { events }: LogPage,
  before: Instant,
  consumed: Position | 'all',
): readonly RecordedEvent[] => {
  const isOld = ({ recordedAtMs, position }: RecordedEvent): boolean =>
    recordedAtMs < before && (consumed === 'all' || store.comparePositions(position, consumed) <= 0)
  const first = events.findIndex((event) => !isOld(event))
  return first < 0 ? events : events.slice(0, first)
}

/** Stream by stream; what has been done is done, whatever fails afterwards. */
const forget = async (
  deps: LogKeeperDeps,
  old: readonly RecordedEvent[],
  signal: AbortSignal,
): Promise<Walked | Trouble> => {
  const byStream = new Map<string, RecordedEvent[]>()
  for (const event of old) {
    const events = byStream.get(event.stream)
    if (events === undefined) byStream.set(event.stream, [event])
    else events.push(event)
  }
  let walked: Walked = { streams: 0, books: 0 }
  for (const [stream, events] of byStream) {
    if (signal.aborted) return { reason: 'the process stops' }
    const done = isTaskStream(stream)
      ? await forgetBehindBooks(deps, events, signal)
      : await forgetEnded(deps.store, events)
    if (isTrouble(done)) return done
    walked = { streams: walked.streams + done.streams, books: walked.books + done.books }
  }
  return walked
}
