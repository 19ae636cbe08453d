// Exclusion calendars made ready to be asked. Answers come with the stretch over which they hold,
// cut at the ends of local days, daily ranges and clock changes, so that a long holiday is passed
// over in days instead of seconds. Instants in milliseconds, walls in whole seconds. Knows no task.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { hasBit } from './bits.ts'
import { type CalendarDefinition, type CalendarRule, type TimeOfDay } from './calendar.ts'
import { dayNumber, dayOfMonthOf, monthOf, packedDate, weekdayOf } from './civil.ts'
import { problem, type ScheduleProblem } from './problem.ts'
import { allHigh, allHours, type QuartzCron } from './quartz-cron.ts'
import { parseQuartzCron } from './quartz-parser.ts'
import { type ExclusionStretch, type Exclusions } from './stretches.ts'
import { secondsPerDay, wallFrom, wallUpTo } from './wall-search.ts'
import { findZone, offsetAt, type Zone } from './zone.ts'

export interface NamedCalendar {
  readonly name: string
  readonly definition: CalendarDefinition
}

export interface CompiledCalendars extends Exclusions {
  /** Names of the calendars that exclude an instant. */
  readonly excludedBy: (instant: Instant) => readonly string[]
}

/** A stretch of wall seconds, `from` inclusive, `to` exclusive, with one answer. */
interface WallStretch {
  readonly excluded: boolean
  readonly from: number
  readonly to: number
}
type CompiledRule = (wall: number) => WallStretch

interface CompiledCalendar {
  readonly name: string
  readonly stretchAround: (ms: number) => ExclusionStretch
}

const dayStretch = (wall: number, excluded: boolean): WallStretch => {
  const from = Math.floor(wall / secondsPerDay) * secondsPerDay
  return { excluded, from, to: from + secondsPerDay }
}

const dayOf = (date: string): number =>
  dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8)))

const secondsOf = (time: TimeOfDay): number =>
  Number(time.slice(0, 2)) * 3600 + Number(time.slice(3, 5)) * 60 + Number(time.slice(6))

const weekdayCodes = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** Times of day at which the answer changes, and the answer from each on. */
const dailyRule = (ranges: readonly { from: TimeOfDay; to: TimeOfDay }[]): CompiledRule => {
  const spans = ranges.flatMap(({ from, to }) => {
    const [start, end] = [secondsOf(from), secondsOf(to)]
    if (start < end) return [{ start, end }]
    return [
      { start, end: secondsPerDay },
      { start: 0, end },
    ]
  })
  const cuts = [0, secondsPerDay, ...spans.flatMap(({ start, end }) => [start, end])]
  return (wall) => {
    const dayStart = Math.floor(wall / secondsPerDay) * secondsPerDay
    const time = wall - dayStart
    return {
      excluded: spans.some(({ start, end }) => time >= start && time < end),
      from: dayStart + Math.max(...cuts.filter((cut) => cut <= time)),
      to: dayStart + Math.min(...cuts.filter((cut) => cut > time)),
    }
  }
}

/** The largest unit of which an expression names all or nothing, in seconds. */
const unitOf = (cron: QuartzCron): number => {
  if (cron.secondsLow !== -1 || cron.secondsHigh !== allHigh) return 1
  if (cron.minutesLow !== -1 || cron.minutesHigh !== allHigh) return 60
  return cron.hours === allHours ? secondsPerDay : 3600
}

const cronRule = (cron: QuartzCron): CompiledRule => {
  const unit = unitOf(cron)
  return (wall) => {
    const next = wallFrom(cron, wall)
    if (next === wall) {
      const from = Math.floor(wall / unit) * unit
      return { excluded: true, from, to: from + unit }
    }
    const last = wallUpTo(cron, wall)
    return {
      excluded: false,
      from: last < 0 ? -Infinity : last + 1,
      to: next < 0 ? Infinity : next,
    }
  }
}

const compileRule = (rule: CalendarRule): E.Either<ScheduleProblem, CompiledRule> => {
  switch (rule.type) {
    case 'dates': {
      const days = new Set(rule.dates.map(dayOf))
      return E.right((wall) => dayStretch(wall, days.has(Math.floor(wall / secondsPerDay))))
    }
    case 'yearlyDates': {
      const days = new Set(
        rule.dates.map((date) => Number(date.slice(0, 2)) * 32 + Number(date.slice(3))),
      )
      return E.right((wall) => {
        const packed = packedDate(Math.floor(wall / secondsPerDay))
        return dayStretch(wall, days.has(monthOf(packed) * 32 + dayOfMonthOf(packed)))
      })
    }
    case 'weekdays': {
      const weekdays = rule.weekdays.reduce(
        (bits, code) => bits | (1 << weekdayCodes.indexOf(code)),
        0,
      )
      return E.right((wall) =>
        dayStretch(wall, hasBit(weekdays, weekdayOf(Math.floor(wall / secondsPerDay)))),
      )
    }
    case 'dailyRanges':
      return E.right(dailyRule(rule.ranges))
    case 'cron': {
      const cron = parseQuartzCron(rule.expression)
      return E.isLeft(cron) ? cron : E.right(cronRule(cron.right))
    }
  }
}

/** The answer of several: the first that excludes, or where none of them does. */
const either = (stretches: readonly WallStretch[]): WallStretch =>
  stretches.find(({ excluded }) => excluded) ?? {
    excluded: false,
    from: Math.max(-Infinity, ...stretches.map(({ from }) => from)),
    to: Math.min(Infinity, ...stretches.map(({ to }) => to)),
  }

/** Wall stretches hold between two clock changes only. */
const inZone = (zone: Zone, ms: number, answer: CompiledRule): ExclusionStretch => {
  const instant = Math.floor(ms / 1000)
  const offset = offsetAt(zone, instant)
  const { excluded, from, to } = answer(instant + offset)
  let start = from - offset
  let end = to - offset
  for (const change of zone.changesNear(instant).at) {
    if (change <= instant) start = Math.max(start, change)
    else end = Math.min(end, change)
  }
  // Changes are known for some days around; an open stretch is cut where knowledge ends.
  const known = 3 * secondsPerDay
  return {
    excluded,
    from: instantAt(Math.max(start, instant - known) * 1000),
    through: instantAt(Math.min(end, instant + known) * 1000 - 1),
  }
}

const compileCalendar = ({
  name,
  definition,
}: NamedCalendar): E.Either<ScheduleProblem, CompiledCalendar> => {
  const zone = findZone(definition.zone)
  if (E.isLeft(zone)) return zone
  const rules: CompiledRule[] = []
  for (const rule of definition.rules) {
    const compiled = compileRule(rule)
    if (E.isLeft(compiled)) return compiled
    rules.push(compiled.right)
  }
  const exempt = new Set(definition.exemptDates.map(dayOf))
  const answer: CompiledRule = (wall) => {
    const found = either(rules.map((rule) => rule(wall)))
    if (exempt.size === 0) return found
    const today = dayStretch(wall, false)
    if (exempt.has(Math.floor(wall / secondsPerDay))) return today
    return {
      excluded: found.excluded,
      from: Math.max(found.from, today.from),
      to: Math.min(found.to, today.to),
    }
  }
  return E.right({ name, stretchAround: (ms) => inZone(zone.right, ms, answer) })
}

const noneLimit = 20

/** A task's calendars as one. At most {@link noneLimit} of them; an instant is excluded when any excludes it. */
export const compileCalendars = (
  calendars: readonly NamedCalendar[],
): E.Either<ScheduleProblem, CompiledCalendars> => {
  if (calendars.length > noneLimit) {
    return E.left(
      problem(
        'calendars',
        null,
        `A task uses at most ${noneLimit} calendars.`,
        `一个任务最多使用 ${noneLimit} 个日历。`,
      ),
    )
  }
  const compiled: CompiledCalendar[] = []
  for (const calendar of calendars) {
    const one = compileCalendar(calendar)
    if (E.isLeft(one)) return one
    compiled.push(one.right)
  }
  const stretchAround = (instant: Instant): ExclusionStretch => {
    const stretches = compiled.map((calendar) => calendar.stretchAround(instant))
    return (
      stretches.find(({ excluded }) => excluded) ?? {
        excluded: false,
        from: instantAt(Math.max(-Infinity, ...stretches.map(({ from }) => from))),
        through: instantAt(Math.min(Infinity, ...stretches.map(({ through }) => through))),
      }
    )
  }
  return E.right({
    stretchAround,
    excludes: (instant) => stretchAround(instant).excluded,
    excludedBy: (instant) =>
      compiled.filter((one) => one.stretchAround(instant).excluded).map(({ name }) => name),
  })
}
