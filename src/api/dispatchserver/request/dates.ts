// Dates as Java's serialisers write them: epoch milliseconds, `yyyy-MM-dd HH:mm:ss` and its shorter
// forms, ISO 8601, Gson's `Nov 23, 2026 8:00:00 AM`, json-lib's object. What names no zone is wall
// time in the task's zone; a wall time that exists twice means its second pass, one that does not
// exist is moved on by the gap, as Java does. Seconds are never guessed from small numbers.
import { isLosslessNumber } from 'lossless-json'
import { InstantFromNumber, type Instant } from '../../../domain/instant.ts'
import { dayNumber, daysInMonth } from '../../../domain/schedule/civil.ts'
import { type Zone } from '../../../domain/schedule/zone.ts'
import { instantOfWall } from '../../../domain/schedule/zone-walls.ts'
import { isJsonObject } from './json.ts'

/** Null for what is no date. */
export const instantIn = (value: unknown, zone: Zone): Instant | null => {
  if (isLosslessNumber(value)) return instantOfMs(Number(value.value))
  if (isJsonObject(value)) {
    const time = Object.hasOwn(value, 'time') ? value['time'] : null
    return isLosslessNumber(time) || isWhole(time) ? instantOfMs(Number(String(time))) : null
  }
  if (typeof value !== 'string') return null
  const text = value.replace(/[\s\u00a0\u202f]+/gu, ' ').trim()
  if (isWhole(text)) return instantOfMs(Number(text))
  return numericDate(text, zone) ?? namedDate(text, zone)
}

const isWhole = (value: unknown): value is string =>
  typeof value === 'string' && /^[+-]?\d{1,17}$/.test(value)

const instantOfMs = (ms: number): Instant | null => (InstantFromNumber.is(ms) ? ms : null)

const numericForm =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?)| (\d{2}:?\d{2}))?$/i

const numericDate = (text: string, zone: Zone): Instant | null => {
  const found = numericForm.exec(text)
  if (found === null) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = found
  // An unescaped `+` of a form arrives as a blank.
  const offset = found[8] ?? (found[9] === undefined ? null : `+${found[9]}`)
  const wall = wallOf([year, month, day, hour, minute, second].map(Number))
  if (wall === null) return null
  return zoned(wall, Number(fraction.padEnd(3, '0').slice(0, 3)), offset, zone)
}

const namedForm =
  /^([a-z]{3,9})\.? (\d{1,2}),? (\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap]m)?$/i
const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

const namedDate = (text: string, zone: Zone): Instant | null => {
  const found = namedForm.exec(text)
  if (found === null) return null
  const [, name = '', day, year, hourText, minute, second = '0', half] = found
  const month = monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1
  const clockHour = Number(hourText)
  if (half !== undefined && (clockHour < 1 || clockHour > 12)) return null
  const hour =
    half === undefined ? clockHour : (clockHour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  const wall = wallOf([Number(year), month, Number(day), hour, Number(minute), Number(second)])
  return wall === null ? null : zoned(wall, 0, null, zone)
}

/** Year, month, day, hour, minute, second as whole seconds of wall time; null if there is no such. */
const wallOf = ([
  year = 0,
  month = 0,
  day = 0,
  hour = 0,
  minute = 0,
  second = 0,
]: readonly number[]): number | null => {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  return dayNumber(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
}

const zoned = (wall: number, ms: number, offset: string | null, zone: Zone): Instant | null => {
  if (offset === null) return instantOfMs(instantOfWall(zone, wall) * 1000 + ms)
  const seconds = offsetSeconds(offset)
  return seconds === null ? null : instantOfMs((wall - seconds) * 1000 + ms)
}

const offsetSeconds = (offset: string): number | null => {
  if (offset.toUpperCase() === 'Z') return 0
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(3).replace(':', '') || '0')
  if (hours > 18 || minutes > 59) return null
  return (offset.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60)
}
