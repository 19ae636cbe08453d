// What fires next, asked over HTTP: of the service, of a group, of one task, as a list and as a load.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usePostgres } from '../projections/kit.ts'
import { startOverReadModels, type ApiOverReadModels } from './over-read-models.ts'

const postgres = usePostgres()
const start = Date.UTC(2026, 10, 23, 8)
const nowMs = start
let api: ApiOverReadModels

const recall = { type: 'http', url: 'http://callee.test/run' }
const put = async (path: string, schedule: object) => {
  const reply = await api.send('PUT', `/api/v1/tasks/${path}`, { schedule, recall })
  expect(reply.status, JSON.stringify(reply.json)).toBeLessThan(300)
}
const cron = (expression: string, change: object = {}) => ({
  type: 'cron',
  expression,
  zone: 'UTC',
  ...change,
})
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()

beforeAll(async () => {
  api = await startOverReadModels(await postgres.freshUrl(), () => nowMs)
  await put('a/half', cron('0 0/30 * * * ?'))
  await put('a/hour', cron('0 0 * * * ?'))
  await put('b/hour', cron('0 0 * * * ?'))
})
afterAll(() => api.close())

describe('the agenda', () => {
  test('lists the fires to come in order of time, group and job', async () => {
    const { status, json } = await api.ask(`/api/v1/agenda?to=${at(121)}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ from: at(0), to: at(121), next: null, complete: true })
    expect(json.fires).toEqual([
      { at: at(0), group: 'a', job: 'half' },
      { at: at(0), group: 'a', job: 'hour' },
      { at: at(0), group: 'b', job: 'hour' },
      { at: at(30), group: 'a', job: 'half' },
      { at: at(60), group: 'a', job: 'half' },
      { at: at(60), group: 'a', job: 'hour' },
      { at: at(60), group: 'b', job: 'hour' },
      { at: at(90), group: 'a', job: 'half' },
      { at: at(120), group: 'a', job: 'half' },
      { at: at(120), group: 'a', job: 'hour' },
      { at: at(120), group: 'b', job: 'hour' },
    ])
  })

  test('comes in pages without gap or repetition, also within one instant', async () => {
    const whole = (await api.ask(`/api/v1/agenda?to=${at(121)}`)).json.fires as unknown[]
    const pages: unknown[] = []
    for (let next = ''; ;) {
      const cursor = next === '' ? '' : `&cursor=${next}`
      const { json } = await api.ask(`/api/v1/agenda?to=${at(121)}&limit=2${cursor}`)
      pages.push(...(json.fires as unknown[]))
      if (json.next === null) break
      next = json.next as string
    }
    expect(pages).toEqual(whole)
  })

  test('can be asked of one group or one task', async () => {
    const b = (await api.ask(`/api/v1/agenda?group=b&to=${at(61)}`)).json
    expect(b.fires).toEqual([
      { at: at(0), group: 'b', job: 'hour' },
      { at: at(60), group: 'b', job: 'hour' },
    ])
    const one = (await api.ask(`/api/v1/agenda?group=a&job=hour&to=${at(61)}`)).json
    expect(one.fires).toHaveLength(2)
    expect((await api.ask('/api/v1/agenda?job=hour')).status).toBe(400)
  })

  test('never reaches back before now', async () => {
    const { json } = await api.ask(`/api/v1/agenda?from=2020-01-01T00:00:00Z&to=${at(1)}`)
    expect(json.from).toBe(at(0))
    expect((await api.ask('/api/v1/agenda?to=2020-01-01T00:00:00Z')).status).toBe(400)
  })
})

describe('the load', () => {
  test('counts fires by hour and by minute', async () => {
    const hours = (await api.ask(`/api/v1/agenda/load?step=hour&to=${at(180)}`)).json
    expect(hours).toMatchObject({ step: 'hour', total: 12, complete: true })
    expect(hours.buckets).toEqual([
      { from: at(0), count: 4 },
      { from: at(60), count: 4 },
      { from: at(120), count: 4 },
    ])
    const minutes = (await api.ask(`/api/v1/agenda/load?step=minute&group=a&to=${at(60)}`)).json
    expect(minutes.buckets).toHaveLength(60)
    const busy = (minutes.buckets as { count: number }[]).filter(({ count }) => count > 0)
    expect(busy).toEqual([
      { from: at(0), count: 2 },
      { from: at(30), count: 1 },
    ])
  })

  test('refuses a step too fine for its window', async () => {
    const reply = await api.ask(`/api/v1/agenda/load?step=minute&to=${at(60 * 24 * 30)}`)
    expect(reply.status).toBe(400)
    expect(reply.json.problems[0].field).toBe('step')
  })
})

describe('a change', () => {
  test('is in the next answer: pauses are silent until they end, calendars are kept', async () => {
    await put('c/late', cron('0 0/10 * * * ?', { calendars: ['lunch'] }))
    const rules = [{ type: 'dailyRanges', ranges: [{ from: '08:05', to: '08:35' }] }]
    await api.send('PUT', '/api/v1/calendars/lunch', { zone: 'UTC', rules })
    const fires = async () => {
      const { json } = await api.ask(`/api/v1/agenda?group=c&to=${at(61)}`)
      const load = (await api.ask(`/api/v1/agenda/load?group=c&to=${at(61)}`)).json
      expect(load.total).toBe((json.fires as unknown[]).length)
      return (json.fires as { at: string }[]).map((fire) => fire.at)
    }
    expect(await fires()).toEqual([at(0), at(40), at(50), at(60)])
    await api.send('POST', '/api/v1/tasks/c/late/pause', { until: at(45) })
    expect(await fires()).toEqual([at(50), at(60)])
    await api.send('POST', '/api/v1/tasks/c/late/pause', {})
    expect(await fires()).toEqual([])
    await api.send('POST', '/api/v1/tasks/c/late/resume')
    await api.send('DELETE', '/api/v1/tasks/c/late')
    expect(await fires()).toEqual([])
  })
})
