// The canonical text of an understood expression: equal schedules print alike, and reading the print
// gives the same schedule again. Null where only Unix cron could say it.
import { membersOf } from './bits.ts'
import { yearMax, yearMin, type DayRule, type QuartzCron } from './quartz-cron.ts'

const weekdayCodes = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const
const weekdayCode = (weekday: number): string => weekdayCodes[weekday] ?? ''

/** Runs of consecutive numbers, as [first, last]. */
export const runsOf = (members: readonly number[]): [number, number][] => {
  const runs: [number, number][] = []
  for (const member of members) {
    const run = runs.at(-1)
    if (run?.[1] === member - 1) run[1] = member
    else runs.push([member, member])
  }
  return runs
}

/** The distance between neighbours when it is the same, at least 2, and shown at least three times. */
export const stepOf = (members: readonly number[]): number | null => {
  const [first, second] = members
  if (first === undefined || second === undefined || members.length < 3) return null
  const step = second - first
  const isEven = members.every((member, index) => member === first + index * step)
  return step >= 2 && isEven ? step : null
}

const listed = (members: readonly number[], show: (member: number) => string): string =>
  runsOf(members)
    .flatMap(([first, last]) =>
      last - first < 2
        ? first === last
          ? [show(first)]
          : [show(first), show(last)]
        : [`${show(first)}-${show(last)}`],
    )
    .join(',')

const printSet = (members: readonly number[], min: number, max: number): string => {
  if (members.length === max - min + 1) return '*'
  const step = stepOf(members)
  const first = members[0] ?? min
  const last = members.at(-1) ?? max
  if (step === null) return listed(members, String)
  if (last + step <= max) return `${first}-${last}/${step}`
  return `${first === min ? '*' : first}/${step}`
}

const ofLast = (offset: number): string => (offset === 0 ? 'L' : `L-${offset}`)

const printDays = (rule: DayRule): readonly [dayOfMonth: string, dayOfWeek: string] | null => {
  switch (rule.kind) {
    case 'days':
      return [printSet(membersOf([rule.days]), 1, 31), '?']
    case 'last':
      return [ofLast(rule.offset), '?']
    case 'lastNearestWeekday':
      return [`${ofLast(rule.offset)}W`, '?']
    case 'nearestWeekday':
      return [`${rule.day}W`, '?']
    case 'weekdays': {
      const members = membersOf([rule.weekdays])
      return ['?', members.length === 7 ? '*' : listed(members, weekdayCode)]
    }
    case 'lastWeekdayOfKind':
      return ['?', `${weekdayCode(rule.weekday)}L`]
    case 'nthWeekdayOfKind':
      return ['?', `${weekdayCode(rule.weekday)}#${rule.nth}`]
    case 'either':
      return null
  }
}

export const yearsOf = (cron: QuartzCron): readonly number[] | null =>
  cron.years === null ? null : membersOf(cron.years).map((bit) => bit + yearMin)

export const printQuartzCron = (cron: QuartzCron): string | null => {
  const days = printDays(cron.dayRule)
  if (days === null) return null
  const years = yearsOf(cron)
  const fields = [
    printSet(membersOf([cron.secondsLow, cron.secondsHigh]), 0, 59),
    printSet(membersOf([cron.minutesLow, cron.minutesHigh]), 0, 59),
    printSet(membersOf([cron.hours]), 0, 23),
    days[0],
    printSet(membersOf([cron.months]), 1, 12),
    days[1],
  ]
  return (years === null ? fields : [...fields, printSet(years, yearMin, yearMax)]).join(' ')
}
