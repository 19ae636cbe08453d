import { afterEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/api/problem.ts'
import { createLog } from '../../src/runtime/log.ts'
import { startApi, type Reply, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi
afterEach(() => api.close())

const problem = (reply: Reply): Problem => {
  expect(reply.headers.get('content-type')).toMatch('application/problem+json')
  expect(reply.json.status).toBe(reply.status)
  return reply.json as Problem
}

describe('a request the REST API cannot answer', () => {
  test('has a path nobody knows', async () => {
    api = await startApi()
    const reply = await api.get('/api/v1/nothing')
    expect(reply.status).toBe(404)
    expect(problem(reply)).toMatchObject({
      type: 'urn:carillon:problem:path-unknown',
      detail: 'There is nothing at /api/v1/nothing.',
    })
  })

  test('has a method the path does not take', async () => {
    api = await startApi()
    const reply = await api.post('/api/v1/tasks')
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe('GET, HEAD')
    expect(problem(reply).type).toBe('urn:carillon:problem:method-not-allowed')
  })

  test.each([
    ['/api/v1/tasks?colour=red', 'colour'],
    ['/api/v1/tasks?group=a&group=b', 'group'],
    ['/api/v1/tasks?status=Sleeping', 'status'],
    ['/api/v1/tasks?limit=0', 'limit'],
    ['/api/v1/runs?from=yesterday', 'from'],
    ['/api/v1/runs?outcome=failed,exploded', 'outcome'],
    ['/api/v1/runs?job=alone', 'job'],
    ['/api/v1/runs/xyz', 'runId'],
    ['/api/v1/activity?type=TaskExploded', 'type'],
    ['/api/v1/activity?after=not%20a%20position', 'after'],
    ['/api/v1/tasks/a/b/events?cursor=-1', 'cursor'],
    [`/api/v1/tasks/${'x'.repeat(201)}/b`, 'group'],
    ['/api/v1/tasks/a/%00', 'job'],
  ])('%s is refused by the name of the field', async (path, field) => {
    api = await startApi()
    const reply = await api.get(path)
    expect(reply.status).toBe(400)
    expect(problem(reply).problems).toMatchObject([{ field }])
  })

  test('comes from a tenant that cannot be one', async () => {
    api = await startApi()
    const reply = await api.get('/api/v1/groups', { 'X-Tenant': '%09' })
    expect(reply.status).toBe(400)
    expect(problem(reply).problems).toMatchObject([{ field: 'X-Tenant' }])
  })

  test('comes while the database is away', async () => {
    api = await startApi()
    const reply = await api.get('/api/v1/tasks')
    expect(reply.status).toBe(503)
    expect(reply.headers.get('retry-after')).toBe('2')
    expect(problem(reply).type).toBe('urn:carillon:problem:read-model-unavailable')
  })

  test('waits for a position that does not come', async () => {
    const waitFor = () => Promise.resolve(false)
    api = await startApi({ deps: { readModels: { waitFor } } })
    const reply = await api.get('/api/v1/groups?after=0000000000000009')
    expect(reply.status).toBe(503)
    expect(problem(reply).type).toBe('urn:carillon:problem:not-visible-yet')
  })

  test('meets a bug: the caller learns the request id and nothing else', async () => {
    const waitFor = () => Promise.reject(new Error('secret detail'))
    const log = createLog({ level: 'silent', format: 'json' })
    api = await startApi({ deps: { readModels: { waitFor }, log } })
    const reply = await api.get('/api/v1/groups?after=1', { 'x-request-id': 'r-7' })
    expect(reply.status).toBe(500)
    expect(problem(reply).detail).toContain('r-7')
    expect(JSON.stringify(reply.json)).not.toContain('secret')
  })
})

describe('when the event store is away', () => {
  test('a call says so, that nothing was changed, and still answers 200', async () => {
    api = await startApi({ faults: { read: () => 'unavailable' } })
    const reply = await api.post('/dispatchserver/add.do', cronAdd())
    expect(reply.status).toBe(200)
    expect(reply.json.error).toContain('nothing was changed')
  })

  test('a call whose append stays unanswered says that it does not know', async () => {
    api = await startApi({ faults: { append: () => 'unavailable' } })
    const reply = await api.post('/dispatchserver/add.do', cronAdd())
    expect(reply.json.error).toContain('whether the change took effect is unknown')
  })

  test('the raw history is 503, to be tried again', async () => {
    api = await startApi({ faults: { read: () => 'unavailable' } })
    const reply = await api.get('/api/v1/tasks/a/b/events')
    expect(reply.status).toBe(503)
    expect(reply.headers.get('retry-after')).toBe('2')
  })
})

describe('health', () => {
  test('live: the process answers, and says which it is', async () => {
    api = await startApi()
    expect((await api.get('/health/live')).json).toEqual({ live: true, pid: process.pid })
  })

  test('ready: every check has nothing to say', async () => {
    const readiness = [{ name: 'event store', problem: () => Promise.resolve(null) }]
    api = await startApi({ deps: { readiness } })
    const reply = await api.get('/health/ready')
    expect(reply.status).toBe(200)
    expect(reply.json).toEqual({ ready: true, checks: [{ name: 'event store', problem: null }] })
  })

  test('not ready: what is wrong is named, a check that breaks included', async () => {
    const readiness = [
      { name: 'event store', problem: () => Promise.resolve(null) },
      { name: 'scheduler', problem: () => Promise.resolve('not running') },
      { name: 'read models', problem: () => Promise.reject(new Error('broken')) },
    ]
    api = await startApi({ deps: { readiness } })
    const reply = await api.get('/health/ready')
    expect(reply.status).toBe(503)
    expect(reply.json.ready).toBe(false)
    const checks = reply.json.checks as { problem: string | null }[]
    expect(checks.map((check) => check.problem)).toEqual([null, 'not running', 'Error: broken'])
  })
})
