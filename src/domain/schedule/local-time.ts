// An instant as the wall of a zone shows it, with the offset that makes it unambiguous.
import { type Instant } from '../instant.ts'
import { twoDigits } from './words-lists.ts'
import { offsetAt, type Zone } from './zone.ts'

export interface LocalTime {
  /** `2026-11-23T09:00:00+08:00`; milliseconds only where there are any. */
  readonly text: string
  readonly offsetSeconds: number
  /** Sunday = 0. */
  readonly weekday: number
}

const offsetText = (seconds: number): string => {
  const size = Math.abs(seconds)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60]
  if (size % 60 !== 0) parts.push(size % 60)
  return (seconds < 0 ? '-' : '+') + parts.map(twoDigits).join(':')
}

export const localTime = (zone: Zone, instant: Instant): LocalTime => {
  const offsetSeconds = offsetAt(zone, Math.floor(instant / 1000))
  const wall = new Date(instant + offsetSeconds * 1000)
  const shown = Number.isNaN(wall.getTime()) ? new Date(instant) : wall
  const text = shown.toISOString().replace(/(\.000)?Z$/, '')
  return { text: text + offsetText(offsetSeconds), offsetSeconds, weekday: shown.getUTCDay() }
}
