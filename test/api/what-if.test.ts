// What-if over HTTP: nothing is appended, and the answer is what the rules would decide.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

const start = Date.UTC(2026, 10, 23, 8)
let nowMs = start
let api: TestApi
beforeEach(async () => {
  nowMs = start
  api = await startApi({ now: () => nowMs })
})
afterEach(() => api.close())

const task = '/api/v1/tasks/a/one'
const recall = { type: 'http', url: 'http://callee.test/run' }
const body = (expression: string, change: object = {}) => ({
  schedule: { type: 'cron', expression, zone: 'UTC', ...change },
  recall,
})
const hours = (n: number) => new Date(start + n * 3_600_000).toISOString()
const simulate = async (question: object) => {
  const before = api.log().length
  const reply = await api.post(`${task}/simulate`, question)
  expect(api.log()).toHaveLength(before)
  return reply
}

describe('a simulation', () => {
  test('tells what a changed schedule adds, removes, moves and keeps', async () => {
    await api.send('PUT', task, body('0 30 9,15,21 * * ?'))
    const window = { from: hours(0), to: hours(24) }
    const { json } = await simulate({ ...window, task: body('0 0 9,12 * * ?') })
    expect(json).toMatchObject({ complete: true, kept: 0 })
    expect(json.moved).toEqual([
      { from: hours(1.5), to: hours(1) },
      { from: hours(7.5), to: hours(4) },
    ])
    expect(json.removed).toEqual([{ at: hours(13.5), instead: null }])
    expect(json.added).toEqual([])
    const more = (await simulate({ ...window, task: body('0 30 9,12,15,21 * * ?') })).json
    expect(more).toMatchObject({ kept: 3, moved: [], removed: [] })
    expect(more.added).toEqual([{ at: hours(4.5), instead: null }])
  })

  test('of nothing changed finds nothing', async () => {
    await api.send('PUT', task, body('0 0/20 * * * ?'))
    await api.send('POST', `${task}/pause`, { until: hours(3) })
    const { json } = await simulate({ from: hours(0), to: hours(48) })
    expect(json.counts).toMatchObject({ added: 0, removed: 0, moved: 0 })
    expect(json.kept).toBeGreaterThan(100)
  })

  test('of a pause and of a calendar names what would stand in the way', async () => {
    await api.send('PUT', task, body('0 0 * * * ?', { calendars: ['lunch'], misfire: 'doNothing' }))
    const window = { from: hours(0), to: hours(8) }
    const paused = await simulate({ ...window, paused: { from: hours(1.5), to: hours(3.5) } })
    expect(paused.json).toMatchObject({
      removed: [
        { at: hours(2), instead: 'paused' },
        { at: hours(3), instead: 'paused' },
      ],
      added: [],
    })
    const beyond = await simulate({ ...window, paused: { from: hours(5.5), to: hours(20) } })
    expect(beyond.json.removed).toEqual([
      { at: hours(6), instead: 'paused' },
      { at: hours(7), instead: 'paused' },
    ])
    const rules = [{ type: 'dailyRanges', ranges: [{ from: '12:00', to: '13:30' }] }]
    const calendar = { name: 'lunch', zone: 'UTC', rules }
    expect((await simulate({ ...window, calendar })).json.removed).toEqual([
      { at: hours(4), instead: 'calendar' },
      { at: hours(5), instead: 'calendar' },
    ])
    const nonsense = { name: 'lunch', zone: 'Nowhere', rules: [] }
    expect((await simulate({ ...window, calendar: nonsense })).status).toBe(422)
  })

  test('of a past window compares with what was', async () => {
    await api.send('PUT', task, body('0 0 * * * ?'))
    await api.send('POST', `${task}/pause`, {})
    nowMs = start + 6 * 3_600_000
    // The log says when it was recorded; the window begins after that.
    const from = new Date(Date.now() + 3_600_000 - (Date.now() % 3_600_000)).toISOString()
    expect((await simulate({ from, to: hours(0) })).status).toBe(400)
    const ledger = (await api.get(`${task}/occurrences?from=${hours(1)}&to=${hours(4)}`)).json
    expect(ledger.occurrences).toMatchObject([
      { verdict: 'paused' },
      { verdict: 'paused' },
      { verdict: 'paused' },
    ])
  })

  test('refuses what cannot be, by field', async () => {
    await api.send('PUT', task, body('0 0 * * * ?'))
    const far = { from: hours(0), to: hours(24 * 400) }
    expect((await simulate(far)).json.problems[0].field).toBe('to')
    const never = { from: hours(0), to: hours(1), task: body('0 0 0 1 1 ? 2020') }
    expect((await simulate(never)).json.type).toBe('urn:carillon:problem:schedule-never-fires')
    const unknown = { from: hours(0), to: hours(1), tusk: {} }
    expect((await simulate(unknown)).json.problems[0].field).toBe('tusk')
    const other = await api.post('/api/v1/tasks/a/never/simulate', {
      from: hours(0),
      to: hours(1),
    })
    expect(other.status).toBe(404)
  })

  test('of too many decisions says how far it came', async () => {
    await api.send('PUT', task, body('* * * * * ?'))
    const question = { from: hours(0), to: hours(24), task: body('0 * * * * ?') }
    const { json } = await simulate(question)
    expect(json.complete).toBe(false)
    expect(Date.parse(json.through as string)).toBeLessThan(start + 4 * 3_600_000)
    expect(json.counts.kept).toBeGreaterThan(150)
    expect(json.removed).toHaveLength(1_000)
  })
})

describe('resuming', () => {
  test('is previewed exactly as it then happens', async () => {
    await api.send('PUT', task, body('0 0 * * * ?', { misfire: 'ignore', catchUpMax: 2 }))
    await api.send('POST', `${task}/pause`, {})
    nowMs = start + 5.5 * 3_600_000
    const before = api.log().length
    const { json } = await api.get(`${task}/resume-preview`)
    expect(api.log()).toHaveLength(before)
    expect(json).toMatchObject({ status: 'Paused', next: hours(6) })
    expect(json.fires).toEqual([
      { scheduledFor: hours(4), cause: 'catch-up' },
      { scheduledFor: hours(5), cause: 'catch-up' },
    ])
    await api.send('POST', `${task}/resume`)
    const happened = api.log().slice(before)
    const fired = happened.filter(({ type }) => type === 'TaskTriggered')
    expect(fired.map(({ data }) => (data as { scheduledFor: string }).scheduledFor)).toEqual(
      (json.fires as { scheduledFor: string }[]).map(({ scheduledFor }) => scheduledFor),
    )
    const skipped = happened.filter(({ type }) => type === 'OccurrencesSkipped')
    expect(skipped.map(({ data }) => data)).toMatchObject(json.skipped)
  })

  test('of a task that is not paused makes up for nothing', async () => {
    await api.send('PUT', task, body('0 0 * * * ?'))
    const { json } = await api.get(`${task}/resume-preview`)
    expect(json).toMatchObject({ status: 'Active', fires: [], skipped: [] })
    expect((await api.get('/api/v1/tasks/a/never/resume-preview')).status).toBe(404)
  })
})

test('questions about a task are answered from the log, whatever another process has done to it', async () => {
  await api.send('PUT', task, body('0 0 * * * ?'))
  const other = await startApi({ beside: api, now: () => nowMs })
  try {
    const seen = async (): Promise<readonly unknown[]> => {
      const status: unknown = (await api.get(`${task}/resume-preview`)).json.status
      const kept: unknown = (await simulate({ from: hours(1), to: hours(3) })).json.counts.kept
      const changes: unknown = (await api.get(`${task}/versions/diff?from=0`)).json.changes.length
      return [status, kept, changes]
    }
    expect(await seen()).toEqual(['Active', 2, 0])
    await other.send('PUT', task, body('0 0/30 * * * ?'))
    expect(await seen()).toEqual(['Active', 4, 1])
    await other.send('POST', `${task}/pause`, {})
    expect(await seen()).toEqual(['Paused', 0, 1])
  } finally {
    await other.close()
  }
})
