// `taskConfig` as a schedule: cron or simple, zone, bounds, and the optional fields beyond the
// original. The rules of expressions and grids are the domain's; what it refuses is told here under
// the caller's names.
import * as E from 'fp-ts/lib/Either.js'
import { type Instant } from '../../../domain/instant.ts'
import { type Schedule } from '../../../domain/schedule/schedule.ts'
import { compileTimetable, type ScheduleProblem } from '../../../domain/schedule/timetable.ts'
import { canonicalZone, findZone, utc, type Zone } from '../../../domain/schedule/zone.ts'
import { KeyPart } from '../../../domain/task/ids.ts'
import { type Fields } from './fields.ts'
import { type JsonObject } from './json.ts'
import { decodeSimpleTiming } from './simple-timing.ts'

export interface ScheduleDefaults {
  readonly zone: string
  readonly misfireThresholdMs: number
  readonly catchUpMax: number
  /** Start of a simple task that names none. */
  readonly receivedAt: Instant
}

interface DecodedSchedule {
  readonly schedule: Schedule | null
  /** What of `timeConfig` nobody knows. */
  readonly timeRest: JsonObject
}

const yearMs = 366 * 86_400_000

export const decodeSchedule = (task: Fields, defaults: ScheduleDefaults): DecodedSchedule => {
  const type = task.choice('triggerType', ['CronTrigger', 'SimpleTrigger'])
  if (!task.has('triggerType')) task.missing('triggerType')
  const { name: zone, rules } = decodeZone(task, defaults.zone)
  const startAt = task.instant('startDate', rules)
  const span = { min: 0, max: yearMs }
  const common = {
    zone,
    endAt: task.instant('endDate', rules),
    misfireThresholdMs: task.integer('misfireThresholdMs', span) ?? defaults.misfireThresholdMs,
    catchUpMax: task.integer('catchUpMax', { min: 0, max: 10_000 }) ?? defaults.catchUpMax,
    catchUpWindowMs: task.integer('catchUpWindowMs', { min: 0, max: 10 * yearMs }),
    jitterMs: task.integer('jitterMs', { min: 0, max: 86_400_000 }) ?? 0,
    calendars: decodeCalendars(task),
  }
  if (type === null) return { schedule: null, timeRest: {} }
  if (type === 'CronTrigger') {
    const schedule = decodeCron(task, startAt, common)
    return { schedule: schedule === null ? null : compiled(task, schedule), timeRest: {} }
  }
  const { intervalMs, repeatCount, rest } = decodeSimpleTiming(task)
  const misfire = task.choice('misfire', simpleMisfires) ?? 'smart'
  const start = startAt ?? defaults.receivedAt
  const simple = { startAt: start, intervalMs, repeatCount, misfire, ...common }
  return { schedule: compiled(task, { type: 'simple', ...simple }), timeRest: rest }
}

const cronMisfires = ['smart', 'fireOnceNow', 'doNothing', 'ignore'] as const
const simpleMisfires = [
  'smart',
  'fireNow',
  'nowExisting',
  'nowRemaining',
  'nextExisting',
  'nextRemaining',
  'ignore',
] as const

type Common = Pick<
  Schedule,
  | 'zone'
  | 'endAt'
  | 'misfireThresholdMs'
  | 'catchUpMax'
  | 'catchUpWindowMs'
  | 'jitterMs'
  | 'calendars'
>

const decodeCron = (task: Fields, startAt: Instant | null, common: Common): Schedule | null => {
  const expression = task.required('cronExpress', 1_000)
  const misfire = task.choice('misfire', cronMisfires) ?? 'smart'
  const gap = task.choice('gap', ['skip', 'after']) ?? 'skip'
  const overlap = task.choice('overlap', ['second', 'first', 'both']) ?? 'second'
  if (expression === null) return null
  return { type: 'cron', expression, dialect: 'quartz', startAt, misfire, gap, overlap, ...common }
}

const decodeZone = (task: Fields, defaultZone: string): { name: string; rules: Zone } => {
  const name = task.text('timeZone', 64) ?? defaultZone
  const canonical = canonicalZone(name)
  const rules = findZone(name)
  if (E.isRight(canonical) && E.isRight(rules)) return { name: canonical.right, rules: rules.right }
  task.complain('timeZone', `No time zone is called "${name}".`, `没有名为“${name}”的时区。`)
  return { name: 'UTC', rules: utc }
}

const calendarsMax = 20

const decodeCalendars = (task: Fields): readonly string[] => {
  const value = task.value('calendars')
  if (value === null) return []
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value
  if (Array.isArray(names) && names.length <= calendarsMax && names.every(KeyPart.is)) return names
  task.complain(
    'calendars',
    `A list of at most ${calendarsMax} names of calendars is expected.`,
    `须为日历名称列表，最多 ${calendarsMax} 个。`,
  )
  return []
}

/** The schedule, if the domain can read it. */
const compiled = (task: Fields, schedule: Schedule): Schedule | null => {
  const timetable = compileTimetable(schedule)
  if (E.isRight(timetable)) return schedule
  const { field, position, message } = timetable.left
  const at = position === null ? '' : ` (character ${position + 1})`
  const atZh = position === null ? '' : `（第 ${position + 1} 个字符）`
  return task.complain(wireName(field), `${message.en}${at}`, `${message.zh}${atZh}`)
}

const wireName = (field: ScheduleProblem['field']): string => {
  switch (field) {
    case 'zone':
      return 'timeZone'
    case 'endAt':
      return 'endDate'
    case 'interval':
    case 'repeatCount':
      return `timeConfig.${field}`
    default:
      return 'cronExpress'
  }
}
