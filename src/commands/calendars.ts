// Calendar commands, wired; and the directory: every calendar of the log, held in memory by each
// process that decides, a few milliseconds behind the newest change.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import {
  calendarDecider,
  type CalendarCommand,
  type CalendarRejection,
  type CalendarState,
} from '../domain/calendar/decider.ts'
import {
  decodeCalendarEvent,
  encodeCalendarEvent,
  type CalendarEvent,
} from '../domain/calendar/events.ts'
import {
  calendarOfStream,
  calendarStreamPrefix,
  streamOfCalendar,
  type CalendarId,
} from '../domain/calendar/ids.ts'
import {
  noCalendars,
  snapshotOf,
  type CalendarSnapshot,
  type KnownCalendar,
} from '../domain/calendar/snapshot.ts'
import {
  StreamName,
  type EventStore,
  type LogPage,
  type Position,
  type RecordedEvent,
  type Revision,
  type StoreUnavailable,
} from '../event-store/event-store.ts'
import { createCommandHandler, type CommandContext, type Handled } from './command-handler.ts'
import type { Fault } from './faults.ts'
import type { Once } from './once.ts'
import { createStateCache } from './state-cache.ts'

export interface CalendarCommands {
  readonly handle: (
    command: CalendarCommand,
    context: CommandContext,
    /** Decide only if nothing has changed since this revision of the stream. */
    expected?: Revision,
    /** The command may have been given before, under the same correlation id. */
    once?: Once,
  ) => TE.TaskEither<CalendarRejection | Fault, Handled<CalendarState, CalendarEvent>>
}

export interface CalendarDirectory {
  /** Calendars as this process knows them now. */
  readonly snapshot: () => CalendarSnapshot
  /** Follows the log until aborted; resolves `ready` when it has reached the head once. */
  readonly run: (signal: AbortSignal) => Promise<void>
  readonly ready: Promise<void>
}

export const calendarCodec = { encode: encodeCalendarEvent, decode: decodeCalendarEvent }

export const calendarStream = (calendarId: CalendarId): StreamName => {
  const name = StreamName.decode(streamOfCalendar(calendarId))
  if (E.isLeft(name)) throw new Error('two key parts of 200 characters make a stream name')
  return name.right
}

export const createCalendarCommands = (deps: {
  readonly store: EventStore
  readonly node: string
  readonly newEventId: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly giveUpAfterMs: number
}): CalendarCommands => {
  const handler = createCommandHandler({
    ...deps,
    decider: calendarDecider,
    codec: calendarCodec,
    cache: createStateCache<CalendarState>(1_000),
  })
  return {
    handle: (command, context, expected, once) =>
      handler.handle(calendarStream(command.calendarId), command, context, expected, once),
  }
}

export const createCalendarDirectory = (store: EventStore): CalendarDirectory => {
  const known = new Map<string, KnownCalendar>()
  let snapshot = noCalendars
  let markReady = (): void => undefined
  const ready = new Promise<void>((resolve) => (markReady = resolve))

  const run = async (signal: AbortSignal): Promise<void> => {
    const following = { after: null, prefixes: [calendarStreamPrefix], limit: 500, signal }
    for await (const page of store.subscribe(following)) {
      for (const recorded of page.events) apply(known, recorded)
      if (page.events.length > 0) snapshot = snapshotOf(known)
      if (page.atHead) markReady()
    }
  }

  return { snapshot: () => snapshot, run, ready }
}

const apply = (known: Map<string, KnownCalendar>, recorded: RecordedEvent): void => {
  const { stream, revision } = recorded
  const calendarId = calendarOfStream(stream)
  const event = decodeCalendarEvent(recorded)
  if (E.isLeft(event))
    throw new Error(`cannot read ${stream} at revision ${revision}: ${event.left.join('; ')}`)
  if (E.isLeft(calendarId)) return
  if (event.right.type === 'CalendarRemoved') known.delete(stream)
  else {
    const { definition } = event.right
    known.set(stream, { calendarId: calendarId.right, definition, revision })
  }
}

/** All calendars as a beginning of the log leaves them; `holds` tells which events belong to it. */
export const calendarsAt = async (
  store: EventStore,
  holds: (recorded: RecordedEvent) => boolean,
): Promise<E.Either<StoreUnavailable, CalendarSnapshot>> => {
  const known = new Map<string, KnownCalendar>()
  for (let after: Position | null = null; ;) {
    const page: E.Either<StoreUnavailable, LogPage> = await store.readAll({
      after,
      prefixes: [calendarStreamPrefix],
      limit: 500,
    })()
    if (E.isLeft(page)) return page
    const { events, atHead } = page.right
    const held = events.filter(holds)
    for (const recorded of held) apply(known, recorded)
    if (atHead || held.length < events.length) return E.right(snapshotOf(known))
    after = page.right.through
  }
}
