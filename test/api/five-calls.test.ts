import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, typesOf, type TestApi } from '../support/api.ts'
import { cronAdd, simpleAdd } from '../support/dispatchserver.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const key = { groupName: 'g1', jobName: 'job1' }

describe('the five calls', () => {
  test('each leaves its event, and answers where it stands in the log', async () => {
    const added = await api.post('/dispatchserver/add.do', cronAdd())
    expect(added.json).toEqual({ success: true, error: null, resultValue: null })
    for (const call of ['pause', 'resumeTask', 'pause', 'resume', 'delete']) {
      const reply = await api.post(`/dispatchserver/${call}.do`, key)
      expect(reply.json).toEqual({ success: true, error: null, resultValue: null })
      expect(reply.headers.get('x-carillon-position')).toBe(api.log().at(-1)?.position)
    }
    expect(typesOf(api.log)).toEqual([
      'TaskAdded',
      'TaskPaused',
      'TaskResumed',
      'TaskPaused',
      'TaskResumed',
      'TaskDeleted',
    ])
  })

  test('trigger.do answers the id of the run it started', async () => {
    await api.post('/dispatchserver/add.do', cronAdd())
    const { json } = await api.post('/dispatchserver/trigger.do', key)
    expect(json.resultValue).toMatch(/^[0-9a-f]{32}$/)
    expect(api.log().at(-1)).toMatchObject({
      type: 'TaskTriggered',
      data: { runId: json.resultValue, cause: 'manual', scheduledFor: null },
    })
  })

  test('who asked, and by which request, stands beside the events', async () => {
    const headers = { cookie: 'tenantid=acme; userid=alice', 'x-request-id': 'r-1' }
    const reply = await api.post('/dispatchserver/add.do', cronAdd(), headers)
    expect(reply.headers.get('x-request-id')).toBe('r-1')
    expect(api.log()[0]).toMatchObject({
      stream: 'task-acme/g1/job1',
      metadata: { source: 'api', actor: 'alice', correlationId: 'r-1', node: 'test' },
    })
  })

  test.each([
    '/dispatchserver/trigger.do',
    '/dispatchserver/%20trigger.do',
    '/dispatchserver//trigger.do/',
    '/dispatchservice/trigger.do',
    '/iuap-dispatch-service/dispatchserver/trigger.do',
    '/iuap-saas-dispatch-service/dispatchservice/%20trigger.do',
  ])('%s is trigger.do', async (path) => {
    await api.post('/dispatchserver/add.do', cronAdd())
    expect((await api.post(path, key)).json.success).toBe(true)
  })

  test('64 racing adds of one task have one winner', async () => {
    const replies = await Promise.all(
      Array.from({ length: 64 }, () => api.post('/dispatchserver/add.do', cronAdd())),
    )
    expect(replies.filter(({ json }) => json.success)).toHaveLength(1)
    const loser = replies.find(({ json }) => !json.success)
    expect(loser?.json.error).toContain('Task g1/job1 already exists')
    expect(typesOf(api.log)).toEqual(['TaskAdded'])
  })
})

describe('a refusal', () => {
  const refused = async (path: string, body: unknown) => {
    const reply = await api.post(path, body)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ success: false, resultValue: null })
    expect(decodeURIComponent(reply.headers.get('error') ?? '')).toBe(reply.json.error)
    expect(api.log()).toEqual([])
    return reply.json.error as string
  }

  test.each(['pause', 'resumeTask', 'resume', 'delete', 'trigger'])(
    '%s.do of a task that is not there says so in both languages',
    async (call) => {
      const error = await refused(`/dispatchserver/${call}.do`, key)
      expect(error).toBe('Task g1/job1 does not exist. 任务 g1/job1 不存在。')
    },
  )

  test.each(['pause', 'resumeTask', 'resume', 'delete', 'trigger'])(
    '%s.do without a key names what is missing',
    async (call) => {
      const error = await refused(`/dispatchserver/${call}.do`, {})
      expect(error).toMatch(/jobName: .*groupName: /)
    },
  )

  test.each([
    ['no body', {}, 'recallConfig'],
    ['no recall', { taskConfig: cronAdd().taskConfig }, 'recallConfig'],
    ['an unknown recall type', cronAdd({}, { recallType: 'FTP' }), 'recallConfig.recallType'],
    ['no address', cronAdd({}, { option: {} }), 'recallConfig.option.url'],
    ['no job', cronAdd({ jobCode: '' }), 'taskConfig.jobCode'],
    ['five fields', cronAdd({ cronExpress: '* * * * *' }), 'taskConfig.cronExpress'],
    ['a date that is none', cronAdd({ endDate: 'soon' }), 'taskConfig.endDate'],
    ['a payload too large', cronAdd({}, { data: 'x'.repeat(300_000) }), 'recallConfig.data'],
    [
      'an interval of zero',
      simpleAdd({ timeConfig: { interval: 0, intervalType: 'SECOND', isForever: true } }),
      'taskConfig.timeConfig.interval',
    ],
  ])('add.do with %s names the field', async (_, body, field) => {
    expect(await refused('/dispatchserver/add.do', body)).toContain(field)
  })

  test('a schedule that never fires is refused', async () => {
    const never = cronAdd({ cronExpress: '0 0 12 * * ? 2020' })
    expect(await refused('/dispatchserver/add.do', never)).toContain('never fire')
  })

  test('a body that is no JSON is refused', async () => {
    expect(await refused('/dispatchserver/add.do', '{"replace":true,')).toContain('body: ')
  })

  test('unknown calls and other methods are answered in the same shape', async () => {
    expect(await refused('/dispatchserver/explode.do', key)).toContain('/dispatchserver/explode.do')
    const reply = await api.get('/dispatchserver/pause.do?groupName=g1&jobName=job1')
    expect(reply.status).toBe(200)
    expect(reply.json.error).toContain('use POST')
  })

  test('a tenant that cannot be one is refused, not replaced', async () => {
    const reply = await api.post('/dispatchserver/add.do', cronAdd(), {
      cookie: `tenantid=${'x'.repeat(201)}`,
    })
    expect(reply.json.error).toContain('tenantid: ')
    expect(api.log()).toEqual([])
  })
})
