// The seven fields of a Quartz expression, taken apart, put together and told in words. What the
// words do not cover stays without; the rule as a whole is told by the service. Pure.
import type { Language } from '../words.ts'

export const cronFields = [
  'seconds',
  'minutes',
  'hours',
  'dayOfMonth',
  'month',
  'dayOfWeek',
  'year',
] as const
export type CronField = (typeof cronFields)[number]

/** Always seven; those that are not there are empty. */
export const partsOf = (expression: string): readonly string[] => {
  const parts = expression.trim().split(/\s+/)
  return cronFields.map((_, i) => parts[i] ?? '')
}

/** With one field changed; of the days, at most one can be given, so the other yields. */
export const withPart = (expression: string, field: CronField, text: string): string => {
  const parts = [...partsOf(expression)]
  const [day, weekday] = [cronFields.indexOf('dayOfMonth'), cronFields.indexOf('dayOfWeek')]
  parts[cronFields.indexOf(field)] = text
  if (field === 'dayOfMonth' && text !== '?') parts[weekday] = '?'
  if (field === 'dayOfMonth' && text === '?' && parts[weekday] === '?') parts[weekday] = '*'
  if (field === 'dayOfWeek' && text !== '?') parts[day] = '?'
  if (field === 'dayOfWeek' && text === '?' && parts[day] === '?') parts[day] = '*'
  return parts.join(' ').trim()
}

const units: Record<CronField, Record<Language, string>> = {
  seconds: { en: 'second', zh: '秒' },
  minutes: { en: 'minute', zh: '分钟' },
  hours: { en: 'hour', zh: '小时' },
  dayOfMonth: { en: 'day', zh: '天' },
  month: { en: 'month', zh: '个月' },
  dayOfWeek: { en: 'day of the week', zh: '天' },
  year: { en: 'year', zh: '年' },
}
const everyOne: Record<CronField, string> = {
  seconds: '每秒',
  minutes: '每分钟',
  hours: '每小时',
  dayOfMonth: '每天',
  month: '每月',
  dayOfWeek: '每天',
  year: '每年',
}
const suffix: Record<CronField, string> = {
  seconds: ' 秒',
  minutes: ' 分',
  hours: ' 点',
  dayOfMonth: ' 日',
  month: ' 月',
  dayOfWeek: '',
  year: ' 年',
}
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']

/** One value as people read it: Sunday is 1. */
const named = (field: CronField, text: string, language: Language): string => {
  const upper = text.toUpperCase()
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const utc = { timeZone: 'UTC' } as const
  if (field === 'dayOfWeek') {
    const index = days.includes(upper) ? days.indexOf(upper) : Number(text) - 1
    if (days[index] === undefined) return text
    // 2023-01-01 was a Sunday.
    const format = new Intl.DateTimeFormat(locale, { weekday: 'short', ...utc })
    return format.format(Date.UTC(2023, 0, 1 + index))
  }
  if (field === 'month') {
    const index = months.includes(upper) ? months.indexOf(upper) : Number(text) - 1
    if (months[index] === undefined) return text
    const format = new Intl.DateTimeFormat(locale, { month: 'short', ...utc })
    return format.format(Date.UTC(2023, index, 1))
  }
  return text
}

/** `0/5` of the minutes: "every 5 minutes from 0". Empty where there are no words. */
export const fieldWords = (field: CronField, text: string, language: Language): string => {
  const [en, unit] = [language === 'en', units[field][language]]
  const name = (value: string) => named(field, value, language)
  const end = en || field === 'month' ? '' : suffix[field]
  if (text === '') return field === 'year' ? (en ? 'every year' : '每年') : ''
  if (text === '*') return en ? `every ${unit}` : everyOne[field]
  if (text === '?') return en ? 'left open' : '不指定'
  if (text.toUpperCase() === 'L')
    return field === 'dayOfWeek' ? name('7') : en ? 'the last day' : '最后一天'
  if (text.toUpperCase() === 'LW') return en ? 'the last working day' : '最后一个工作日'
  const step = /^(\*|\w+)(?:-(\w+))?\/(\d+)$/.exec(text)
  if (step !== null) return stepWords(step, unit, name, end, en)
  const near = /^(\d+)W$/i.exec(text)
  if (near !== null)
    return en ? `the working day nearest to ${near[1]}` : `离 ${near[1]} 日最近的工作日`
  const nth = /^(\w+)#([1-5])$/.exec(text)
  if (nth !== null) {
    const [, day = '', n = ''] = nth
    return en ? `the ${ordinals[Number(n) - 1]} ${name(day)}` : `第 ${n} 个${name(day)}`
  }
  const last = /^(\w+)L$/i.exec(text)
  if (last !== null && field === 'dayOfWeek')
    return en ? `the last ${name(last[1] ?? '')}` : `最后一个${name(last[1] ?? '')}`
  if (!/^[\w,-]+$/.test(text)) return ''
  const items = text.split(',').map((item) => {
    const [from = '', to] = item.split('-')
    return to === undefined ? name(from) : `${name(from)}${en ? ' to ' : '至'}${name(to)}`
  })
  return items.join(en ? ', ' : '、') + end
}

const stepWords = (
  [, from = '', to, n = '']: RegExpExecArray,
  unit: string,
  name: (value: string) => string,
  end: string,
  en: boolean,
): string => {
  const every = en ? `every ${n} ${unit.replace('day of the week', 'day')}s` : `每 ${n} ${unit}`
  if (to !== undefined)
    return en
      ? `${every}, ${name(from)} to ${name(to)}`
      : `${name(from)}至${name(to)}${end}，${every}`
  if (from === '*') return every
  return en ? `${every} from ${name(from)}` : `从 ${name(from)}${end}起，${every}`
}

/** What people often want, first; each with its words by `fieldWords`. */
export const suggestions: Record<CronField, readonly string[]> = {
  seconds: ['0', '*', '0/5', '0/10', '0/30', '30'],
  minutes: ['0', '*', '0/5', '0/10', '0/15', '0/30', '0,30'],
  hours: ['0', '*', '0/2', '0/6', '0/12', '2', '8-18', '9,18'],
  dayOfMonth: ['*', '?', '1', '1,15', 'L', 'LW', '15W', '1/2'],
  month: ['*', '1/3', '1', '6,12', '3-11'],
  dayOfWeek: ['?', '*', 'MON-FRI', 'MON', 'SAT,SUN', 'MON#1', '6L'],
  year: ['', '*', '2027', '2027-2030'],
}

export const commonRules = [
  { word: 'everyMinute', expression: '0 * * * * ?' },
  { word: 'everyFiveMinutes', expression: '0 0/5 * * * ?' },
  { word: 'everyHour', expression: '0 0 * * * ?' },
  { word: 'everyDay', expression: '0 0 2 * * ?' },
  { word: 'onWorkdays', expression: '0 0 9 ? * MON-FRI' },
  { word: 'everyWeek', expression: '0 0 9 ? * MON' },
  { word: 'everyMonth', expression: '0 0 2 1 * ?' },
  { word: 'monthsEnd', expression: '0 0 20 L * ?' },
] as const
