import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const path = '/api/v1/tasks/g1/job1/events'
const key = { groupName: 'g1', jobName: 'job1' }

const typesIn = (events: { type: string }[]) => events.map(({ type }) => type)

describe("a task's raw history", () => {
  test('is what the log holds, oldest first, deleted tasks included', async () => {
    await api.post('/dispatchserver/add.do', cronAdd({}, { data: { 中: '文' } }))
    const { json } = await api.post('/dispatchserver/trigger.do', key)
    await api.post('/dispatchserver/delete.do', key)
    const reply = await api.get(path)
    expect(reply.status).toBe(200)
    const { events, next } = reply.json
    expect(next).toBeNull()
    expect(events).toEqual(
      api.log().map(({ type, revision, position, recordedAtMs, data, metadata }) => ({
        type,
        revision,
        position,
        recordedAt: new Date(recordedAtMs).toISOString(),
        data,
        metadata,
      })),
    )
    expect(typesIn(events)).toEqual(['TaskAdded', 'TaskTriggered', 'TaskDeleted'])
    expect(events[1].data).toMatchObject({ runId: json.resultValue, scheduledFor: null })
  })

  test('comes in pages, each event once', async () => {
    await api.post('/dispatchserver/add.do', cronAdd())
    for (let n = 0; n < 6; n += 1) await api.post('/dispatchserver/trigger.do', key)
    const revisions: number[] = []
    for (let cursor = ''; ;) {
      const { json } = await api.get(`${path}?limit=3${cursor}`)
      revisions.push(...(json.events as { revision: number }[]).map(({ revision }) => revision))
      if (json.next === null) break
      cursor = `&cursor=${json.next}`
    }
    expect(revisions).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('belongs to one tenant', async () => {
    const tenant = encodeURIComponent('测试')
    await api.post('/dispatchserver/add.do', cronAdd(), { cookie: `tenantid=${tenant}` })
    expect((await api.get(path)).status).toBe(404)
    const headers = { 'X-Tenant': tenant }
    expect((await api.get(path, headers)).json.events).toHaveLength(1)
  })

  test('is found under names that had to be escaped', async () => {
    const odd = { groupCode: 'a/b 中', jobCode: 'c?d%#e' }
    await api.post('/dispatchserver/add.do', cronAdd(odd))
    const [group, job] = [odd.groupCode, odd.jobCode].map(encodeURIComponent)
    expect((await api.get(`/api/v1/tasks/${group}/${job}/events`)).json.events).toHaveLength(1)
  })

  test('of a task nobody ever added is not found', async () => {
    const reply = await api.get(path)
    expect(reply.status).toBe(404)
    expect(reply.json.type).toBe('urn:carillon:problem:task-not-found')
  })
})
