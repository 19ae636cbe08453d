// Lists, runs and names as words, in Chinese and English. Knows no schedule.
import { runsOf } from './quartz-printer.ts'

/** One text in both languages of the product. */
export interface Words {
  readonly en: string
  readonly zh: string
}

export const words = (en: string, zh: string): Words => ({ en, zh })

export const joinWords = (parts: readonly Words[], en = ', ', zh = '，'): Words => ({
  en: parts.map((part) => part.en).join(en),
  zh: parts.map((part) => part.zh).join(zh),
})

/** "1, 3–5 and 9" */
export const listEn = (members: readonly number[], show: (member: number) => string): string => {
  const parts = runsOf(members).flatMap(([first, last]) =>
    last - first < 2
      ? first === last
        ? [show(first)]
        : [show(first), show(last)]
      : [`${show(first)}–${show(last)}`],
  )
  const last = parts.pop() ?? ''
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}

/** "1、3–5、9" */
export const listZh = (members: readonly number[], show: (member: number) => string): string =>
  runsOf(members)
    .flatMap(([first, last]) =>
      last - first < 2
        ? first === last
          ? [show(first)]
          : [show(first), show(last)]
        : [`${show(first)}至${show(last)}`],
    )
    .join('、')

const monthNames =
  'January February March April May June July August September October November December'.split(' ')
const weekdayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

export const monthEn = (month: number): string => monthNames[month - 1] ?? ''
export const monthZh = (month: number): string => `${month}月`
export const weekdayEn = (weekday: number): string => weekdayNames[weekday] ?? ''
export const weekdayZh = (weekday: number): string => `周${'日一二三四五六'.charAt(weekday)}`

const ordinalSuffix = (n: number): string =>
  n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
export const ordinalEn = (n: number): string => `${n}${ordinalSuffix(n)}`

export const twoDigits = (n: number): string => String(n).padStart(2, '0')
