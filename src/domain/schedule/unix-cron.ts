// The other dialect: plain five-field Unix cron, read by cron-parser and turned into the same sets
// that Quartz expressions become, so that search, zones and clock rules are one engine for both.
// When both day fields are restricted a day matches either of them, as crontab has it. This is the
// only file that knows cron-parser.
import { CronExpressionParser } from 'cron-parser'
import * as E from 'fp-ts/lib/Either.js'
import { problem, type ScheduleProblem } from './problem.ts'
import {
  allDays,
  allWeekdays,
  expressionLengthMax,
  weeklyOf,
  type DayRule,
  type QuartzCron,
} from './quartz-cron.ts'

const fields = [
  { field: 'minutes', en: 'Minutes', zh: '分' },
  { field: 'hours', en: 'Hours', zh: '时' },
  { field: 'dayOfMonth', en: 'Day of month', zh: '日' },
  { field: 'month', en: 'Month', zh: '月' },
  { field: 'dayOfWeek', en: 'Day of week', zh: '星期' },
] as const

const plain = /^[0-9A-Za-z*,/-]+$/
const onlyNames =
  /^(?:[^A-Za-z]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i

interface Values {
  readonly minute: readonly number[]
  readonly hour: readonly number[]
  readonly dayOfMonth: readonly number[]
  readonly month: readonly number[]
  readonly dayOfWeek: readonly number[]
}

const numbers = (values: readonly (number | string)[]): number[] => values.map(Number)

const read = (expression: string): Values | string => {
  try {
    const found = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: 0 }).fields
    return {
      minute: numbers(found.minute.values),
      hour: numbers(found.hour.values),
      dayOfMonth: numbers(found.dayOfMonth.values),
      month: numbers(found.month.values),
      dayOfWeek: numbers(found.dayOfWeek.values),
    }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'not understood'
  }
}

const word = (values: readonly number[], from = 0): number =>
  values.reduce(
    (bits, value) => (value >= from && value < from + 32 ? bits | (1 << (value - from)) : bits),
    0,
  )

const dayRuleOf = (values: Values): DayRule => {
  const days = word(values.dayOfMonth)
  const weekdays = word(values.dayOfWeek.map((weekday) => weekday % 7))
  if (weekdays === allWeekdays) return { kind: 'days', days }
  if (days === allDays) return { kind: 'weekdays', weekdays }
  return { kind: 'either', days, weekdays }
}

interface Place {
  readonly text: string
  readonly at: number
}

/** The first field that is wrong by itself; null when only their combination is. */
const wrongField = (places: readonly Place[]): number | null => {
  for (const [index, place] of places.entries()) {
    if (!plain.test(place.text) || !onlyNames.test(place.text)) return index
    const alone = places.map((_, other) => (other === index ? place.text : '*')).join(' ')
    if (typeof read(alone) === 'string') return index
  }
  return null
}

const refused = (places: readonly Place[], reason: string): ScheduleProblem => {
  const index = wrongField(places)
  const field = index === null ? undefined : fields[index]
  const place = index === null ? undefined : places[index]
  if (field === undefined || place === undefined) {
    return problem('expression', null, `The expression is refused: ${reason}.`, '该表达式无效。')
  }
  return problem(
    field.field,
    place.at,
    `${field.en}: "${place.text}" is not understood.`,
    `${field.zh}：无法理解“${place.text}”。`,
  )
}

/** Understands a five-field expression, or says what is wrong and where. */
export const parseUnixCron = (text: string): E.Either<ScheduleProblem, QuartzCron> => {
  const places: Place[] = []
  if (text.length <= expressionLengthMax) {
    for (const match of text.matchAll(/[^ \t]+/g)) places.push({ text: match[0], at: match.index })
  }
  if (places.length !== 5) {
    return E.left(
      problem(
        'expression',
        Math.min(text.length, expressionLengthMax),
        `A Unix cron expression has five fields and at most ${expressionLengthMax} characters.`,
        `Unix cron 表达式须有五个字段，且最多 ${expressionLengthMax} 个字符。`,
      ),
    )
  }
  const isPlain = places.every((place) => plain.test(place.text) && onlyNames.test(place.text))
  const values = isPlain ? read(places.map((place) => place.text).join(' ')) : 'not plain'
  if (typeof values === 'string') return E.left(refused(places, values))
  const dayRule = dayRuleOf(values)
  const months = word(values.month)
  return E.right({
    secondsLow: 1,
    secondsHigh: 0,
    minutesLow: word(values.minute),
    minutesHigh: word(values.minute, 32),
    hours: word(values.hour),
    months,
    dayRule,
    years: null,
    weekly: weeklyOf(dayRule, months, null),
  })
}
