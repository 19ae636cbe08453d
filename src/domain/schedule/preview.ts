// What a schedule will do, before anyone relies on it: its next or previous instants, or those of a
// window, as the wall shows them, with clock changes marked, exclusions named, and the rule in words.
// The one pure answer behind the REST preview, the console's editor and the command line.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { type CompiledCalendars } from './exclusions.ts'
import { localTime } from './local-time.ts'
import { changesThatMatter, markOf, type ChangeNote, type ClockMark } from './preview-clock.ts'
import { type ScheduleProblem } from './problem.ts'
import { printQuartzCron } from './quartz-printer.ts'
import { type Schedule, type TriggerState } from './schedule.ts'
import { compileCron, compileTimetable, type Timetable } from './timetable.ts'
import { scheduleWords } from './words.ts'
import { words, type Words } from './words-lists.ts'
import { findZone } from './zone.ts'

export type PreviewQuery =
  | { readonly type: 'next'; readonly after: Instant; readonly count: number }
  | { readonly type: 'previous'; readonly before: Instant; readonly count: number }
  /** From `from` inclusive to `to` exclusive. */
  | {
      readonly type: 'between'
      readonly from: Instant
      readonly to: Instant
      readonly count: number
    }

export interface PreviewFire {
  readonly at: Instant
  /** `2026-11-01T01:30:00-05:00` */
  readonly local: string
  /** Sunday = 0. */
  readonly weekday: number
  readonly mark: ClockMark | null
  /** Names of the calendars at whose word this instant will not fire. */
  readonly excludedBy: readonly string[]
}

export interface Preview {
  readonly words: Words
  /** The expression in canonical form; null for simple triggers and what only Unix cron can say. */
  readonly canonical: string | null
  /** Oldest first, whatever the direction of the query. */
  readonly fires: readonly PreviewFire[]
  /** True when the schedule goes on beyond what is shown. */
  readonly more: boolean
  /** Clock changes in the shown range that fall onto times the schedule names. */
  readonly changes: readonly ChangeNote[]
}

export const previewCountMax = 1_000

const freshTrigger = (schedule: Schedule): TriggerState => ({
  decidedThrough: instantAt(0),
  startAt: schedule.startAt,
  repeatCount: schedule.type === 'simple' ? schedule.repeatCount : 0,
  timesTriggered: 0,
})

/** Instants in the order of the query, one more than asked for, so that the end shows. */
const instantsOf = (
  timetable: Timetable,
  trigger: TriggerState,
  query: PreviewQuery,
): Instant[] => {
  const count = Math.min(query.count, previewCountMax) + 1
  const found: Instant[] = []
  if (query.type === 'previous') {
    let at = timetable.previous(trigger, query.before)
    for (; at !== null && found.length < count; at = timetable.previous(trigger, at)) found.push(at)
    return found
  }
  const after = query.type === 'next' ? query.after : instantAt(query.from - 1)
  const to = query.type === 'next' ? Infinity : query.to
  let at = timetable.next(trigger, after)
  for (; at !== null && at < to && found.length < count; at = timetable.next(trigger, at)) {
    found.push(at)
  }
  return found
}

/** Where the shown range begins and ends, for the notes on clock changes. */
const rangeOf = (query: PreviewQuery, fires: readonly Instant[]): readonly [number, number] => {
  const [first, last] = [fires[0] ?? 0, fires.at(-1) ?? 0]
  switch (query.type) {
    case 'next':
      return [query.after, last]
    case 'previous':
      return [first, query.before]
    case 'between':
      return [query.from, query.to]
  }
}

/** `trigger` is a task's own where it has one, so that a moved grid shows as it stands. */
export const preview = (
  schedule: Schedule,
  query: PreviewQuery,
  calendars: CompiledCalendars | null = null,
  trigger: TriggerState = freshTrigger(schedule),
): E.Either<ScheduleProblem, Preview> => {
  const timetable = compileTimetable(schedule)
  if (E.isLeft(timetable)) return timetable
  const zone = findZone(schedule.zone)
  if (E.isLeft(zone)) return zone
  const cron = schedule.type === 'cron' ? compileCron(schedule.dialect, schedule.expression) : null
  if (cron !== null && E.isLeft(cron)) return cron
  const found = instantsOf(timetable.right, trigger, query)
  const shown = found.slice(0, Math.min(query.count, previewCountMax))
  if (query.type === 'previous') shown.reverse()
  const [from, to] = rangeOf(query, shown)
  return E.right({
    words: scheduleWords(schedule) ?? words('', ''),
    canonical: cron === null ? null : printQuartzCron(cron.right),
    fires: shown.map((at) => {
      const { text, weekday } = localTime(zone.right, at)
      return {
        at,
        local: text,
        weekday,
        mark: cron === null ? null : markOf(cron.right, zone.right, at),
        excludedBy: calendars === null ? [] : calendars.excludedBy(at),
      }
    }),
    more: found.length > shown.length,
    changes:
      schedule.type === 'cron' && cron !== null && shown.length > 0
        ? changesThatMatter(cron.right, zone.right, schedule, from, to)
        : [],
  })
}
