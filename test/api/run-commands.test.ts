// Cancelling a run and running its task again, over real HTTP.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, typesOf, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi
let runId: string
beforeEach(async () => {
  api = await startApi()
  await api.post('/dispatchserver/add.do', cronAdd())
  const key = { groupName: 'g1', jobName: 'job1' }
  runId = (await api.post('/dispatchserver/trigger.do', key)).json.resultValue as string
})
afterEach(() => api.close())

describe('cancel', () => {
  test('ends an open run, with the reason in the log', async () => {
    const reply = await api.post(`/api/v1/runs/${runId}/cancel?reason=wrong%20file`)
    expect([reply.status, reply.json.runId]).toEqual([200, runId])
    expect(reply.json.position).toBe(api.log().at(-1)?.position)
    expect(api.log().at(-1)).toMatchObject({
      type: 'RunCancelled',
      data: { runId, because: 'person' },
      metadata: { source: 'api', reason: 'wrong file' },
    })
  })

  test('a run that has ended is refused by name', async () => {
    await api.post(`/api/v1/runs/${runId}/cancel`)
    const reply = await api.post(`/api/v1/runs/${runId}/cancel`)
    expect([reply.status, reply.json.type]).toEqual([409, 'urn:carillon:problem:run-already-ended'])
    expect(reply.json.detail).toContain(runId)
  })

  test('what the callee reports afterwards is kept as late', async () => {
    await api.post(`/api/v1/runs/${runId}/cancel`)
    await api.post('/dispatchserver/taskcallback/updateTaskLog', { id: runId, success: true })
    expect(typesOf(api.log).slice(-2)).toEqual(['RunCancelled', 'RecallReportedLate'])
  })
})

describe('rerun', () => {
  test('starts a run of its own and names the earlier one as its cause', async () => {
    await api.post(`/api/v1/runs/${runId}/cancel`)
    const reply = await api.post(`/api/v1/runs/${runId}/rerun`)
    expect(reply.status).toBe(200)
    expect(reply.json.runId).toMatch(/^[0-9a-f]{32}$/)
    expect(reply.json.runId).not.toBe(runId)
    expect(api.log().at(-1)).toMatchObject({
      type: 'TaskTriggered',
      data: { runId: reply.json.runId, cause: 'rerun', scheduledFor: null },
      metadata: { causationId: runId },
    })
  })

  test('a task that is deleted does not run again', async () => {
    await api.post('/dispatchserver/delete.do', { groupName: 'g1', jobName: 'job1' })
    const reply = await api.post(`/api/v1/runs/${runId}/rerun`)
    expect([reply.status, reply.json.type]).toEqual([404, 'urn:carillon:problem:task-not-found'])
  })
})

describe.each(['cancel', 'rerun'])('%s', (what) => {
  test.each([
    ['a run nobody knows', 'f'.repeat(32), {}, 404],
    ['what is no run id', 'nonsense', {}, 400],
  ])('%s is refused and changes nothing', async (_name, id, headers, status) => {
    const before = api.log().length
    expect((await api.post(`/api/v1/runs/${id}/${what}`, {}, headers)).status).toBe(status)
    expect(api.log()).toHaveLength(before)
  })

  test("another tenant's run is not known", async () => {
    const before = api.log().length
    const reply = await api.post(`/api/v1/runs/${runId}/${what}`, {}, { 'X-Tenant': 'acme' })
    expect(reply.status).toBe(404)
    expect(api.log()).toHaveLength(before)
  })
})
