// A backfill over HTTP: fired once, beside the schedule, paced, and called off as a whole.
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { carryForward } from '../../src/domain/task/carry-forward.ts'
import { evolve } from '../../src/domain/task/evolve.ts'
import { absent, type TaskState } from '../../src/domain/task/state.ts'
import { decodeTaskEvent } from '../../src/domain/task/stored.ts'
import { wakeAt } from '../../src/scheduler/agenda/due.ts'
import { plan } from '../../src/scheduler/plan.ts'
import { startApi, typesOf, type TestApi } from '../support/api.ts'
import { taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'

const start = Date.UTC(2026, 10, 23, 8)
let nowMs = start
let api: TestApi
beforeEach(async () => {
  nowMs = start
  api = await startApi({ now: () => nowMs })
})
afterEach(() => api.close())

const task = '/api/v1/tasks/a/one'
const hours = (n: number) => new Date(start + n * 3_600_000).toISOString()
const put = (expression: string, change: object = {}, url = 'http://callee.test/run') =>
  api.send('PUT', task, {
    schedule: { type: 'cron', expression, zone: 'UTC', ...change },
    recall: { type: 'http', url },
    policy: { overlap: 'skip' },
  })
const stateOf = (): TaskState =>
  api
    .log()
    .filter(({ stream }) => stream === 'task-default/a/one')
    .reduce<TaskState>((state, event) => evolve(state, right(decodeTaskEvent(event))), absent)

const idle = {
  startedAt: instantAt(start),
  inHand: () => false,
  calling: () => false,
  isOurs: () => false,
}
const dispatchedAt = (ms: number) =>
  plan(taskId('one', 'a'), stateOf(), { now: instantAt(ms), ...idle })
    .filter((step) => step.type === 'Dispatch')
    .map(({ run }) => run.scheduledFor)

describe('a backfill', () => {
  test('fires what today’s definition plans in the window, and consumes no slot', async () => {
    await put('0 0 * * * ?')
    const before = stateOf()
    const { status, json } = await api.post(`${task}/backfill`, {
      from: hours(-3),
      to: hours(0),
      ratePerSecond: 0.5,
      reason: 'lost',
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ count: 3, status: 'Active' })
    const fired = api.log().slice(1)
    expect(fired.map(({ data }) => data)).toMatchObject([
      { cause: 'backfill', scheduledFor: hours(-3), startAt: hours(0) },
      { scheduledFor: hours(-2), startAt: new Date(start + 2_000).toISOString() },
      { scheduledFor: hours(-1), startAt: new Date(start + 4_000).toISOString() },
    ])
    expect(fired[0]?.metadata).toMatchObject({ reason: 'lost' })
    const after = stateOf()
    expect('trigger' in after && after.trigger).toEqual('trigger' in before && before.trigger)
  })

  test('is paced: its runs are called one after the other, also by a process that starts later', async () => {
    await put('0 0 * * * ?')
    await api.post(`${task}/backfill`, { from: hours(-3), to: hours(0), ratePerSecond: 0.1 })
    expect(dispatchedAt(start)).toEqual([Date.parse(hours(-3))])
    expect(dispatchedAt(start + 9_999)).toHaveLength(1)
    expect(dispatchedAt(start + 10_000)).toHaveLength(2)
    expect(dispatchedAt(start + 3_600_000 - 1)).toHaveLength(3)
    expect(wakeAt(taskId('one', 'a'), stateOf(), () => false)).toBe(start)
  })

  test('survives in books carried forward', async () => {
    await put('0 0 * * * ?')
    await api.post(`${task}/backfill`, { from: hours(-3), to: hours(0) })
    const state = stateOf()
    const books = carryForward({ ...state, uncarried: 1_000 }, start)
    expect(books).not.toBeNull()
    const sinceChange = state.sinceChange + 1
    if (books !== null)
      expect(evolve(absent, books)).toEqual({ ...state, uncarried: 0, sinceChange })
  })

  test('stands in nobody’s way: the schedule goes on under its overlap policy', async () => {
    await put('0 0 * * * ?', { misfire: 'ignore' })
    await api.post(`${task}/backfill`, { from: hours(-3), to: hours(0), ratePerSecond: 0.001 })
    nowMs = start + 3_600_000
    await api.send('POST', `${task}/pause`, {})
    nowMs = start + 2.5 * 3_600_000
    await api.send('POST', `${task}/resume`)
    expect(typesOf(api.log).slice(-2)).toEqual(['TaskResumed', 'TaskTriggered'])
  })

  test('with the definition of then calls whom it called then', async () => {
    await put('0 0 * * * ?', {}, 'http://old.test/run')
    nowMs = start + 2.5 * 3_600_000
    await put('0 30 * * * ?', {}, 'http://new.test/run')
    nowMs = start + 4 * 3_600_000
    await api.send('POST', `${task}/pause`, {})
    const then = { from: hours(0), to: hours(4), definition: 'then' }
    expect((await api.post(`${task}/backfill`, then)).json.count).toBe(3)
    const runs = [...stateOf().runs.values()]
    expect(
      runs.map(({ scheduledFor, definition: { recall } }) => [
        scheduledFor,
        recall.type === 'http' && recall.url,
      ]),
    ).toEqual([
      [Date.parse(hours(1)), 'http://old.test/run'],
      [Date.parse(hours(2)), 'http://old.test/run'],
      [Date.parse(hours(3.5)), 'http://new.test/run'],
    ])
  })

  test('shows how far it has come, and is called off as a whole', async () => {
    await put('0 0 * * * ?')
    const { json } = await api.post(`${task}/backfill`, { from: hours(-3), to: hours(0) })
    expect((await api.get(`${task}/backfill`)).json).toMatchObject({
      open: 3,
      toCome: 3,
      runs: (json.runIds as string[]).map((runId) => ({ runId })),
    })
    const cancelled = await api.post(`${task}/backfill/cancel`, { reason: 'enough' })
    expect(cancelled.json.cancelled).toBe(3)
    expect((await api.get(`${task}/backfill`)).json).toMatchObject({ open: 0, toCome: 0 })
    expect((await api.post(`${task}/backfill/cancel`)).json.cancelled).toBe(0)
  })

  test('asked for twice under one key is made once', async () => {
    await put('0 0 * * * ?')
    const question = { from: hours(-3), to: hours(0) }
    const key = { 'idempotency-key': 'backfill-1' }
    await api.post(`${task}/backfill`, question, key)
    await api.post(`${task}/backfill`, question, key)
    expect(typesOf(api.log).filter((type) => type === 'TaskTriggered')).toHaveLength(3)
  })

  test('is refused for the future, for too much, and for nobody', async () => {
    await put('* * * * * ?')
    const fieldOf = async (body: object) =>
      (await api.post(`${task}/backfill`, body)).json.problems[0].field as string
    expect(await fieldOf({ from: hours(-1), to: hours(1) })).toBe('to')
    expect(await fieldOf({ from: hours(-1), to: hours(0) })).toBe('to')
    expect(await fieldOf({ from: hours(0), to: hours(-1) })).toBe('to')
    expect(await fieldOf({ from: hours(-1), to: hours(0), ratePerSecond: 0 })).toBe('ratePerSecond')
    const other = await api.post('/api/v1/tasks/a/two/backfill', { from: hours(-1), to: hours(0) })
    expect(other.status).toBe(404)
    expect(E.isLeft(decodeTaskEvent({ type: 'TaskTriggered', data: { startAt: 5 } }))).toBe(true)
  })
})
