// What is wrong with a body is said by the names of its fields and in plain words, in both languages:
// never by what the code calls its parts.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const schedule = { type: 'cron', expression: '0 0 2 * * ?' }
const recall = { type: 'http', url: 'http://127.0.0.1:9/run' }
const task = '/api/v1/tasks/g/j'
const calendar = '/api/v1/calendars/c'

const cases: readonly (readonly [string, string, unknown, string, string, string])[] = [
  [
    'PUT',
    task,
    { recall },
    'schedule',
    'missing; expected an object with the type cron or simple.',
    '缺少该字段，应为 type 为 cron 或 simple 的对象。',
  ],
  [
    'PUT',
    task,
    { schedule, recall: 'http://x' },
    'recall',
    'expected an object with the type http or socket.',
    '应为 type 为 http 或 socket 的对象。',
  ],
  [
    'PUT',
    task,
    { schedule: { ...schedule, expression: 5 }, recall },
    'schedule.expression',
    'expected a text of at most 1000 characters.',
    '应为不超过 1000 个字符的文本。',
  ],
  [
    'PUT',
    task,
    { schedule: { ...schedule, startAt: 'x' }, recall },
    'schedule.startAt',
    'expected an instant such as 2026-11-23T08:00:00Z or null.',
    '应为形如 2026-11-23T08:00:00Z 的时刻或 null。',
  ],
  [
    'PUT',
    `/api/v1/tasks/g/${'x'.repeat(201)}`,
    { schedule, recall },
    'job',
    'expected 1 to 200 printable characters without a blank at either end.',
    '应为 1 至 200 个可打印字符，首尾不能有空白。',
  ],
  [
    'PUT',
    task,
    { schedule, recall, data: 'x'.repeat(262_144) },
    'data',
    'at most 262144 bytes.',
    '不能超过 262144 字节。',
  ],
  ['PUT', calendar, {}, 'rules', 'missing; expected a list.', '缺少该字段，应为列表。'],
  ['PUT', calendar, { rules: 5 }, 'rules', 'expected a list.', '应为列表。'],
  ['PUT', calendar, { rules: [], zone: 5 }, 'zone', 'expected a text.', '应为文本。'],
  [
    'PUT',
    calendar,
    { rules: [{ type: 'moon' }] },
    'rules.0.type',
    'expected one of dates, yearlyDates, weekdays, dailyRanges, cron.',
    '应为以下之一：dates、yearlyDates、weekdays、dailyRanges、cron。',
  ],
  [
    'PUT',
    calendar,
    { rules: [{ type: 'weekdays', weekdays: ['Sunday'] }] },
    'rules.0.weekdays.0',
    'expected one of SUN, MON, TUE, WED, THU, FRI, SAT.',
    '应为以下之一：SUN、MON、TUE、WED、THU、FRI、SAT。',
  ],
  ['PUT', calendar, { rules: ['x'] }, 'rules.0', 'expected an object.', '应为对象。'],
  [
    'POST',
    `${task}/revert`,
    {},
    'revision',
    'missing; expected a revision as answers give it.',
    '缺少该字段，应为应答中给出的流版本。',
  ],
]

test.each(cases)('%s %s with %j', async (method, path, body, field, message, messageZh) => {
  const { status, json } = await api.send(method, path, body)
  expect([status, json.problems[0]]).toEqual([400, { field, position: null, message, messageZh }])
})

test.each([
  ['', 'missing; expected a JSON object.'],
  ['{"a":', 'not valid JSON; expected a JSON object.'],
  ['[]', 'expected a JSON object.'],
])('a body of %j', async (body, message) => {
  const { status, json } = await api.post('/api/v1/recalls/test', body)
  expect([status, json.problems[0].field, json.problems[0].message]).toEqual([400, 'body', message])
})

test('a rule of a calendar that makes no sense is named', async () => {
  const { status, json } = await api.send('PUT', calendar, { zone: 'Mars', rules: [] })
  expect([status, json.problems[0].field]).toEqual([422, 'zone'])
})
