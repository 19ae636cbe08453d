// Exclusion calendars as the console holds them: what becomes of a day, and what a click on it changes.
import { expect, test } from 'vitest'
import {
  bodyOf,
  draftOf,
  emptyDraft,
  fateOf,
  toggled,
  wrongIn,
  type Calendar,
} from '../../console/src/calendars/calendar.ts'
import { rulesInWords } from '../../console/src/calendars/rule-words.ts'

const rules: Calendar['rules'] = [
  { type: 'weekdays', weekdays: ['SUN', 'SAT'] },
  { type: 'dates', dates: ['2026-10-02', '2026-10-01'] },
  { type: 'dates', dates: ['2026-10-01'] },
  { type: 'yearlyDates', dates: ['12-25'] },
]
const holidays = draftOf({ zone: 'Asia/Shanghai', rules, exemptDates: ['2026-10-10'] })

test.each([
  ['2026-10-01', 'excluded'],
  ['2026-10-03', 'excluded'],
  ['2026-10-10', 'exempt'],
  ['2030-12-25', 'excluded'],
  ['2026-10-05', 'open'],
] as const)('what becomes of %s: %s', (day, fate) => {
  expect(fateOf(day, holidays)).toBe(fate)
})

test('rules of one kind become one, in order, and are sent as such', () => {
  expect(bodyOf(holidays)).toEqual({
    zone: 'Asia/Shanghai',
    rules: [
      { type: 'dates', dates: ['2026-10-01', '2026-10-02'] },
      { type: 'yearlyDates', dates: ['12-25'] },
      { type: 'weekdays', weekdays: ['SUN', 'SAT'] },
    ],
    exemptDates: ['2026-10-10'],
  })
})

test('a click changes the fate of a day, and the next one changes it back', () => {
  for (const [day, then] of [
    ['2026-10-05', 'excluded'],
    ['2026-10-01', 'open'],
    ['2026-10-03', 'exempt'],
    ['2026-10-10', 'excluded'],
  ] as const) {
    const once = toggled(day, holidays)
    expect(fateOf(day, once), day).toBe(then)
    expect(fateOf(day, toggled(day, once)), day).toBe(fateOf(day, holidays))
  }
})

test('times of day leave a day partly open', () => {
  const nights = { ...emptyDraft('UTC'), ranges: [{ from: '22:00', to: '06:00' }] }
  expect(fateOf('2026-10-05', nights)).toBe('partly')
  expect(rulesInWords(nights, 'zh')).toEqual(['每天 22:00–06:00'])
})

test('what is no date or time is named by its field', () => {
  expect(
    wrongIn({
      ...emptyDraft('UTC'),
      dates: ['2026-02-29', '2028-02-29', 'tomorrow'],
      yearlyDates: ['02-29', '13-01'],
      ranges: [{ from: '24:00', to: '24:00' }],
    }),
  ).toEqual({
    dates: ['2026-02-29', 'tomorrow'],
    yearlyDates: ['13-01'],
    exemptDates: [],
    ranges: ['24:00'],
  })
})

test('a calendar is told in words, long lists with their number', () => {
  expect(rulesInWords(holidays, 'en')).toEqual([
    'on weekends',
    'on 2026-10-01, 2026-10-02',
    'every year on 12-25',
    'but it does on 2026-10-10',
  ])
})
