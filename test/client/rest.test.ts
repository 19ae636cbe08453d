// The typed client's REST calls, over real HTTP against the real API.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  CarillonClient,
  CarillonProblem,
  CarillonUnreachable,
  type TaskInput,
} from '../../src/client/index.ts'
import { startApi, typesOf, type TestApi } from '../support/api.ts'

let api: TestApi
let client: CarillonClient
beforeEach(async () => {
  api = await startApi()
  client = new CarillonClient({ url: `${api.url}/` })
})
afterEach(() => api.close())

const key = { group: 'a/b', job: '对账 1' }
const task: TaskInput = {
  schedule: { type: 'cron', expression: '0 0 2 * * ?' },
  recall: { type: 'http', url: 'http://127.0.0.1:9/x' },
  data: { batch: 7 },
}
const problemOf = async (call: Promise<unknown>): Promise<CarillonProblem> => {
  const thrown: unknown = await call.catch((error: unknown) => error)
  if (thrown instanceof CarillonProblem) return thrown
  throw new Error(`expected a problem, not ${String(thrown)}`)
}

describe('changes', () => {
  test('of a task, each with its reason', async () => {
    const added = await client.tasks.put(key, task, { reason: 'first' })
    expect(added).toMatchObject({ ...key, created: true, status: 'Active', revision: 0 })
    await client.tasks.patch(key, { schedule: { expression: '0 0 3 * * ?' }, priority: 5 })
    const until = new Date(Date.UTC(2099, 0, 1))
    const paused = await client.tasks.pause(key, { reason: 'stock-taking', until })
    expect(paused.status).toBe('Paused')
    await client.tasks.resume(key)
    const { runId } = await client.tasks.trigger(key, { reason: 'by hand' })
    expect(runId).toMatch(/^[0-9a-f]{32}$/)
    await client.tasks.delete(key, { reason: 'done' })
    const log = api.log()
    expect(log.map(({ type }) => type)).toEqual([
      'TaskAdded',
      'TaskReplaced',
      'TaskPaused',
      'TaskResumed',
      'TaskTriggered',
      'TaskDeleted',
    ])
    expect(log.map(({ metadata }) => (metadata as { reason?: string }).reason)).toEqual([
      'first',
      undefined,
      'stock-taking',
      undefined,
      'by hand',
      'done',
    ])
    expect(log[2]?.data).toMatchObject({ until: '2099-01-01T00:00:00.000Z' })
    expect(log[1]?.data).toMatchObject({ definition: { priority: 5, dataJson: '{"batch":7}' } })
  })

  test('at the revision the caller has seen', async () => {
    const { revision } = await client.tasks.put(key, task)
    await client.tasks.pause(key, { ifMatch: revision ?? -1 })
    const problem = await problemOf(client.tasks.resume(key, { ifMatch: revision ?? -1 }))
    expect(problem).toMatchObject({ status: 412, kind: 'revision-unexpected', field: null })
    expect(typesOf(api.log)).toEqual(['TaskAdded', 'TaskPaused'])
  })

  test('of a run', async () => {
    await client.tasks.put(key, task)
    const { runId } = await client.tasks.trigger(key)
    const again = await client.runs.rerun(runId ?? '', { reason: 'twice' })
    expect(again.runId).not.toBe(runId)
    expect((await client.runs.cancel(runId ?? '')).runId).toBe(runId)
    expect((await problemOf(client.runs.cancel(runId ?? ''))).kind).toBe('run-already-ended')
  })

  test('of a calendar', async () => {
    const rules = [{ type: 'dates', dates: ['2099-10-01'] }] as const
    expect(await client.calendars.put('国庆', { rules })).toMatchObject({ revision: 0 })
    await expect.poll(() => client.calendars.list()).toHaveLength(1)
    expect(await client.calendars.show('国庆')).toMatchObject({ rules, zone: 'Asia/Shanghai' })
    await client.calendars.delete('国庆')
    await expect.poll(() => client.calendars.list()).toHaveLength(0)
  })
})

describe('questions', () => {
  test('a list is followed over all its pages', async () => {
    await client.tasks.put(key, task)
    for (let n = 0; n < 4; n += 1) await client.tasks.trigger(key)
    const seen: number[] = []
    for await (const { revision } of client.tasks.events(key, { limit: 2 })) seen.push(revision)
    expect(seen).toEqual([0, 1, 2, 3, 4])
    const first = await client.tasks.events(key, { limit: 2 }).page()
    const rest = client.tasks.events(key, { limit: 9, cursor: first.next ?? '' })
    expect((await rest.page()).items.map(({ revision }) => revision)).toEqual([2, 3, 4])
  })

  test('why, occurrences and previews', async () => {
    await client.tasks.put(key, task)
    const why = await client.tasks.why(key, '2099-01-01T01:00:00Z', { lang: 'zh' })
    expect(why).toMatchObject({ verdict: 'not-on-schedule', lang: 'zh' })
    const from = new Date(Date.UTC(2099, 0, 1))
    const to = new Date(Date.UTC(2099, 0, 3))
    const planned = await client.tasks.occurrences(key, { from, to }).page()
    expect(planned.items.map(({ verdict }) => verdict)).toEqual(['planned', 'planned'])
    const { fires, more } = await client.preview(task.schedule, { after: from, count: 2 })
    expect(fires.map(({ at }) => at)).toEqual([
      '2099-01-01T18:00:00.000Z',
      '2099-01-02T18:00:00.000Z',
    ])
    expect(more).toBe(true)
  })

  test('a recall is tried', async () => {
    const tested = await client.testRecall(task.recall, { data: [1], reason: 'new callee' })
    expect(tested).toMatchObject({ outcome: 'failed', report: { statusCode: null } })
  })

  test('readiness is an answer, whatever it is', async () => {
    expect(await client.ready()).toEqual({ ready: true, checks: [] })
  })
})

describe('problems', () => {
  test('name the field that is wrong', async () => {
    const wrong = { ...task, schedule: { type: 'cron', expression: '0 0 99 * * ?' } } as const
    const problem = await problemOf(client.tasks.put(key, wrong))
    expect(problem).toMatchObject({ status: 422, kind: 'schedule-invalid', field: 'hours' })
    expect(problem.problems[0]).toMatchObject({ position: expect.any(Number) as number })
    const unknown = await problemOf(client.tasks.put(key, { ...task, ...{ colour: 'red' } }))
    expect(unknown).toMatchObject({ status: 400, kind: 'request-invalid', field: 'colour' })
    expect(unknown.requestId).not.toBeNull()
    expect(unknown.detailZh).toMatch(/不是此处的字段/)
  })

  test('say when repeating can help', async () => {
    const problem = await problemOf(client.tasks.show(key))
    expect(problem).toMatchObject({
      status: 503,
      kind: 'read-model-unavailable',
      retryAfterSeconds: 2,
    })
  })

  test('nobody there, somebody else there, and nobody who answers in time', async () => {
    const other = createServer((request, response) => {
      if (request.url?.includes('/runs') !== true) response.end('<html>')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const stranger = new CarillonClient({ url: `http://127.0.0.1:${port}`, timeoutMs: 200 })
    try {
      await expect(stranger.tasks.groups()).rejects.toThrow(/did not answer with JSON/)
      await expect(stranger.runs.list().page()).rejects.toThrow(/no answer within 200 ms/)
    } finally {
      other.closeAllConnections()
      await new Promise((resolve) => other.close(resolve))
    }
    await expect(stranger.tasks.groups()).rejects.toThrow(CarillonUnreachable)
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(client.tasks.groups({ signal: stop.signal })).rejects.toThrow('enough')
  })
})
