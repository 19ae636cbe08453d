// Reads Quartz cron expressions. Everything that Quartz documents is accepted; what it merely
// tolerates (values it never checks, trailing garbage) is refused by name, so that no expression
// means something else here than there. One pass over the characters, no regular expressions:
// bounded by the length of the text. Knows no zone.
import * as E from 'fp-ts/lib/Either.js'
import { problem, type ScheduleProblem } from './problem.ts'
import { parseDayOfMonth, parseDayOfWeek } from './quartz-day-fields.ts'
import { fields, parseList, type FieldSpec, type Token } from './quartz-fields.ts'
import { expressionLengthMax, weeklyOf, type DayRule, type QuartzCron } from './quartz-cron.ts'

const isBlank = (code: number): boolean => code === 32 || code === 9

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  let from = 0
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && !isBlank(text.charCodeAt(at))) continue
    if (at > from) tokens.push({ text, from, to: at })
    from = at + 1
  }
  return tokens
}

const fieldOrder: readonly FieldSpec[] = [
  fields.seconds,
  fields.minutes,
  fields.hours,
  fields.dayOfMonth,
  fields.month,
  fields.dayOfWeek,
  fields.year,
]

const wrongCount = (text: string, tokens: readonly Token[]): ScheduleProblem => {
  if (tokens.length > 7) {
    return problem(
      'expression',
      tokens[7]!.from,
      `Expected six or seven fields, found ${tokens.length}.`,
      `应为六或七个字段，实际有 ${tokens.length} 个。`,
    )
  }
  const missing = fieldOrder[tokens.length]!
  const hint =
    tokens.length === 5
      ? {
          en: ' Five fields are Unix cron: put the seconds first, or choose the unix dialect.',
          zh: '五个字段是 Unix cron：请在最前面加上秒，或选择 unix 方言。',
        }
      : { en: '', zh: '' }
  return problem(
    'expression',
    text.length,
    `Expected six or seven fields, found ${tokens.length}: ${missing.en} is missing.${hint.en}`,
    `应为六或七个字段，实际有 ${tokens.length} 个：缺少${missing.zh}。${hint.zh}`,
  )
}

const isQuestionMark = (token: Token): boolean =>
  token.to - token.from === 1 && token.text.charCodeAt(token.from) === 63

const dayRuleOf = (dayOfMonth: Token, dayOfWeek: Token): E.Either<ScheduleProblem, DayRule> => {
  const anyDayOfMonth = isQuestionMark(dayOfMonth)
  const anyDayOfWeek = isQuestionMark(dayOfWeek)
  if (anyDayOfMonth && anyDayOfWeek) {
    return E.left(
      problem(
        'dayOfWeek',
        dayOfWeek.from,
        'Only one of day of month and day of week may be "?".',
        '日和星期不能同时为“?”。',
      ),
    )
  }
  if (anyDayOfMonth) return parseDayOfWeek(dayOfWeek)
  const rule = parseDayOfMonth(dayOfMonth)
  if (anyDayOfWeek || E.isLeft(rule)) return rule
  const weekdays = parseDayOfWeek(dayOfWeek)
  if (E.isLeft(weekdays)) return weekdays
  return E.left(
    problem(
      'dayOfWeek',
      dayOfWeek.from,
      'Either day of month or day of week must be "?": Quartz cannot combine them.',
      '日和星期中必须有一个为“?”：Quartz 不支持同时指定两者。',
    ),
  )
}

/** Understands an expression, or says what is wrong and where. */
export const parseQuartzCron = (text: string): E.Either<ScheduleProblem, QuartzCron> => {
  if (text.length > expressionLengthMax) {
    return E.left(
      problem(
        'expression',
        expressionLengthMax,
        `An expression has at most ${expressionLengthMax} characters.`,
        `表达式最多 ${expressionLengthMax} 个字符。`,
      ),
    )
  }
  const tokens = tokensOf(text)
  const [seconds, minutes, hours, dayOfMonth, month, dayOfWeek, year] = tokens
  if (
    seconds === undefined ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    tokens.length > 7
  ) {
    return E.left(wrongCount(text, tokens))
  }
  const secondSet = parseList(seconds, fields.seconds)
  if (E.isLeft(secondSet)) return secondSet
  const minuteSet = parseList(minutes, fields.minutes)
  if (E.isLeft(minuteSet)) return minuteSet
  const hourSet = parseList(hours, fields.hours)
  if (E.isLeft(hourSet)) return hourSet
  const monthSet = parseList(month, fields.month)
  if (E.isLeft(monthSet)) return monthSet
  const dayRule = dayRuleOf(dayOfMonth, dayOfWeek)
  if (E.isLeft(dayRule)) return dayRule
  const yearSet = year === undefined ? null : parseList(year, fields.year)
  if (yearSet !== null && E.isLeft(yearSet)) return yearSet
  const years = yearSet === null || yearSet.right.isFull ? null : yearSet.right.words
  const months = monthSet.right.words[0]!
  return E.right({
    secondsLow: secondSet.right.words[0]!,
    secondsHigh: secondSet.right.words[1]!,
    minutesLow: minuteSet.right.words[0]!,
    minutesHigh: minuteSet.right.words[1]!,
    hours: hourSet.right.words[0]!,
    months,
    dayRule: dayRule.right,
    years,
    weekly: weeklyOf(dayRule.right, months, years),
  })
}
