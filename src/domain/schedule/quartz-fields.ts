// The part of the grammar that all fields share: lists of `*`, `*/n`, `/n`, `a`, `a/n`, `a-b`,
// `a-b/n` and, where the field has them, three-letter names in any case. Ranges wrap in every field
// but the year, and a step goes on across the wrap. A field becomes a set of bits counted from its
// own base. Positions in errors count characters of the whole expression.
import * as E from 'fp-ts/lib/Either.js'
import { problem, type ScheduleProblem } from './problem.ts'
import { yearMax, yearMin } from './quartz-cron.ts'

/** A stretch of the expression that is not blank. */
export interface Token {
  readonly text: string
  readonly from: number
  readonly to: number
}

export interface FieldSpec {
  readonly field: string
  readonly en: string
  readonly zh: string
  readonly min: number
  readonly max: number
  readonly stepMax: number
  /** Bit 0 of the set. */
  readonly base: number
  readonly wordCount: number
  readonly names: readonly string[]
  readonly wraps: boolean
}

const spec = (
  field: string,
  en: string,
  zh: string,
  [min, max, stepMax, base]: readonly [number, number, number, number],
  names: readonly string[] = [],
): FieldSpec => ({
  field,
  en,
  zh,
  min,
  max,
  stepMax,
  base,
  wordCount: ((max - base) >> 5) + 1,
  names,
  wraps: field !== 'year',
})

const monthNames =
  'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'
const weekdayNames = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'

export const fields = {
  seconds: spec('seconds', 'seconds', '秒', [0, 59, 59, 0]),
  minutes: spec('minutes', 'minutes', '分', [0, 59, 59, 0]),
  hours: spec('hours', 'hours', '时', [0, 23, 23, 0]),
  dayOfMonth: spec('dayOfMonth', 'day of month', '日', [1, 31, 31, 0]),
  month: spec('month', 'month', '月', [1, 12, 12, 0], monthNames.split(' ')),
  dayOfWeek: spec('dayOfWeek', 'day of week', '星期', [1, 7, 7, 0], weekdayNames.split(' ')),
  year: spec('year', 'year', '年', [yearMin, yearMax, 9_999, yearMin]),
}

/** Where reading stands, and the set so far. Lives for one field. */
export interface Reader {
  readonly token: Token
  readonly spec: FieldSpec
  at: number
  readonly words: number[]
}

export const readerOf = (token: Token, spec: FieldSpec): Reader => ({
  token,
  spec,
  at: token.from,
  words: Array<number>(spec.wordCount).fill(0),
})

/** Upper-cased character code at the reader's place; 0 at the end of the field. */
export const peek = (reader: Reader): number => {
  if (reader.at >= reader.token.to) return 0
  const code = reader.token.text.charCodeAt(reader.at)
  return code >= 97 && code <= 122 ? code - 32 : code
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isLetter = (code: number): boolean => code >= 65 && code <= 90

export const comma = 44
const minus = 45
const slash = 47
const star = 42

export const refuse = (reader: Reader, en: string, zh: string, at = reader.at): ScheduleProblem =>
  problem(
    reader.spec.field,
    at,
    `${reader.spec.en.charAt(0).toUpperCase()}${reader.spec.en.slice(1)}: ${en}`,
    `${reader.spec.zh}：${zh}`,
  )

export const unexpected = (reader: Reader): ScheduleProblem => {
  if (reader.at >= reader.token.to) {
    return refuse(reader, 'something is missing at the end.', '末尾缺少内容。')
  }
  const shown = String.fromCodePoint(reader.token.text.codePointAt(reader.at) ?? 0)
  return refuse(reader, `"${shown}" was not expected here.`, `此处不应出现“${shown}”。`)
}

const outOfRange = (reader: Reader, at: number): ScheduleProblem => {
  const { min, max } = reader.spec
  return refuse(
    reader,
    `values must be between ${min} and ${max}.`,
    `取值须在 ${min} 到 ${max} 之间。`,
    at,
  )
}

/** Digits as a number; -1 when there are none. Anything beyond four digits stays out of range. */
export const readNumber = (reader: Reader): number => {
  if (!isDigit(peek(reader))) return -1
  let value = 0
  while (isDigit(peek(reader))) {
    value = Math.min(99_999, value * 10 + peek(reader) - 48)
    reader.at += 1
  }
  return value
}

/** Letters as a name: three of them, or more that spell on a full name standing alone; -1 otherwise. */
const readName = (reader: Reader, mayBeLong: boolean): number => {
  const start = reader.at
  while (isLetter(peek(reader))) reader.at += 1
  const word = reader.token.text.slice(start, reader.at).toUpperCase()
  const standsAlone =
    mayBeLong &&
    (reader.at === reader.token.to || peek(reader) === comma) &&
    (start === reader.token.from || reader.token.text.charCodeAt(start - 1) === comma)
  const length = standsAlone ? Math.max(3, word.length) : 3
  const index = reader.spec.names.findIndex(
    (name) => word.length >= 3 && name.startsWith(word.slice(0, length)),
  )
  if (index < 0) {
    reader.at = start
    return -1
  }
  reader.at = start + length
  return reader.spec.min + index
}

/** A number or a name within the field's range; before a letter or "#", names have three letters. */
export const readValue = (reader: Reader, mayBeLong = true): E.Either<ScheduleProblem, number> => {
  const start = reader.at
  const { min, max, names } = reader.spec
  if (isLetter(peek(reader)) && names.length > 0) {
    const named = readName(reader, mayBeLong)
    if (named >= 0) return E.right(named)
    const first = names[0]!.slice(0, 3)
    const last = names[names.length - 1]!.slice(0, 3)
    return E.left(
      refuse(
        reader,
        `expected a name from ${first} to ${last}, or a number.`,
        `应为 ${first} 到 ${last} 的名称，或数字。`,
      ),
    )
  }
  const value = readNumber(reader)
  if (value < 0) return E.left(unexpected(reader))
  return value < min || value > max ? E.left(outOfRange(reader, start)) : E.right(value)
}

/** The step after a slash; 0 when there is no slash. */
const readStep = (reader: Reader): E.Either<ScheduleProblem, number> => {
  if (peek(reader) !== slash) return E.right(0)
  reader.at += 1
  const start = reader.at
  const step = readNumber(reader)
  const { stepMax } = reader.spec
  if (step < 1 || step > stepMax) {
    return E.left(
      refuse(
        reader,
        `a step is a whole number from 1 to ${stepMax}.`,
        `步长须为 1 到 ${stepMax} 的整数。`,
        start,
      ),
    )
  }
  return E.right(step)
}

const addRange = (reader: Reader, first: number, last: number, step: number): void => {
  const { min, max, base } = reader.spec
  const size = max - min + 1
  const end = last < first ? last + size : last
  for (let value = first; value <= end; value += step) {
    const bit = (value > max ? value - size : value) - base
    reader.words[bit >> 5]! |= 1 << (bit & 31)
  }
}

/** One element of a list; what follows it is left to the caller. */
export const readElement = (reader: Reader): ScheduleProblem | null => {
  const { min, max } = reader.spec
  const code = peek(reader)
  if (code === star || code === slash) {
    if (code === star) reader.at += 1
    const step = readStep(reader)
    if (E.isLeft(step)) return step.left
    addRange(reader, min, max, step.right === 0 ? 1 : step.right)
    return null
  }
  const isNamed = isLetter(code)
  const first = readValue(reader)
  if (E.isLeft(first)) return first.left
  if (peek(reader) !== minus) {
    const step = isNamed ? E.right(0) : readStep(reader)
    if (E.isLeft(step)) return step.left
    addRange(
      reader,
      first.right,
      step.right === 0 ? first.right : max,
      step.right === 0 ? 1 : step.right,
    )
    return null
  }
  reader.at += 1
  const start = reader.at
  if (isLetter(peek(reader)) !== isNamed) return unexpected(reader)
  const last = readValue(reader)
  if (E.isLeft(last)) return last.left
  if (last.right < first.right && !reader.spec.wraps) {
    return refuse(reader, 'the range ends before it begins.', '范围的终点早于起点。', start)
  }
  const step = isNamed ? E.right(0) : readStep(reader)
  if (E.isLeft(step)) return step.left
  addRange(reader, first.right, last.right, step.right === 0 ? 1 : step.right)
  return null
}

export interface FieldSet {
  readonly words: readonly number[]
  readonly isFull: boolean
}

export const isFull = (reader: Reader): boolean => {
  const { min, max, base } = reader.spec
  for (let bit = min - base; bit <= max - base; bit += 1) {
    if (((reader.words[bit >> 5]! >>> (bit & 31)) & 1) === 0) return false
  }
  return true
}

/** A whole field of plain elements. */
export const parseList = (token: Token, spec: FieldSpec): E.Either<ScheduleProblem, FieldSet> => {
  const reader = readerOf(token, spec)
  for (;;) {
    if (peek(reader) === 63) {
      return E.left(
        refuse(reader, '"?" is only for day of month and day of week.', '“?”只能用于日和星期。'),
      )
    }
    const wrong = readElement(reader)
    if (wrong !== null) return E.left(wrong)
    if (reader.at === token.to) return E.right({ words: reader.words, isFull: isFull(reader) })
    if (peek(reader) !== comma) return E.left(unexpected(reader))
    reader.at += 1
  }
}
