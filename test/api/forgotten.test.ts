// Of a task whose older events were kept long enough and are gone, every question about what was before
// is refused by name, with the instant from which on it can be answered; what lies after is answered.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands, taskStream } from '../../src/commands/tasks.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { revisionOf } from '../../src/event-store/checked.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { right } from '../support/either.ts'
import { taskId } from '../support/definitions.ts'

const hour = (n: number) => new Date(Date.UTC(2026, 10, 23, n)).toISOString()
const ms = (n: number) => Date.UTC(2026, 10, 23, n, 0, 1)
const path = '/api/v1/tasks/g/t'
const definition = (name: string) => ({
  schedule: { type: 'cron', expression: '0 0 * * * ?', zone: 'UTC' },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
  name,
})

let nowMs = ms(0)
let api: TestApi

/** Replaced at 2 and at 6; what was before the books of 5 is gone. */
beforeEach(async () => {
  nowMs = ms(0)
  api = await startApi({ now: () => nowMs })
  await api.send('PUT', path, definition('first'))
  nowMs = ms(2)
  await api.send('PUT', path, definition('second'))
  nowMs = ms(5)
  const ids = createIds(Date.now)
  const keeper = createTaskCommands({
    ...{ store: api.store, cache: createStateCache(10), node: 'keeper' },
    ...{ newEventId: () => ids.eventId(), now: () => nowMs },
    ...{ sleep: () => Promise.resolve(), giveUpAfterMs: 100 },
  })
  const context = { source: 'scheduler', correlationId: 'c' } as const
  const carry = { type: 'CarryForward', taskId: taskId('t'), issuedAt: instantAt(nowMs) } as const
  const books = right(await keeper.handle(carry, context)())
  right(await api.store.truncate(taskStream(taskId('t')), books.revision ?? revisionOf(0))())
  nowMs = ms(6)
  await api.send('PUT', path, definition('third'))
  nowMs = ms(8)
})
afterEach(() => api.close())

const firstRevision = () =>
  api.log().find(({ type }) => type === 'TaskCarriedForward')?.revision ?? -1

describe('before the horizon', () => {
  test.each([
    ['why', () => api.get(`${path}/why?at=${hour(1)}`)],
    ['occurrences', () => api.get(`${path}/occurrences?from=${hour(1)}&to=${hour(7)}`)],
    ['a difference', () => api.get(`${path}/versions/diff?from=0`)],
    ['going back', () => api.send('POST', `${path}/revert`, { revision: 0 })],
    [
      'a backfill with the definition of that time',
      () =>
        api.send('POST', `${path}/backfill`, { from: hour(1), to: hour(3), definition: 'then' }),
    ],
  ])('%s is refused by name', async (_, ask) => {
    const { status, json } = await ask()
    expect([status, json.type]).toEqual([410, 'urn:carillon:problem:moment-forgotten'])
    expect(json.detail).toMatch(/The log no longer holds what was before 20\d\d-/)
    expect(json.detailZh).toContain('日志不再保留')
  })
})

describe('after it', () => {
  test('everything is answered', async () => {
    const why = await api.get(`${path}/why?at=${hour(4)}`)
    expect([why.status, why.json.verdict]).toEqual([200, 'replaced'])
    const window = await api.get(`${path}/occurrences?from=${hour(4)}&to=${hour(8)}`)
    expect(window.json.occurrences).toHaveLength(4)
    const reverted = await api.send('POST', `${path}/revert`, { revision: firstRevision() })
    expect(reverted.status).toBe(200)
    expect(api.log().at(-1)?.data).toMatchObject({ definition: { name: 'second' } })
  })

  test('the raw history says where it begins', async () => {
    const { json } = await api.get(`${path}/events`)
    expect(json.beginsAt).toEqual({
      revision: firstRevision(),
      recordedAt: json.events[0].recordedAt,
    })
    expect(json.events[0].type).toBe('TaskCarriedForward')
    const rest = await api.get(`${path}/events?cursor=${firstRevision() + 1}`)
    expect(rest.json.beginsAt).toBe(null)
  })
})
