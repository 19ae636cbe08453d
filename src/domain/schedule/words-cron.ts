// An expression in words. It describes what was understood, not how it was written, so that a slip
// of the pen shows; where a pattern has no short name its numbers are listed.
import { allHours, allMonths, type DayRule, type QuartzCron } from './quartz-cron.ts'
import { membersOf } from './bits.ts'
import { stepOf, yearsOf } from './quartz-printer.ts'
import {
  joinWords,
  listEn,
  listZh,
  monthEn,
  monthZh,
  ordinalEn,
  twoDigits,
  weekdayEn,
  weekdayZh,
  words,
  type Words,
} from './words-lists.ts'

const timesListedMax = 6

/** "every 5 minutes" for a set that repeats evenly over its whole range from 0; null otherwise. */
const evenStep = (members: readonly number[], size: number): number | null => {
  const step = stepOf(members)
  return step !== null && members[0] === 0 && size % step === 0 && members.length === size / step
    ? step
    : null
}

const timesListed = (
  hours: readonly number[],
  minutes: readonly number[],
  seconds: readonly number[],
): Words | null => {
  if (hours.length * minutes.length * seconds.length > timesListedMax) return null
  const withSeconds = seconds.some((second) => second !== 0)
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) =>
        [hour, minute, ...(withSeconds ? [second] : [])].map(twoDigits).join(':'),
      ),
    ),
  )
  const last = times.at(-1) ?? ''
  const before = times.slice(0, -1).join(', ')
  return words(`at ${before === '' ? last : `${before} and ${last}`}`, times.join('、'))
}

const hourWords = (cron: QuartzCron): Words[] => {
  if (cron.hours === allHours) return []
  const hours = membersOf([cron.hours])
  const step = evenStep(hours, 24)
  if (step !== null)
    return [words(`of every ${ordinalEn(step)} hour from 00:00`, `每 ${step} 小时（从 0 时起）`)]
  return [
    words(
      `during hour${hours.length === 1 ? '' : 's'} ${listEn(hours, twoDigits)}`,
      `${listZh(hours, String)}时内`,
    ),
  ]
}

const unitWords = (members: readonly number[], unit: { en: string; zh: string }): Words => {
  if (members.length === 60) return words(`every ${unit.en}`, `每${unit.zh}`)
  const step = evenStep(members, 60)
  if (step !== null) return words(`every ${step} ${unit.en}s`, `每 ${step} ${unit.zh}`)
  const zhUnit = unit.zh === '分钟' ? '分' : unit.zh
  return words(
    `at ${unit.en}${members.length === 1 ? '' : 's'} ${listEn(members, String)}`,
    `第 ${listZh(members, String)} ${zhUnit}`,
  )
}

const minuteUnit = { en: 'minute', zh: '分钟' }
const secondUnit = { en: 'second', zh: '秒' }

const timeWords = (cron: QuartzCron): Words => {
  const seconds = membersOf([cron.secondsLow, cron.secondsHigh])
  const minutes = membersOf([cron.minutesLow, cron.minutesHigh])
  const hours = membersOf([cron.hours])
  const listed = timesListed(hours, minutes, seconds)
  if (listed !== null) return listed
  const onTheMinute = seconds.length === 1 && seconds[0] === 0
  if (onTheMinute && minutes.length === 1) {
    const minute = minutes[0] ?? 0
    const step = evenStep(hours, 24)
    if (cron.hours === allHours || step !== null) {
      const every =
        step === null
          ? words('every hour', '每小时')
          : words(`every ${step} hours`, `每 ${step} 小时`)
      return minute === 0
        ? words(every.en, `${every.zh}整点`)
        : words(`${every.en} at minute ${minute}`, `${every.zh}的第 ${minute} 分`)
    }
  }
  const isSteady = seconds.length === 60 || evenStep(seconds, 60) !== null
  const parts: Words[] = []
  if (!onTheMinute) parts.push(unitWords(seconds, secondUnit))
  if (onTheMinute || minutes.length < 60 || !isSteady) {
    const minutePart = unitWords(minutes, minuteUnit)
    parts.push(
      parts.length === 0
        ? minutePart
        : words(`of ${minutePart.en.replace(/^at /, '')}`, minutePart.zh),
    )
  }
  const inHours = hourWords(cron)
  const en = joinWords([...parts, ...inHours], ' ').en
  const zh = joinWords([...inHours, ...parts.reverse()], '', '的').zh
  return words(en, zh)
}

const dayWords = (rule: DayRule): Words => {
  switch (rule.kind) {
    case 'days': {
      const days = membersOf([rule.days])
      if (days.length === 31) return words('every day', '每天')
      return words(
        `on the ${listEn(days, ordinalEn)} of the month`,
        `每月 ${listZh(days, String)} 日`,
      )
    }
    case 'weekdays': {
      const weekdays = membersOf([rule.weekdays])
      if (weekdays.length === 7) return words('every day', '每天')
      return words(`on ${listEn(weekdays, weekdayEn)}`, `每${listZh(weekdays, weekdayZh)}`)
    }
    case 'either':
      return joinWords(
        [
          dayWords({ kind: 'days', days: rule.days }),
          dayWords({ kind: 'weekdays', weekdays: rule.weekdays }),
        ],
        ' or ',
        '或',
      )
    case 'last':
      return rule.offset === 0
        ? words('on the last day of the month', '每月最后一天')
        : words(
            `${rule.offset} day${rule.offset === 1 ? '' : 's'} before the last day of the month`,
            `每月倒数第 ${rule.offset + 1} 天`,
          )
    case 'lastNearestWeekday':
      return rule.offset === 0
        ? words(
            'on the last working day (Monday–Friday) of the month',
            '每月最后一个工作日（周一至周五）',
          )
        : words(
            `on the working day (Monday–Friday) nearest to ${rule.offset} day${rule.offset === 1 ? '' : 's'} before the last day of the month`,
            `离每月倒数第 ${rule.offset + 1} 天最近的工作日（周一至周五）`,
          )
    case 'nearestWeekday':
      return words(
        `on the working day (Monday–Friday) nearest to the ${ordinalEn(rule.day)} of the month`,
        `离每月 ${rule.day} 日最近的工作日（周一至周五）`,
      )
    case 'lastWeekdayOfKind':
      return words(
        `on the last ${weekdayEn(rule.weekday)} of the month`,
        `每月最后一个${weekdayZh(rule.weekday)}`,
      )
    case 'nthWeekdayOfKind':
      return words(
        `on the ${ordinalEn(rule.nth)} ${weekdayEn(rule.weekday)} of the month`,
        `每月第 ${rule.nth} 个${weekdayZh(rule.weekday)}`,
      )
  }
}

/** `at 09:00, on Monday–Friday` / `每周一至周五，09:00` */
export const cronWords = (cron: QuartzCron): Words => {
  const years = yearsOf(cron)
  const months = membersOf([cron.months])
  const inYears =
    years === null ? [] : [words(`in ${listEn(years, String)}`, `${listZh(years, String)}年`)]
  const inMonths =
    cron.months === allMonths
      ? []
      : [words(`in ${listEn(months, monthEn)}`, listZh(months, monthZh))]
  const time = timeWords(cron)
  const days = dayWords(cron.dayRule)
  const isRound = days.zh === '每天' && !/^\d/.test(time.zh)
  const daysEn = isRound ? [] : [days]
  return words(
    joinWords([time, ...daysEn, ...inMonths, ...inYears]).en,
    joinWords([...inYears, ...inMonths, ...daysEn, time]).zh,
  )
}
