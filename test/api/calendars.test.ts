// Exclusion calendars by REST, and what they do to the decisions of a task that names them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const holidays = {
  zone: 'Asia/Shanghai',
  rules: [{ type: 'yearlyDates', dates: ['10-01', '10-02'] }],
}
const path = '/api/v1/calendars/holidays'

test('a calendar is defined, read, changed and removed, each change a revision', async () => {
  const defined = await api.send('PUT', `${path}?reason=national%20day`, holidays)
  expect(defined).toMatchObject({ status: 200, json: { name: 'holidays', revision: 0 } })
  await vi.waitFor(async () =>
    expect((await api.get(path)).json).toEqual({
      name: 'holidays',
      revision: 0,
      ...holidays,
      exemptDates: [],
    }),
  )
  const again = await api.send('PUT', path, holidays)
  expect(again.json).toMatchObject({ revision: 0, position: null })
  const changed = await api.send('PUT', path, { ...holidays, exemptDates: ['2027-10-01'] })
  expect(changed.json).toMatchObject({ revision: 1 })
  expect((await api.send('DELETE', path)).json).toMatchObject({ revision: 2 })
  await vi.waitFor(async () => expect((await api.get(path)).status).toBe(404))
  expect((await api.send('DELETE', path)).status).toBe(404)
  const { metadata } = api.log()[0]!
  expect(metadata).toMatchObject({ reason: 'national day', source: 'api' })
})

test('calendars belong to their tenant and are listed', async () => {
  await api.send('PUT', path, holidays)
  await vi.waitFor(async () =>
    expect((await api.get('/api/v1/calendars')).json.calendars).toMatchObject([
      { name: 'holidays' },
    ]),
  )
  const other = await api.get('/api/v1/calendars', { 'X-Tenant': 'other' })
  expect(other.json.calendars).toEqual([])
})

test.each([
  [{ ...holidays, rules: [{ type: 'yearlyDates', dates: ['13-01'] }] }, 'rules'],
  [{ zone: 'UTC' }, 'rules'],
  [{ ...holidays, colour: 'red' }, 'colour'],
])('a definition that is wrong is refused by the field: %j', async (body, field) => {
  const refused = await api.send('PUT', path, body)
  expect(refused.status).toBe(400)
  expect(JSON.stringify(refused.json.problems)).toContain(field)
  expect(api.log()).toEqual([])
})

test('a zone or rule nobody knows is refused', async () => {
  const zone = await api.send('PUT', path, { ...holidays, zone: 'Mars/Olympus' })
  expect(zone).toMatchObject({ status: 422, json: { title: 'Calendar invalid' } })
  const rule = { type: 'cron', expression: '0 0 25 * * ?' }
  expect((await api.send('PUT', path, { ...holidays, rules: [rule] })).status).toBe(422)
  expect(api.log()).toEqual([])
})
