// What the editor of tasks does before anything is asked of the service.
import { describe, expect, test } from 'vitest'
import { fieldWords, partsOf, withPart } from '../../console/src/editor/cron-fields.ts'
import { differences, rebased } from '../../console/src/editor/differences.ts'
import { bodyOf, draftOf, newDraft } from '../../console/src/editor/draft.ts'
import { jsonProblem, laidOut, placeOf } from '../../console/src/editor/json-text.ts'
import { instantOfWall, wallOf } from '../../console/src/zoned.ts'
import type { Definition } from '../../console/src/api/types.ts'

const retries = { max: 2, backoffMs: 1_000, factor: 2, backoffMaxMs: 60_000, jitter: 0.2 }
const policy = {
  timeoutMs: 30_000,
  retries: { ...retries, on: ['5xx'] },
  overlap: 'allow',
  reportDeadlineMs: 86_400_000,
  concurrencyMax: null,
  ratePerSecond: 0.5,
  followRedirects: false,
}
const common = {
  zone: 'Asia/Shanghai',
  endAt: null,
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: ['holidays'],
}
const own = {
  dataJson: '{"id":12345678901234567890}',
  priority: 3,
  name: 'x',
  description: null,
  retentionDays: 7,
}
const cron: Definition = {
  schedule: {
    type: 'cron',
    expression: '0 0 2 * * ?',
    dialect: 'quartz',
    startAt: '2026-11-25T01:02:03.456Z',
    misfire: 'doNothing',
    gap: 'after',
    overlap: 'first',
    ...common,
  },
  recall: { type: 'http', url: 'http://127.0.0.1/run' },
  policy,
  extraJson: '{"note":1}',
  ...own,
}
const simple: Definition = {
  ...cron,
  schedule: {
    type: 'simple',
    startAt: '2026-11-25T01:02:03.456Z',
    intervalMs: 1_500,
    repeatCount: 9,
    misfire: 'fireNow',
    ...common,
  },
  recall: { type: 'socket', host: 'callee', port: 9_000 },
}
const key = { group: 'g', job: 'j' }

describe('a draft', () => {
  test.each([cron, simple])('of a task that nobody touches is the task to the digit', (given) => {
    expect(bodyOf(draftOf(key, given))).toEqual(given)
    expect(differences(given, bodyOf(draftOf(key, given)))).toEqual([])
  })

  test('of a new task names everything, with the defaults of the service', () => {
    const body = bodyOf({ ...newDraft({ ...common, policy }), ...key, url: 'http://x/' })
    expect(body).toMatchObject({ schedule: { zone: 'Asia/Shanghai', catchUpMax: 100 }, policy })
  })
})

describe('differences', () => {
  test('are told by field, lists as one value', () => {
    const changed = bodyOf({ ...draftOf(key, cron), calendars: [], expression: '0 0 3 * * ?' })
    expect(differences(cron, changed)).toEqual([
      { field: 'schedule.expression', from: '0 0 2 * * ?', to: '0 0 3 * * ?' },
      { field: 'schedule.calendars', from: ['holidays'], to: [] },
    ])
  })

  test('of two writers are both kept; where they meet, one’s own stays', () => {
    const base = draftOf(key, cron)
    const mine = { ...base, expression: '0 0 3 * * ?', priority: 1 }
    const theirs = { ...base, priority: 9, name: 'y', retries: { ...base.retries, max: 7 } }
    expect(rebased(base, mine, theirs)).toEqual({
      ...theirs,
      expression: '0 0 3 * * ?',
      priority: 1,
    })
    const patient = { ...base, retries: { ...base.retries, jitter: 0 } }
    expect(rebased(base, patient, theirs).retries).toMatchObject({ max: 7, jitter: 0 })
  })
})

describe('the fields of an expression', () => {
  test('are seven, whatever is typed', () => {
    expect(partsOf(' 0  0/5 * * * ? ')).toEqual(['0', '0/5', '*', '*', '*', '?', ''])
    expect(partsOf('')).toHaveLength(7)
  })

  test('yield to each other where only one day can be given', () => {
    expect(withPart('0 0 2 * * ?', 'dayOfWeek', 'MON')).toBe('0 0 2 ? * MON')
    expect(withPart('0 0 2 ? * MON', 'dayOfMonth', 'L')).toBe('0 0 2 L * ?')
    expect(withPart('0 0 2 1 * ?', 'dayOfMonth', '?')).toBe('0 0 2 ? * *')
    expect(withPart('0 0 2 * * ?', 'year', '2027')).toBe('0 0 2 * * ? 2027')
  })

  test.each([
    ['minutes', '0/5', 'every 5 minutes from 0', '从 0 分起，每 5 分钟'],
    ['hours', '8-18', '8 to 18', '8至18 点'],
    ['dayOfMonth', 'LW', 'the last working day', '最后一个工作日'],
    ['dayOfWeek', '2#1', 'the first Mon', '第 1 个周一'],
    ['dayOfWeek', 'MON-FRI', 'Mon to Fri', '周一至周五'],
    ['month', '3', 'Mar', '3月'],
    ['year', '', 'every year', '每年'],
  ] as const)('%s %j in words', (field, text, en, zh) => {
    expect([fieldWords(field, text, 'en'), fieldWords(field, text, 'zh')]).toEqual([en, zh])
  })
})

describe('JSON as it is typed', () => {
  test('is told by line and column where it is wrong', () => {
    const text = '{\n  "a": 1,\n  b: 2\n}'
    const { position } = jsonProblem(text) ?? {}
    expect(placeOf(text, position ?? -1)).toEqual([3, 3])
    expect([jsonProblem('{"a":1}'), jsonProblem('')]).toEqual([null, null])
  })

  test('is laid out with every digit', () => {
    expect(laidOut('{"n":12345678901234567890,"m":1.0}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "m": 1.0\n}',
    )
  })
})

describe('instants on the clock of a zone', () => {
  test.each([
    ['2026-07-01T00:00:00.000Z', 'Europe/Berlin', '2026-07-01T02:00:00'],
    ['2026-12-31T16:00:00.000Z', 'Asia/Shanghai', '2027-01-01T00:00:00'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', '2026-03-29T03:00:00'],
  ])('%s in %s there and back', (iso, zone, wall) => {
    expect(wallOf(iso, zone)).toBe(wall)
    expect(instantOfWall(wall, zone)).toBe(iso)
  })

  test('that the clocks skip are moved past the gap; nonsense is none', () => {
    expect(instantOfWall('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
    expect([instantOfWall('', 'UTC'), instantOfWall('2026-01-01T00:00', 'No/Where')]).toEqual([
      null,
      null,
    ])
  })
})
