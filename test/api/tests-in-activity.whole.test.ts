// A call that somebody tried stands in the activity of its tenant, among what happened to tasks, and is
// neither a run nor of any task.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usePostgres } from '../projections/kit.ts'
import { startOverReadModels, type ApiOverReadModels } from './over-read-models.ts'

const postgres = usePostgres()
const receiver = createServer((request, response) => {
  request.resume()
  response.end('{"success":true}')
})
let api: ApiOverReadModels
let recall: { readonly type: 'http'; readonly url: string }

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  recall = {
    type: 'http',
    url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/run`,
  }
  api = await startOverReadModels(await postgres.freshUrl())
})
afterAll(async () => {
  await api.close()
  receiver.close()
  receiver.closeAllConnections()
})

const schedule = { type: 'cron', expression: '0 0 2 * * ?' }
const put = (job: string) => api.send('PUT', `/api/v1/tasks/g/${job}`, { schedule, recall })
const tried = (headers = {}) =>
  api.post('/api/v1/recalls/test?reason=%E8%AF%95', { recall }, headers)

test('calls that were tried are among the activity, page by page, for their tenant alone', async () => {
  await put('one')
  await tried()
  await put('two')
  await tried({ 'X-Tenant': 'acme' })
  await tried()
  await put('three')
  const seen: string[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { json } = await api.ask(`/api/v1/activity?limit=2${cursor && `&cursor=${cursor}`}`)
    const page = json.activity as { readonly type: string; readonly job: string | null }[]
    seen.push(page.map(({ type, job }) => job ?? type))
    cursor = json.next as string | null
  }
  expect(seen).toEqual([['three', 'RecallTested'], ['two', 'RecallTested'], ['one']])

  const { json } = await api.ask('/api/v1/activity?type=RecallTested')
  expect(json.activity).toHaveLength(2)
  expect(json.activity[0]).toMatchObject({
    tenant: 'default',
    group: null,
    job: null,
    runId: null,
    reason: '试',
    source: 'api',
    detail: { outcome: 'succeeded', statusCode: 200, target: recall.url },
  })
  const ofTasks = await api.ask('/api/v1/activity?type=TaskAdded')
  expect(ofTasks.json.activity).toHaveLength(3)
  expect((await api.ask('/api/v1/activity?group=g')).json.activity).toHaveLength(3)
  const theirs = await api.get(`/api/v1/activity?after=${api.last()}`, { 'X-Tenant': 'acme' })
  expect(theirs.json.activity).toMatchObject([{ type: 'RecallTested', tenant: 'acme' }])
  const file = await api.ask('/api/v1/exports/activity?format=json&type=RecallTested')
  expect(file.json).toHaveLength(2)
})

test('what happened to one run is asked for by its id', async () => {
  const { json } = await api.send('POST', '/api/v1/tasks/g/one/trigger', {})
  await api.send('POST', '/api/v1/tasks/g/one/trigger', {})
  const { json: found } = await api.ask(`/api/v1/activity?runId=${json.runId as string}`)
  expect(found.activity).toMatchObject([{ type: 'TaskTriggered', runId: json.runId }])
  expect((await api.ask('/api/v1/activity?runId=x')).json.problems[0]).toMatchObject({
    field: 'runId',
    message: 'expected 32 hexadecimal digits.',
  })
})
