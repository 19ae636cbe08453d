// What a change rests on: a revision that was seen, nothing that was there, or no change at all, only
// the answer what it would be.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, typesOf, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const path = '/api/v1/tasks/billing/nightly'
const calendarPath = '/api/v1/calendars/holidays'
const cron = (expression: string) => ({
  schedule: { type: 'cron', expression },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
})

test('with If-None-Match a task that is there is left alone', async () => {
  const only = { 'If-None-Match': '*' }
  expect((await api.send('PUT', path, cron('0 0 2 * * ?'), only)).status).toBe(201)
  const again = await api.send('PUT', path, cron('0 0 3 * * ?'), only)
  expect(again).toMatchObject({ status: 409, json: { title: 'Task already exists' } })
  expect(typesOf(api.log)).toEqual(['TaskAdded'])
})

describe('a dry run', () => {
  const rehearse = (body: object) => api.send('PUT', `${path}?dryRun=true`, body)

  test('of a new task tells what would be stored, and stores nothing', async () => {
    const { status, json } = await rehearse(cron('0 0 2 * * ?'))
    expect([status, json.problem, json.current]).toEqual([200, null, null])
    expect(json.definition).toMatchObject({ policy: { timeoutMs: 30_000 }, dataJson: 'null' })
    expect(api.log()).toEqual([])
  })

  test('of a change tells what is stored, at which revision', async () => {
    await api.send('PUT', path, cron('0 0 2 * * ?'))
    await api.post(`${path}/pause`, { until: '2099-01-01T00:00:00Z' })
    const { json } = await rehearse(cron('0 0 3 * * ?'))
    expect(json).toMatchObject({
      definition: { schedule: { expression: '0 0 3 * * ?' } },
      current: {
        revision: 1,
        status: 'Paused',
        pausedUntil: '2099-01-01T00:00:00.000Z',
        definition: { schedule: { expression: '0 0 2 * * ?' } },
      },
    })
    expect(typesOf(api.log)).toEqual(['TaskAdded', 'TaskPaused'])
  })

  test('tells what speaks against it, as the change itself would', async () => {
    const never = cron('0 0 2 1 1 ? 2001')
    const { json } = await rehearse(never)
    expect(json.problem).toMatchObject({ title: 'Schedule never fires' })
    expect((await api.send('PUT', path, never)).json.title).toBe('Schedule never fires')
    expect((await rehearse({ schedule: {} })).status).toBe(400)
  })
})

describe('calendars', () => {
  const weekends = { zone: 'UTC', rules: [{ type: 'weekdays', weekdays: ['SUN'] }] }

  test('are tried as well', async () => {
    const rehearse = (body: object) => api.send('PUT', `${calendarPath}?dryRun=true`, body)
    expect((await rehearse(weekends)).json).toMatchObject({ current: null, problem: null })
    await api.send('PUT', calendarPath, weekends)
    const wrong = { ...weekends, rules: [{ type: 'cron', expression: '0 61 * * * ?' }] }
    expect((await rehearse(wrong)).json).toMatchObject({
      current: { revision: 0, definition: weekends },
      problem: { title: 'Calendar invalid' },
    })
    expect(typesOf(api.log)).toEqual(['CalendarDefined'])
  })

  test('that are there are left alone with If-None-Match', async () => {
    const only = { 'If-None-Match': '*' }
    expect((await api.send('PUT', calendarPath, weekends, only)).status).toBe(200)
    const again = await api.send('PUT', calendarPath, { ...weekends, zone: 'Asia/Tokyo' }, only)
    expect(again).toMatchObject({ status: 409, json: { title: 'Calendar already exists' } })
    const racing = Array.from({ length: 16 }, (_, n) =>
      api.send(
        'PUT',
        '/api/v1/calendars/new',
        { ...weekends, exemptDates: [`2030-01-${10 + n}`] },
        only,
      ),
    )
    const statuses = (await Promise.all(racing)).map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(15).fill(409)])
    await api.send('DELETE', calendarPath)
    expect((await api.send('PUT', calendarPath, weekends, only)).status).toBe(200)
  })

  test('are changed at the revision that was seen, or not at all', async () => {
    await api.send('PUT', calendarPath, weekends)
    await api.send('PUT', calendarPath, { ...weekends, zone: 'Asia/Shanghai' })
    const stale = { 'If-Match': '"0"' }
    expect((await api.send('PUT', calendarPath, weekends, stale)).status).toBe(412)
    expect((await api.send('DELETE', calendarPath, undefined, stale)).status).toBe(412)
    const fresh = { 'If-Match': '"1"' }
    expect((await api.send('PUT', calendarPath, weekends, fresh)).json.revision).toBe(2)
  })
})

test('what If-None-Match cannot mean is refused by name', async () => {
  for (const at of [path, calendarPath]) {
    const reply = await api.send('PUT', at, cron('0 0 2 * * ?'), { 'If-None-Match': '"0"' })
    expect([reply.status, reply.json.problems[0].field]).toEqual([400, 'If-None-Match'])
  }
})
