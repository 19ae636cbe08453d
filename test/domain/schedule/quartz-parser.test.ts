// What the parser refuses, where it points, and that it says so at once; and the corners it accepts.
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cronNext, quartzRules } from '../../../src/domain/schedule/cron-fires.ts'
import { parseQuartzCron } from '../../../src/domain/schedule/quartz-parser.ts'
import { printQuartzCron } from '../../../src/domain/schedule/quartz-printer.ts'
import { cronOf, zoneOf } from './samples.ts'

const refusal = (text: string) => {
  const parsed = parseQuartzCron(text)
  return E.isLeft(parsed) ? parsed.left : null
}

describe('a refusal names field and character', () => {
  test.each([
    ['0 60 9 * * ?', 'minutes', 2],
    ['0 0 24 * * ?', 'hours', 4],
    ['0 0 9 1,32 * ?', 'dayOfMonth', 8],
    ['0 0 9 * FOO ?', 'month', 8],
    ['0 0 9 ? * 8', 'dayOfWeek', 10],
    ['0 0 9 ? * FRI#6', 'dayOfWeek', 14],
    ['0 0 9 ? * MON#1,FRI#2', 'dayOfWeek', 16],
    ['0 0 9 L,15 * ?', 'dayOfMonth', 6],
    ['0 0 9 L-31 * ?', 'dayOfMonth', 8],
    ['0 0 9 * * * 2026', 'dayOfWeek', 10],
    ['0 0 9 ? * ?', 'dayOfWeek', 10],
    ['0 0 9 * * ? 2030-2028', 'year', 17],
    ['0 0 9 * * ? 1969', 'year', 12],
    ['0 */0 9 * * ?', 'minutes', 4],
    ['0 0 9 * *', 'expression', 9],
    ['0 0 9 * * ? * *', 'expression', 14],
    ['? 0 9 * * ?', 'seconds', 0],
    ['', 'expression', 0],
  ])('%s', (text, field, position) => {
    expect(refusal(text)).toMatchObject({ field, position })
    expect(refusal(text)?.message.en).not.toBe('')
    expect(refusal(text)?.message.zh).not.toBe('')
  })

  test('five fields are pointed to the Unix dialect', () => {
    expect(refusal('*/5 * * * *')?.message.en).toContain('Unix')
  })
})

describe('corners of the grammar', () => {
  test.each([
    ['0 0 22-4/3 * * ?', '0 0 1,4,22 * * ?'],
    ['0 /20 * * * ?', '0 */20 * * * ?'],
    ['0 0 9 1W,15W * ?', '0 0 9 1W * ?'],
    ['0 0 9 ? * MON#1,FRI', '0 0 9 ? * MON#1'],
    ['0 0 9 ? * 2,4,6#3', '0 0 9 ? * MON#3'],
    ['0 0 9 ? * L', '0 0 9 ? * SAT'],
    ['0 0 9 ? * fril', '0 0 9 ? * FRIL'],
    ['0 0 9 ? NOV-FEB 6-2', '0 0 9 ? 1,2,11,12 SUN,MON,FRI,SAT'],
    ['0 0 9 L-0W * ?', '0 0 9 LW * ?'],
    ['0\t0  9 ? * THURSDAY', '0 0 9 ? * THU'],
  ])('%s is %s', (text, canonical) => {
    expect(printQuartzCron(cronOf(text))).toBe(canonical)
  })
})

describe('bounded work', () => {
  const longOnes = [
    `${'1,2,3,'.repeat(160)}1 * * * * ?`,
    `0 0 0 ${'1W,'.repeat(300)}1 * ?`,
    `0 0 0 ? * ${'MON,'.repeat(240)}TUE`,
    '*/'.repeat(500),
    ' '.repeat(1_000),
    '9'.repeat(1_000),
    `0 0 0 1 1 ? ${'2026-2199/1,'.repeat(80)}2026`,
  ]
  const impossible = ['0 0 0 31 SEP ?', '0 0 0 30 2 ?', '0 0 0 31 2,4,6,9,11 ? *', '0 0 0 L-30 2 ?']

  test('a thousand characters are read within 5 ms', () => {
    longOnes.forEach((text) => parseQuartzCron(text))
    for (const text of longOnes) {
      const times = [1, 2, 3, 4, 5].map(() => {
        const start = performance.now()
        parseQuartzCron(text)
        return performance.now() - start
      })
      expect(Math.min(...times)).toBeLessThan(5)
    }
  })

  test('an expression that never fires is found out within 50 ms', () => {
    cronNext(cronOf('0 0 0 1 1 ?'), zoneOf('America/New_York'), quartzRules, 0)
    for (const text of impossible) {
      const start = performance.now()
      expect(cronNext(cronOf(text), zoneOf('America/New_York'), quartzRules, 0)).toBeNull()
      expect(performance.now() - start).toBeLessThan(50)
    }
  })

  test('any text is understood or refused, never thrown at', () => {
    const characters = '0123456789*/-,?LW#MONJAN \t xé'.split('')
    const text = fc.array(fc.constantFrom(...characters), { maxLength: 40 }).map((l) => l.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (input) => {
        const parsed = parseQuartzCron(input)
        if (E.isLeft(parsed)) expect(parsed.left.message.en).not.toBe('')
        else cronNext(parsed.right, zoneOf('UTC'), quartzRules, 1.8e12)
      }),
      { numRuns: 3_000 },
    )
  })
})
