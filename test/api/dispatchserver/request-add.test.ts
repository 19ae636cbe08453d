// The parts of add.do, in every type callers give them, and everything that can be wrong, by name.
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { dataBytesMax, defaultPolicy } from '../../../src/domain/task/definition.ts'
import {
  cronAdd,
  decodedAdd,
  fieldsOf,
  receivedAt,
  simpleAdd,
} from '../../support/dispatchserver.ts'
import { left, right } from '../../support/either.ts'

const scheduleOf = (request: object) => right(decodedAdd(request)).definition.schedule
const dataOf = (data: unknown): string =>
  right(decodedAdd(simpleAdd({}, { data }))).definition.dataJson
/** The request with a raw JSON text in place of its data. */
const rawDataOf = (text: string): string =>
  right(decodedAdd(JSON.stringify(simpleAdd({}, { data: '@' })).replace('"@"', text))).definition
    .dataJson

describe('dates', () => {
  const shanghai8 = Date.UTC(2026, 10, 23)
  test.each<readonly [unknown, number]>([
    [shanghai8, shanghai8],
    [String(shanghai8), shanghai8],
    [` ${shanghai8} `, shanghai8],
    [1463813876, 1463813876],
    [0, 0],
    [-1, -1],
    ['2026-11-23 08:00:00', shanghai8],
    ['2026-11-23 08:00:00.5', shanghai8 + 500],
    ['2026-11-23 08:00:00.123456', shanghai8 + 123],
    ['2026-11-23 08:00', shanghai8],
    ['2026-11-23 8:00', shanghai8],
    ['2026-11-23', shanghai8 - 8 * 3_600_000],
    ['2026/11/23 08:00:00', shanghai8],
    ['2026-11-23T08:00:00', shanghai8],
    ['2026-11-23T08:00:00.250', shanghai8 + 250],
    ['2026-11-23T00:00:00Z', shanghai8],
    ['2026-11-23T00:00:00.000Z', shanghai8],
    ['2026-11-23T00:00:00.000+0000', shanghai8],
    ['2026-11-23T00:00:00.000 0000', shanghai8],
    ['2026-11-23T08:00:00+08:00', shanghai8],
    ['2026-11-23T08:00:00+08', shanghai8],
    ['2026-11-22T19:00:00-05:00', shanghai8],
    ['2026-11-23 08:00:00 +0800', shanghai8],
    ['Nov 23, 2026 8:00:00 AM', shanghai8],
    ['Nov 23, 2026, 8:00:00 AM', shanghai8],
    ['Nov 23, 2026, 8:00:00\u202fAM', shanghai8],
    ['Nov 23, 2026 8:00:00\u00a0am', shanghai8],
    ['November 23, 2026, 8:00 AM', shanghai8],
    ['Nov 23, 2026 12:00:00 AM', shanghai8 - 8 * 3_600_000],
    ['Nov 23, 2026 12:30:00 PM', shanghai8 + 4.5 * 3_600_000],
    [{ time: shanghai8, year: 126, month: 10, date: 23 }, shanghai8],
    [{ time: String(shanghai8) }, shanghai8],
    [`{"time":${shanghai8}}`, NaN],
  ])('%j', (given, expected) => {
    const decoded = decodedAdd(simpleAdd({ startDate: given }))
    if (Number.isNaN(expected)) expect(fieldsOf(decoded)).toEqual(['taskConfig.startDate'])
    else expect(right(decoded).definition.schedule).toMatchObject({ startAt: expected })
  })

  test.each([
    'tomorrow',
    '2026-02-29',
    '2026-13-01',
    '2026-11-23 24:00:00',
    '2026-11-23 08:60',
    '23.11.2026',
    'Foo 23, 2026 8:00:00 AM',
    'Nov 23, 2026 13:00:00 PM',
    '9'.repeat(17),
    '9'.repeat(10_000),
    1e30,
    1.5,
    true,
    [2026, 11, 23],
    {},
    { time: null },
    { __proto__: { time: 1 } },
  ])('%j is none', (startDate) => {
    expect(fieldsOf(decodedAdd(simpleAdd({ startDate })))).toEqual(['taskConfig.startDate'])
  })

  test.each([undefined, null, ''])(
    '%j is no date: a simple task starts when it came',
    (nothing) => {
      const schedule = scheduleOf(simpleAdd({ startDate: nothing, endDate: nothing }))
      expect(schedule).toMatchObject({ startAt: receivedAt, endAt: null })
    },
  )

  test('without a zone are in the zone of the task', () => {
    const wall = { startDate: '2026-07-01 08:00:00', timeZone: 'america/new_york' }
    expect(scheduleOf(simpleAdd(wall))).toMatchObject({
      zone: 'America/New_York',
      startAt: Date.UTC(2026, 6, 1, 12),
    })
  })

  test('of a wall time that exists twice, or never', () => {
    const at = (startDate: string) =>
      scheduleOf(simpleAdd({ startDate, timeZone: 'Europe/Berlin' }))
    expect(at('2026-10-25 02:30:00')).toMatchObject({ startAt: Date.UTC(2026, 9, 25, 1, 30) })
    expect(at('2026-03-29 02:30:00')).toMatchObject({ startAt: Date.UTC(2026, 2, 29, 1, 30) })
  })
})

describe('the timing of a simple task', () => {
  const once = { intervalMs: 0, repeatCount: 0 }
  test.each<readonly [unknown, object]>([
    [undefined, once],
    [null, once],
    ['', once],
    [{}, once],
    [{ intervalType: 'NULL', interval: 5, isForever: true, repeatCount: 9 }, once],
    [{ intervalType: null, interval: 0 }, once],
    [
      { intervalType: 'SECOND', interval: 2, repeatCount: 1 },
      { intervalMs: 2_000, repeatCount: 0 },
    ],
    [
      { intervalType: 'SECOND', interval: 2, repeatCount: 5 },
      { intervalMs: 2_000, repeatCount: 4 },
    ],
    [
      { intervalType: 'SECOND', interval: 2, repeatCount: 0 },
      { intervalMs: 2_000, repeatCount: 0 },
    ],
    [
      { intervalType: 'SECOND', interval: 2 },
      { intervalMs: 2_000, repeatCount: 0 },
    ],
    [
      { intervalType: 'SECOND', interval: 0, repeatCount: 1 },
      { intervalMs: 0, repeatCount: 0 },
    ],
    [
      { intervalType: 'MILLISECOND', interval: '500', isForever: 'true', repeatCount: '0' },
      { intervalMs: 500, repeatCount: -1 },
    ],
    [
      { intervalType: 'minute', interval: 1, forever: true },
      { intervalMs: 60_000, repeatCount: -1 },
    ],
    [
      { intervalType: 'HOUR', interval: 1.0, isForever: false, forever: true, repeatCount: 2 },
      { intervalMs: 3_600_000, repeatCount: 1 },
    ],
    [
      '{"intervalType":"HOUR","interval":1,"isForever":1}',
      { intervalMs: 3_600_000, repeatCount: -1 },
    ],
  ])('%j', (timeConfig, expected) => {
    expect(scheduleOf(simpleAdd({ timeConfig }))).toMatchObject(expected)
  })

  const at = (name: string): string => `taskConfig.timeConfig.${name}`
  test.each<readonly [unknown, string]>([
    ['soon', 'taskConfig.timeConfig'],
    [[1], 'taskConfig.timeConfig'],
    [{ intervalType: 'DAY', interval: 1 }, at('intervalType')],
    [{ interval: 5, isForever: true }, at('intervalType')],
    [{ intervalType: 'SECOND', isForever: true }, at('interval')],
    [{ intervalType: 'SECOND', interval: 0, isForever: true }, at('interval')],
    [{ intervalType: 'SECOND', interval: 0, repeatCount: 2 }, at('interval')],
    [{ intervalType: 'SECOND', interval: -1, isForever: true }, at('interval')],
    [{ intervalType: 'SECOND', interval: 1.5, isForever: true }, at('interval')],
    [{ intervalType: 'SECOND', interval: 'x', isForever: true }, at('interval')],
    [{ intervalType: 'HOUR', interval: Number.MAX_SAFE_INTEGER, isForever: true }, at('interval')],
    [{ intervalType: 'SECOND', interval: 1, repeatCount: -1 }, at('repeatCount')],
    [{ intervalType: 'SECOND', interval: 1, repeatCount: 2 ** 31 }, at('repeatCount')],
    [{ intervalType: 'SECOND', interval: 1, isForever: 'maybe' }, at('isForever')],
  ])('%j is refused', (timeConfig, field) => {
    expect(fieldsOf(decodedAdd(simpleAdd({ timeConfig })))).toEqual([field])
  })
})

describe('data', () => {
  test.each([
    [
      '{"n":12345678901234567890,"p":1.10,"e":1E400}',
      '{"n":12345678901234567890,"p":1.10,"e":1E400}',
    ],
    ['{ "a" : [ 1 , 2 ] }', '{"a":[1,2]}'],
    ['"{\\"p\\":1.10}"', '{"p":1.10}'],
    ['"plain text"', '"plain text"'],
    ['"[1,2]"', '"[1,2]"'],
    ['"12"', '"12"'],
    ['""', '""'],
    ['"{broken"', '"{broken"'],
    ['[1.10,2]', '[1.10,2]'],
    ['1.10', '1.10'],
    ['null', 'null'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    ['{"isLosslessNumber":true,"value":"],evil"}', '{"isLosslessNumber":true,"value":"],evil"}'],
    ['"\\ud800"', '"\\ud800"'],
    ['"\\u0000"', '"\\u0000"'],
  ])('%s becomes %s', (given, expected) => {
    expect(rawDataOf(given)).toBe(expected)
  })

  test('may be missing, and has a largest size in bytes', () => {
    expect(dataOf(undefined)).toBe('null')
    const chinese = Math.floor((dataBytesMax - 2) / 3)
    expect(dataOf('汉'.repeat(chinese))).toHaveLength(chinese + 2)
    const over = decodedAdd(simpleAdd({}, { data: 'x'.repeat(dataBytesMax) }))
    expect(fieldsOf(over)).toEqual(['recallConfig.data'])
  })
})

describe('whom to call', () => {
  const targetOf = (recall: object) => decodedAdd(simpleAdd({}, recall))
  test.each<readonly [object, object]>([
    [
      { option: { url: ' https://x.example/a?b=1 ' } },
      { type: 'http', url: 'https://x.example/a?b=1' },
    ],
    [{ option: '{"url":"http://[::1]:80/"}' }, { type: 'http', url: 'http://[::1]:80/' }],
    [
      { option: { url: 'http://主机.example/路径' } },
      { type: 'http', url: 'http://主机.example/路径' },
    ],
    [{ recallType: 'http' }, { type: 'http', url: 'http://127.0.0.1/x' }],
    [
      { recallType: 'SOCKET', option: { host: 'h', port: '9000' } },
      { type: 'socket', host: 'h', port: 9000 },
    ],
    [
      { recallType: 'SOCKET', option: { host: '[::1]', port: 1 } },
      { type: 'socket', host: '::1', port: 1 },
    ],
  ])('%j', (recall, expected) => {
    expect(right(targetOf(recall)).definition.recall).toEqual(expected)
  })

  const option = (name: string): string => `recallConfig.option.${name}`
  test.each<readonly [object, readonly string[]]>([
    [{ recallType: undefined }, ['recallConfig.recallType']],
    [{ recallType: 'FTP' }, ['recallConfig.recallType']],
    [{ recallType: {} }, ['recallConfig.recallType']],
    [{ option: undefined }, ['recallConfig.option']],
    [{ option: 'http://x/' }, ['recallConfig.option']],
    [{ option: {} }, [option('url')]],
    [{ option: { url: '127.0.0.1:80/x' } }, [option('url')]],
    [{ option: { url: '/x' } }, [option('url')]],
    [{ option: { url: 'http:x' } }, [option('url')]],
    [{ option: { url: 'http://' } }, [option('url')]],
    [{ option: { url: 'ftp://x/' } }, [option('url')]],
    [{ option: { url: 'file:///etc/passwd' } }, [option('url')]],
    [{ option: { url: 'http://x/\nHost: y' } }, [option('url')]],
    [{ option: { url: {} } }, [option('url')]],
    [{ option: { url: `http://x/${'a'.repeat(4_000)}` } }, [option('url')]],
    [{ recallType: 'SOCKET' }, [option('port'), option('host')]],
    [{ recallType: 'SOCKET', option: { host: 'h' } }, [option('port')]],
    [{ recallType: 'SOCKET', option: { host: 'h', port: 0 } }, [option('port')]],
    [{ recallType: 'SOCKET', option: { host: 'h', port: 65_536 } }, [option('port')]],
    [{ recallType: 'SOCKET', option: { host: 'h', port: 'x' } }, [option('port')]],
    [{ recallType: 'SOCKET', option: { host: 'a b', port: 1 } }, [option('host')]],
    [{ recallType: 'SOCKET', option: { host: 'http://h', port: 1 } }, [option('host')]],
  ])('%j is refused', (recall, fields) => {
    expect(fieldsOf(targetOf(recall)).toSorted()).toEqual(fields.toSorted())
  })
})

describe('the task', () => {
  test.each<readonly [object, string]>([
    [{ jobCode: '' }, 'jobCode'],
    [{ jobCode: '  ' }, 'jobCode'],
    [{ jobCode: 'a\u0000b' }, 'jobCode'],
    [{ jobCode: '\ud800' }, 'jobCode'],
    [{ jobCode: 'x'.repeat(201) }, 'jobCode'],
    [{ jobCode: {} }, 'jobCode'],
    [{ groupCode: undefined }, 'groupCode'],
    [{ priority: 2 ** 31 }, 'priority'],
    [{ priority: 1.5 }, 'priority'],
    [{ priority: 'high' }, 'priority'],
    [{ priority: [] }, 'priority'],
    [{ endDate: 'never' }, 'endDate'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ timeZone: 8 }, 'timeZone'],
    [{ misfire: 'fireNow' }, 'misfire'],
    [{ misfireThresholdMs: -1 }, 'misfireThresholdMs'],
    [{ catchUpMax: 'x' }, 'catchUpMax'],
    [{ jitterMs: 1e12 }, 'jitterMs'],
    [{ gap: 'second' }, 'gap'],
    [{ overlap: 'skip' }, 'overlap'],
    [{ calendars: [7] }, 'calendars'],
    [{ cronExpress: undefined }, 'cronExpress'],
    [{ cronExpress: {} }, 'cronExpress'],
    [{ cronExpress: '* * * * *' }, 'cronExpress'],
    [{ startDate: '2026-02-01', endDate: '2026-01-01' }, 'endDate'],
    [{ name: 'x'.repeat(201) }, 'name'],
  ])('%j is refused', (task, field) => {
    expect(fieldsOf(decodedAdd(cronAdd(task)))).toEqual([`taskConfig.${field}`])
  })

  test('takes numbers for codes, codes between blanks, and numbers as strings', () => {
    const { group, job, definition, replace } = right(
      decodedAdd({
        ...cronAdd({ jobCode: 17, groupCode: ' g1 ', priority: '-3' }),
        replace: 'TRUE',
      }),
    )
    expect({ group, job, replace }).toEqual({ group: 'g1', job: '17', replace: true })
    expect(definition.priority).toBe(-3)
  })

  test('is complete: every default of the service is filled in', () => {
    expect(right(decodedAdd(cronAdd()))).toEqual({
      group: 'g1',
      job: 'job1',
      replace: false,
      definition: {
        schedule: {
          type: 'cron',
          expression: '0 0 1 * * ?',
          dialect: 'quartz',
          startAt: null,
          endAt: null,
          zone: 'Asia/Shanghai',
          misfire: 'smart',
          gap: 'skip',
          overlap: 'second',
          misfireThresholdMs: 60_000,
          catchUpMax: 100,
          catchUpWindowMs: null,
          jitterMs: 0,
          calendars: [],
        },
        recall: { type: 'http', url: 'http://127.0.0.1/x' },
        dataJson: '{}',
        priority: 0,
        name: null,
        description: null,
        policy: defaultPolicy,
        extraJson: null,
      },
    })
  })

  test('may say more than the original knew', () => {
    const { schedule, policy, name, extraJson } = right(
      decodedAdd(
        cronAdd(
          { name: '夜间', misfire: 'doNothing', gap: 'after', calendars: ['假期'], jitterMs: '5' },
          {
            timeoutMs: 500,
            retries: { max: 3, backoffMs: 10, jitter: 0 },
            overlap: 'queueOne',
            concurrencyMax: 2,
            ratePerSecond: 0.5,
            followRedirects: true,
          },
        ),
      ),
    ).definition
    expect({ name, extraJson }).toEqual({ name: '夜间', extraJson: null })
    expect(schedule).toMatchObject({
      misfire: 'doNothing',
      gap: 'after',
      calendars: ['假期'],
      jitterMs: 5,
    })
    expect(policy).toEqual({
      ...defaultPolicy,
      timeoutMs: 500,
      retries: { ...defaultPolicy.retries, max: 3, backoffMs: 10, jitter: 0 },
      overlap: 'queueOne',
      concurrencyMax: 2,
      ratePerSecond: 0.5,
      followRedirects: true,
    })
    const three = right(decodedAdd(cronAdd({}, { retries: '3' }))).definition.policy.retries
    expect(three).toEqual({ ...defaultPolicy.retries, max: 3 })
    const on = (given: unknown) => decodedAdd(cronAdd({}, { retries: { on: given } }))
    for (const given of [['connect', '5xx', 429], 'Connect, 5xx,429'])
      expect(right(on(given)).definition.policy.retries).toEqual({
        ...defaultPolicy.retries,
        on: ['connect', '5xx', '429'],
      })
    expect(fieldsOf(on(['sometimes']))).toEqual(['recallConfig.retries.on'])
    expect(fieldsOf(decodedAdd(cronAdd({}, { retries: { max: -1 }, timeoutMs: 0 })))).toEqual([
      'recallConfig.timeoutMs',
      'recallConfig.retries.max',
    ])
  })

  test('keeps what nobody knows, in its place and exactly', () => {
    const text = `{"note":"n","x":1.10,"recallConfig":{"recallType":"HTTP","color":2.50,
      "option":{"url":"http://x/","weight":1}},"taskConfig":{"triggerType":"SimpleTrigger",
      "jobCode":"a","groupCode":"b","owner":{"__proto__":1},"timeConfig":{"unit":"?"}}}`
    expect(right(decodedAdd(text)).definition.extraJson).toBe(
      '{"note":"n","x":1.10,"recallConfig":{"color":2.50,"option":{"weight":1}},' +
        '"taskConfig":{"owner":{"__proto__":1},"timeConfig":{"unit":"?"}}}',
    )
  })
})

test('everything that is wrong is named at once, in one line of each language', () => {
  const wrong = decodedAdd({
    ...cronAdd({ jobCode: '', priority: 'x', endDate: 'y\nz' }, { recallType: 'FTP' }),
    replace: 'perhaps',
  })
  expect(fieldsOf(wrong).toSorted()).toEqual([
    'recallConfig.recallType',
    'replace',
    'taskConfig.endDate',
    'taskConfig.jobCode',
    'taskConfig.priority',
  ])
  for (const { message } of left(wrong)) {
    expect(message.en).toMatch(/^[ -~…]+$/)
    expect(message.zh).toMatch(/^[^\n\r]*\p{Script=Han}[^\n\r]*$/u)
  }
  expect(fieldsOf(decodedAdd({}))).toEqual(['recallConfig', 'taskConfig'])
  expect(fieldsOf(decodedAdd({ recallConfig: 7, taskConfig: {} }))).toEqual([
    'recallConfig',
    'taskConfig.jobCode',
    'taskConfig.groupCode',
    'taskConfig.triggerType',
  ])
  expect(E.isLeft(decodedAdd('{"recallConfig":null}'))).toBe(true)
})

describe('how long runs are kept', () => {
  test('is said in the task, as a number or as text; left out, the service decides', () => {
    const keptFor = (retentionDays: unknown) =>
      right(decodedAdd(cronAdd({ retentionDays }))).definition.retentionDays
    expect([keptFor(30), keptFor('30'), keptFor('')]).toEqual([30, 30, undefined])
    expect(fieldsOf(decodedAdd(cronAdd({ retentionDays: 0 })))).toEqual([
      'taskConfig.retentionDays',
    ])
  })
})
