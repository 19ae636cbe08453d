import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi({ now: () => Date.UTC(2026, 9, 30) })
})
afterEach(() => api.close())

const preview = (body: unknown) => api.post('/api/v1/preview', body)
const newYork = { type: 'cron', expression: '0 30 1 * * ?', zone: 'America/New_York' }
const instants = (json: { fires: { at: string }[] }) => json.fires.map(({ at }) => at)

describe('a preview', () => {
  test('shows the next fires on the wall of their zone, in words, with clock changes marked', async () => {
    const { status, json } = await preview({ schedule: newYork, count: 3 })
    expect(status).toBe(200)
    expect(json.fires).toMatchObject([
      { at: '2026-10-30T05:30:00.000Z', local: '2026-10-30T01:30:00-04:00', mark: null },
      { at: '2026-10-31T05:30:00.000Z' },
      { at: '2026-11-01T06:30:00.000Z', local: '2026-11-01T01:30:00-05:00', mark: 'second-pass' },
    ])
    expect(json).toMatchObject({ more: true, words: { en: expect.any(String) } })
    expect(json.changes).toMatchObject([{ type: 'back', at: '2026-11-01T06:00:00.000Z' }])
  })

  test('looks back, and into a window', async () => {
    const before = await preview({ schedule: newYork, count: 1, before: '2026-10-01T00:00:00Z' })
    expect(instants(before.json)).toEqual(['2026-09-30T05:30:00.000Z'])
    const window = { from: '2026-10-01T05:30:00Z', to: '2026-10-03T05:30:00Z' }
    const { json } = await preview({ schedule: newYork, ...window })
    expect(instants(json)).toEqual(['2026-10-01T05:30:00.000Z', '2026-10-02T05:30:00.000Z'])
    expect(json.more).toBe(false)
  })

  test('takes simple schedules and the zone of the service', async () => {
    const simple = { type: 'simple', intervalMs: 60_000, repeatCount: -1 }
    const { json } = await preview({ schedule: simple, count: 2 })
    expect(json.fires[1]).toMatchObject({
      at: '2026-10-30T00:02:00.000Z',
      local: '2026-10-30T08:02:00+08:00',
    })
  })

  test('says which calendars it could not find', async () => {
    const { json } = await preview({ schedule: { ...newYork, calendars: ['holidays'] } })
    expect(json.missingCalendars).toEqual(['holidays'])
  })

  test('of an expression that cannot be read points at the character', async () => {
    const reply = await preview({ schedule: { ...newYork, expression: '0 0 25 * * ?' } })
    expect(reply.status).toBe(422)
    expect(reply.json).toMatchObject({
      type: 'urn:carillon:problem:schedule-refused',
      problems: [{ field: 'hours', position: 4 }],
    })
  })

  test('in a zone that does not exist is refused', async () => {
    const reply = await preview({ schedule: { ...newYork, zone: 'Mars/Olympus' } })
    expect(reply.status).toBe(422)
    expect(reply.json.problems).toMatchObject([{ field: 'zone' }])
  })

  test.each([
    ['not JSON', 'body'],
    [[], 'body'],
    [{}, 'schedule'],
    [{ schedule: { type: 'hourly' } }, 'schedule.type'],
    [{ schedule: { type: 'cron' } }, 'schedule.expression'],
    [{ schedule: { ...newYork, colour: 'red' } }, 'schedule.colour'],
    [{ schedule: newYork, colour: 'red' }, 'colour'],
    [{ schedule: newYork, count: 0 }, 'count'],
    [{ schedule: newYork, after: 'soon' }, 'after'],
    [{ schedule: newYork, from: '2026-10-01T05:30:00Z' }, 'body'],
  ])('asked for with %j is refused by the name of the field', async (body, field) => {
    const reply = await preview(body)
    expect(reply.status).toBe(400)
    expect(reply.json.problems).toMatchObject([{ field }])
  })
})
