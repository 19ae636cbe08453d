// A whole schedule in words, in Chinese and English: what fires, in which zone, from when to when.
// Knows no fire times.
import * as E from 'fp-ts/lib/Either.js'
import { type Instant } from '../instant.ts'
import { type Schedule, type SimpleSchedule } from './schedule.ts'
import { compileCron } from './timetable.ts'
import { cronWords } from './words-cron.ts'
import { joinWords, words, type Words } from './words-lists.ts'
import { findZone } from './zone.ts'
import { localTime } from './local-time.ts'

const units = [
  { ms: 86_400_000, en: 'day', zh: '天' },
  { ms: 3_600_000, en: 'hour', zh: '小时' },
  { ms: 60_000, en: 'minute', zh: '分钟' },
  { ms: 1_000, en: 'second', zh: '秒' },
  { ms: 1, en: 'millisecond', zh: '毫秒' },
] as const

/** "every 5 minutes" */
export const intervalWords = (ms: number): Words => {
  const unit = units.find((candidate) => ms % candidate.ms === 0) ?? units[4]
  const count = ms / unit.ms
  return count === 1
    ? words(`every ${unit.en}`, `每${unit.zh}`)
    : words(`every ${count} ${unit.en}s`, `每 ${count} ${unit.zh}`)
}

const simpleWords = (schedule: SimpleSchedule): Words => {
  if (schedule.repeatCount === 0) return words('once', '一次')
  const interval = intervalWords(schedule.intervalMs)
  if (schedule.repeatCount < 0) return interval
  const times = schedule.repeatCount + 1
  return words(`${interval.en}, ${times} times`, `${interval.zh}，共 ${times} 次`)
}

const bound = (schedule: Schedule, en: string, zh: string, instant: Instant | null): Words[] => {
  if (instant === null) return []
  const zone = findZone(schedule.zone)
  if (E.isLeft(zone)) return []
  const { text } = localTime(zone.right, instant)
  return [words(`${en} ${text}`, `${zh} ${text}`)]
}

/** The schedule in words; null when its expression or zone is not understood. */
export const scheduleWords = (schedule: Schedule): Words | null => {
  const bounds = [
    ...bound(schedule, 'from', '自', schedule.startAt),
    ...bound(schedule, 'until', '至', schedule.endAt),
  ]
  if (schedule.type === 'simple') return joinWords([simpleWords(schedule), ...bounds])
  const cron = compileCron(schedule.dialect, schedule.expression)
  if (E.isLeft(cron)) return null
  const zone = words(`${schedule.zone} time`, `时区 ${schedule.zone}`)
  return joinWords([cronWords(cron.right), zone, ...bounds])
}
