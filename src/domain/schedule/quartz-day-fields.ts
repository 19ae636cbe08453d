// The two day fields with their letters: L, L-n, LW, L-nW, nW among the days of the month; L, nL and
// n#k among the weekdays. Lists around W and # do not combine in Quartz: the smallest value of the
// list carries the letter, and the rest is ignored; L in a list and a second # are refused.
import * as E from 'fp-ts/lib/Either.js'
import { bitFrom } from './bits.ts'
import { type ScheduleProblem } from './problem.ts'
import { type DayRule } from './quartz-cron.ts'
import {
  comma,
  fields,
  isDigit,
  isLetter,
  peek,
  readElement,
  readerOf,
  readNumber,
  readValue,
  refuse,
  unexpected,
  type Reader,
  type Token,
} from './quartz-fields.ts'

const letterL = 76
const letterW = 87
const hash = 35
const minus = 45
const offsetMax = 30

const isWhole = (token: Token): boolean => !token.text.slice(token.from, token.to).includes(',')

const lastInList = (reader: Reader): ScheduleProblem =>
  refuse(reader, '"L" cannot stand in a list.', '“L”不能出现在列表中。')

/** What follows a leading L in day of month. */
const readLast = (reader: Reader): E.Either<ScheduleProblem, DayRule> => {
  if (!isWhole(reader.token)) return E.left(lastInList(reader))
  reader.at += 1
  let offset = 0
  if (peek(reader) === minus) {
    reader.at += 1
    const start = reader.at
    offset = readNumber(reader)
    if (offset < 0 || offset > offsetMax) {
      return E.left(
        refuse(
          reader,
          `the offset from the last day is a number from 0 to ${offsetMax}.`,
          `距月末的天数须为 0 到 ${offsetMax} 的整数。`,
          start,
        ),
      )
    }
  }
  const nearestWeekday = peek(reader) === letterW
  if (nearestWeekday) reader.at += 1
  if (reader.at !== reader.token.to) return E.left(unexpected(reader))
  return E.right({ kind: nearestWeekday ? 'lastNearestWeekday' : 'last', offset })
}

/** Looks ahead: digits directly followed by a letter; the index of that letter, -1 without one. */
const letterAfterNumber = (reader: Reader, letter: number): number => {
  const { text, to } = reader.token
  let at = reader.at
  while (at < to && isDigit(text.charCodeAt(at))) at += 1
  if (at === reader.at || at >= to) return -1
  return (text.charCodeAt(at) & 0xdf) === letter ? at : -1
}

export const parseDayOfMonth = (token: Token): E.Either<ScheduleProblem, DayRule> => {
  const reader = readerOf(token, fields.dayOfMonth)
  if (peek(reader) === letterL) return readLast(reader)
  let nearest = false
  for (;;) {
    if (peek(reader) === letterL) return E.left(lastInList(reader))
    if (letterAfterNumber(reader, letterW) >= 0) {
      const day = readValue(reader)
      if (E.isLeft(day)) return day
      reader.words[0]! |= 1 << day.right
      reader.at += 1
      nearest = true
    } else {
      const wrong = readElement(reader)
      if (wrong !== null) return E.left(wrong)
    }
    if (reader.at === token.to) break
    if (peek(reader) !== comma) return E.left(unexpected(reader))
    reader.at += 1
  }
  const days = reader.words[0]!
  return E.right(
    nearest ? { kind: 'nearestWeekday', day: bitFrom(days, 0) } : { kind: 'days', days },
  )
}

const readNth = (reader: Reader): E.Either<ScheduleProblem, number> => {
  reader.at += 1
  const start = reader.at
  const nth = readNumber(reader)
  if (nth >= 1 && nth <= 5) return E.right(nth)
  return E.left(
    refuse(reader, 'a number from 1 to 5 must follow "#".', '“#”后须为 1 到 5 的数字。', start),
  )
}

/** Weekdays count from 1 in Quartz and from 0 here. */
export const parseDayOfWeek = (token: Token): E.Either<ScheduleProblem, DayRule> => {
  const reader = readerOf(token, fields.dayOfWeek)
  const whole = isWhole(token)
  if (peek(reader) === letterL && token.to - token.from === 1) {
    return E.right({ kind: 'weekdays', weekdays: 1 << 6 })
  }
  let nth = 0
  for (;;) {
    if (peek(reader) === letterL) return E.left(whole ? unexpected(reader) : lastInList(reader))
    const plainFrom = reader.at
    const special = specialAfterValue(reader)
    if (special === letterL) {
      if (!whole) return E.left(lastInList(reader))
      const weekday = readValue(reader, false)
      if (E.isLeft(weekday)) return weekday
      reader.at += 1
      if (reader.at !== token.to) return E.left(unexpected(reader))
      return E.right({ kind: 'lastWeekdayOfKind', weekday: weekday.right - 1 })
    }
    if (special === hash) {
      const weekday = readValue(reader, false)
      if (E.isLeft(weekday)) return weekday
      if (nth !== 0) {
        return E.left(refuse(reader, 'only one "#" is possible.', '只能使用一个“#”。', plainFrom))
      }
      const found = readNth(reader)
      if (E.isLeft(found)) return found
      nth = found.right
      reader.words[0]! |= 1 << weekday.right
    } else {
      const wrong = readElement(reader)
      if (wrong !== null) return E.left(wrong)
    }
    if (reader.at === token.to) break
    if (peek(reader) !== comma) return E.left(unexpected(reader))
    reader.at += 1
  }
  const weekdays = reader.words[0]! >>> 1
  return E.right(
    nth === 0
      ? { kind: 'weekdays', weekdays }
      : { kind: 'nthWeekdayOfKind', weekday: bitFrom(weekdays, 0), nth },
  )
}

/** The letter L or # directly behind a number or a three-letter name; 0 when there is none. */
const specialAfterValue = (reader: Reader): number => {
  const { text, to } = reader.token
  let at = reader.at
  if (isDigit(peek(reader))) {
    while (at < to && isDigit(text.charCodeAt(at))) at += 1
  } else if (isLetter(peek(reader))) {
    at += 3
  }
  if (at >= to || at === reader.at) return 0
  const code = text.charCodeAt(at)
  if (code === hash) return hash
  return code === letterL || code === letterL + 32 ? letterL : 0
}
