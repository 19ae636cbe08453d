// One question asked in every corner of Carillon: which instants does this schedule plan? A
// timetable is a schedule made ready to answer it. It knows no verdicts, no misfires and no
// calendars; equal schedules share one, so a million tasks on a hundred rules cost a hundred.
import * as E from 'fp-ts/lib/Either.js'
import { InstantFromNumber, type Instant } from '../instant.ts'
import { cronCount } from './cron-count.ts'
import { cronNext, cronPrevious, type ClockRules } from './cron-fires.ts'
import { problem, type ScheduleProblem } from './problem.ts'
import { type QuartzCron } from './quartz-cron.ts'
import { parseQuartzCron } from './quartz-parser.ts'
import {
  type CronSchedule,
  type Schedule,
  type SimpleSchedule,
  type TriggerState,
} from './schedule.ts'
import {
  simpleCount,
  simpleNext,
  simplePrevious,
  simpleProblem,
  type SimpleGrid,
} from './simple-trigger.ts'
import { parseUnixCron } from './unix-cron.ts'
import { findZone, type Zone } from './zone.ts'

export type { ScheduleProblem } from './problem.ts'

/** Consecutive planned instants. */
export interface Span {
  readonly first: Instant
  readonly last: Instant
  readonly count: number
  /** False when counting stopped at {@link countLimit}. */
  readonly countExact: boolean
}

export const countLimit = 10_000

export interface Timetable {
  /** Where every planned instant follows the one before by as much; null: they differ. */
  readonly stepMs: number | null
  /** First planned instant strictly after `after`, under this trigger state; null when none is left. Ignores decidedThrough. */
  next(trigger: TriggerState, after: Instant): Instant | null
  /** Last planned instant strictly before `before`; null when there is none. */
  previous(trigger: TriggerState, before: Instant): Instant | null
  /** Planned instants in (after, through] as a span, null when there are none. */
  span(trigger: TriggerState, after: Instant, through: Instant): Span | null
  /** How many planned instants lie in (after, through]; exact up to `limit`, above it anything above. */
  count(trigger: TriggerState, after: Instant, through: Instant, limit: number): number
}

const minted = (ms: number | null): Instant | null =>
  ms !== null && InstantFromNumber.is(ms) ? ms : null

const spanOf = (first: Instant, last: Instant, count: number): Span => ({
  first,
  last,
  count: Math.min(count, countLimit),
  countExact: count <= countLimit,
})

const simpleTimetable = (schedule: SimpleSchedule): Timetable => {
  const gridOf = (trigger: TriggerState): SimpleGrid => ({
    startMs: trigger.startAt ?? schedule.startAt,
    endMs: schedule.endAt,
    intervalMs: schedule.intervalMs,
    repeatCount: trigger.repeatCount,
  })
  return {
    stepMs: schedule.intervalMs,
    next: (trigger, after) => minted(simpleNext(gridOf(trigger), after)),
    previous: (trigger, before) => minted(simplePrevious(gridOf(trigger), before)),
    span: (trigger, after, through) => {
      const grid = gridOf(trigger)
      const first = minted(simpleNext(grid, after))
      const last = minted(simplePrevious(grid, through + 1))
      if (first === null || last === null || first > through) return null
      return spanOf(first, last, simpleCount(grid, after, through))
    },
    count: (trigger, after, through) => simpleCount(gridOf(trigger), after, through),
  }
}

const cronTimetable = (schedule: CronSchedule, cron: QuartzCron, zone: Zone): Timetable => {
  const rules: ClockRules = { gap: schedule.gap, overlap: schedule.overlap }
  const endMs = schedule.endAt ?? Infinity
  /** Quartz truncates a start to the second and lets it fire itself. */
  const startOf = (trigger: TriggerState): number => {
    const start = trigger.startAt ?? schedule.startAt
    return start === null ? -Infinity : Math.floor(start / 1000) * 1000
  }
  const next = (trigger: TriggerState, after: number): number | null => {
    const found = cronNext(cron, zone, rules, Math.max(after, startOf(trigger) - 1))
    return found === null || found > endMs ? null : found
  }
  const previous = (trigger: TriggerState, before: number): number | null => {
    const found = cronPrevious(cron, zone, rules, Math.min(before, endMs + 1))
    return found === null || found < startOf(trigger) ? null : found
  }
  return {
    stepMs: null,
    next: (trigger, after) => minted(next(trigger, after)),
    previous: (trigger, before) => minted(previous(trigger, before)),
    span: (trigger, after, through) => {
      const first = minted(next(trigger, after))
      if (first === null || first > through) return null
      const last = minted(previous(trigger, through + 1))
      if (last === null) return null
      return spanOf(first, last, cronCount(cron, zone, rules, first, last, countLimit))
    },
    count: (trigger, after, through, limit) => {
      const first = next(trigger, after)
      const last = Math.min(through, endMs)
      return first === null ? 0 : cronCount(cron, zone, rules, first, last, limit)
    },
  }
}

/** Remembers what was computed for a key; forgets the oldest beyond a bound. */
const remembered = <Value>(max: number): ((key: string, make: () => Value) => Value) => {
  const known = new Map<string, Value>()
  return (key, make) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make()
    if (known.size >= max) known.delete(known.keys().next().value ?? key)
    known.set(key, made)
    return made
  }
}

const cronsKept = remembered<E.Either<ScheduleProblem, QuartzCron>>(10_000)
const timetablesKept = remembered<E.Either<ScheduleProblem, Timetable>>(10_000)

/** The parsed expression of a dialect; equal texts share one object. */
export const compileCron = (
  dialect: CronSchedule['dialect'],
  expression: string,
): E.Either<ScheduleProblem, QuartzCron> =>
  cronsKept(`${dialect} ${expression}`, () =>
    dialect === 'quartz' ? parseQuartzCron(expression) : parseUnixCron(expression),
  )

const compileCronTimetable = (schedule: CronSchedule): E.Either<ScheduleProblem, Timetable> => {
  const cron = compileCron(schedule.dialect, schedule.expression)
  if (E.isLeft(cron)) return cron
  const zone = findZone(schedule.zone)
  if (E.isLeft(zone)) return zone
  if (schedule.endAt !== null && schedule.startAt !== null && schedule.endAt < schedule.startAt) {
    return E.left(
      problem('endAt', null, 'The end lies before the start.', '结束时间早于开始时间。'),
    )
  }
  return E.right(cronTimetable(schedule, cron.right, zone.right))
}

const compileSimpleTimetable = (schedule: SimpleSchedule): E.Either<ScheduleProblem, Timetable> => {
  const zone = findZone(schedule.zone)
  if (E.isLeft(zone)) return zone
  const wrong = simpleProblem({
    startMs: schedule.startAt,
    endMs: schedule.endAt,
    intervalMs: schedule.intervalMs,
    repeatCount: schedule.repeatCount,
  })
  return wrong === null ? E.right(simpleTimetable(schedule)) : E.left(wrong)
}

const keyOf = (schedule: Schedule): string =>
  schedule.type === 'cron'
    ? `${schedule.dialect} ${schedule.gap} ${schedule.overlap} ${schedule.startAt} ${schedule.endAt} ${schedule.zone} ${schedule.expression}`
    : `${schedule.intervalMs} ${schedule.repeatCount} ${schedule.startAt} ${schedule.endAt} ${schedule.zone}`

export const compileTimetable = (schedule: Schedule): E.Either<ScheduleProblem, Timetable> =>
  timetablesKept(keyOf(schedule), () =>
    schedule.type === 'cron' ? compileCronTimetable(schedule) : compileSimpleTimetable(schedule),
  )
