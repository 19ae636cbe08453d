// One call with a given definition: made, answered, recorded as a test, and never a run.
import { afterEach, expect, test } from 'vitest'
import { startApi, typesOf, type TestApi } from '../support/api.ts'
import { json, startHttpCallee } from '../support/callee.ts'

let api: TestApi
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all([api.close(), ...closers.splice(0).map((close) => close())])
})

const path = '/api/v1/recalls/test'

test('makes one call, answers what it saw, and records it as a test', async () => {
  api = await startApi()
  const callee = await startHttpCallee(json({ success: true, resultValue: 'hello' }))
  closers.push(callee.close)
  const url = callee.url().replace('://', '://me:secret@')
  const reply = await api.post(`${path}?reason=trying`, {
    recall: { type: 'http', url },
    data: { k: 'v' },
  })
  expect(reply.status).toBe(200)
  expect(reply.json).toMatchObject({
    outcome: 'succeeded',
    resultValue: 'hello',
    report: { statusCode: 200 },
  })
  const { testId } = reply.json
  expect(callee.received).toHaveLength(1)
  expect(callee.received[0]?.headers['x-carillon-test']).toBe('true')
  expect(JSON.parse(callee.received[0]?.body ?? '')).toEqual({
    k: 'v',
    data: { k: 'v' },
    tasklogid: testId,
  })
  expect(api.log()).toMatchObject([
    { stream: 'tests-default', type: 'RecallTested', data: { testId, outcome: 'succeeded' } },
  ])
  expect(api.log()[0]?.metadata).toMatchObject({ source: 'api', reason: 'trying' })
  expect(JSON.stringify(api.log())).not.toContain('secret')
  expect((await api.post(`/api/v1/runs/${testId}/cancel`)).status).toBe(404)
})

test('the payload reaches the callee with every digit that was sent', async () => {
  api = await startApi()
  const callee = await startHttpCallee(json({ success: true }))
  closers.push(callee.close)
  const recall = JSON.stringify({ type: 'http', url: callee.url() })
  const data = '{"id":12345678901234567890,"rate":1.50}'
  const body = `{"recall":${recall},"data":${data}}`
  expect((await fetch(api.url + path, { method: 'POST', body })).status).toBe(200)
  expect(callee.received[0]?.body).toContain(`"data":${data}`)
})

test('an address that may not be called is not, and that is the outcome', async () => {
  api = await startApi()
  const recall = { type: 'socket', host: '169.254.169.254', port: 80 }
  const { status, json: answer } = await api.post(path, { recall })
  expect([status, answer.outcome]).toEqual([200, 'failed'])
  expect(answer.reason).toContain('never called')
  expect(typesOf(api.log)).toEqual(['RecallTested'])
})

test.each([
  [{}, 'recall'],
  [{ recall: { type: 'http', url: 'http://127.0.0.1/' }, timeoutMs: 60_001 }, 'timeoutMs'],
  [{ recall: { type: 'http', url: 'http://127.0.0.1/' }, retries: 3 }, 'retries'],
  [{ recall: { type: 'http', url: 'http://127.0.0.1/' }, data: 'x'.repeat(262_143) }, 'data'],
])('what is wrong is named, and nothing is called or kept (%#)', async (body, field) => {
  api = await startApi()
  const { status, json: answer } = await api.post(path, body)
  expect(status).toBe(400)
  expect(answer.detail).toContain(field)
  expect(api.log()).toEqual([])
})
