import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, describe, expect, test } from 'vitest'
import { queriesOver, startApi, typesOf, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi
afterEach(() => api.close())

const path = '/dispatchserver/taskcallback/updateTaskLog'
const stranger = 'f'.repeat(32)

const startRun = async (): Promise<string> => {
  await api.post('/dispatchserver/add.do', cronAdd())
  const { json } = await api.post('/dispatchserver/trigger.do', {
    groupName: 'g1',
    jobName: 'job1',
  })
  return json.resultValue as string
}

describe('updateTaskLog', () => {
  test.each([
    '/taskcallback/updateTaskLog',
    '/iuap-dispatch-service/taskcallback/updateTaskLog',
    path,
  ])('at %s ends an open run, whatever its tenant', async (at) => {
    api = await startApi()
    const headers = { cookie: 'tenantid=acme' }
    await api.post('/dispatchserver/add.do', cronAdd(), headers)
    const key = { groupName: 'g1', jobName: 'job1' }
    const { json } = await api.post('/dispatchserver/trigger.do', key, headers)
    const form = `id=${json.resultValue}&success=true&resultValue=%E5%A5%BD`
    const reply = await api.post(at, form, { 'content-type': 'application/x-www-form-urlencoded' })
    expect(reply.json).toEqual({ success: true, error: null, resultValue: null })
    expect(api.log().at(-1)).toMatchObject({
      stream: 'task-acme/g1/job1',
      type: 'RecallSucceeded',
      data: { runId: json.resultValue, resultValue: '好' },
    })
  })

  test('a failure ends the run as failed', async () => {
    api = await startApi()
    const id = await startRun()
    expect((await api.post(path, { id, success: 'false' })).json.success).toBe(true)
    expect(api.log().at(-1)).toMatchObject({ type: 'RecallFailed', data: { terminal: true } })
  })

  test('a repeated report is kept as late, and the answer says so', async () => {
    api = await startApi()
    const id = await startRun()
    await api.post(path, { id, success: true })
    const reply = await api.post(path, { id, success: true })
    expect(reply.json.success).toBe(true)
    expect(reply.json.resultValue).toMatch(/^late: /)
    expect(typesOf(api.log).slice(-2)).toEqual(['RecallSucceeded', 'RecallReportedLate'])
  })

  test('a report for a run nobody knows is refused by name, and kept in a stream of its own', async () => {
    api = await startApi()
    const reply = await api.post(
      path,
      { id: stranger, success: true, resultValue: 'ok' },
      { cookie: 'tenantid=acme; userid=bob' },
    )
    expect(reply.json.success).toBe(false)
    expect(reply.json.error).toContain(stranger)
    expect(api.log()).toMatchObject([
      {
        stream: 'reports-acme',
        type: 'UnknownRunReported',
        data: { runId: stranger, success: true, resultValue: 'ok' },
        metadata: { actor: 'bob', source: 'api' },
      },
    ])
  })

  test('a run the read models have not seen yet is waited for', async () => {
    let caughtUp = false
    const store: { log?: TestApi['log'] } = {}
    const behind = queriesOver(() => (caughtUp ? (store.log?.() ?? []) : []))
    const waitFor = () => Promise.resolve((caughtUp = true))
    api = await startApi({ deps: { queries: behind, readModels: { waitFor } } })
    store.log = api.log
    const id = await startRun()
    expect((await api.post(path, { id, success: true })).json.success).toBe(true)
    expect(typesOf(api.log).at(-1)).toBe('RecallSucceeded')
  })

  test('a report is kept even when the read models do not catch up in time', async () => {
    const waitFor = () => Promise.resolve(false)
    const queries = queriesOver(() => [])
    api = await startApi({ deps: { queries, readModels: { waitFor } } })
    const id = await startRun()
    const reply = await api.post(path, { id, success: true })
    expect(reply.json).toMatchObject({ success: false, error: expect.stringContaining('repeat') })
    expect(api.log().at(-1)).toMatchObject({ type: 'UnknownRunReported', data: { runId: id } })
  })

  test.each([
    [{}, 'id: '],
    [{ id: 'nonsense', success: true }, 'id: '],
    [{ id: stranger }, 'success: '],
    [{ id: stranger, success: 'perhaps' }, 'success: '],
  ])('%j names what is wrong and keeps nothing', async (body, field) => {
    api = await startApi()
    expect((await api.post(path, body)).json.error).toContain(field)
    expect(api.log()).toEqual([])
  })

  test('says so when the database is away', async () => {
    const taskOfRun = () =>
      TE.left({ type: 'ReadModelUnavailable', reason: 'down', retryable: true } as const)
    api = await startApi({ deps: { queries: { ...queriesOver(() => []), taskOfRun } } })
    const reply = await api.post(path, { id: stranger, success: true })
    expect(reply.status).toBe(200)
    expect(reply.json.error).toContain('read models do not answer')
  })
})
