// Tasks changed in the manner of REST, over real HTTP.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApi, typesOf, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const path = '/api/v1/tasks/billing/nightly'
const cron = (expression = '0 0 2 * * ?') => ({
  schedule: { type: 'cron', expression },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
})
const put = (body: object, headers?: Record<string, string>) => api.send('PUT', path, body, headers)
const definition = () =>
  (api.log().at(-1)?.data as { definition: Record<string, unknown> }).definition

describe('put', () => {
  test('adds a task with every default filled in, then replaces it', async () => {
    const added = await put(cron())
    expect([added.status, added.headers.get('etag')]).toEqual([201, '"0"'])
    expect(added.json).toMatchObject({
      group: 'billing',
      job: 'nightly',
      status: 'Active',
      created: true,
      revision: 0,
      position: api.log().at(-1)?.position,
    })
    expect(definition()).toMatchObject({
      schedule: { zone: 'Asia/Shanghai', misfire: 'smart', catchUpMax: 100 },
      policy: { timeoutMs: 30_000, overlap: 'allow' },
      dataJson: 'null',
      priority: 0,
    })
    const replaced = await put({ ...cron('0 0 3 * * ?'), policy: { retries: { max: 3 } } })
    expect([replaced.status, replaced.json.created]).toEqual([200, false])
    expect(definition()).toMatchObject({ policy: { retries: { max: 3, backoffMs: 1_000 } } })
  })

  test('the payload keeps every digit of its numbers', async () => {
    const body = JSON.stringify(cron()).replace(
      /}$/,
      ',"data":{"id":12345678901234567890,"n":1.0}}',
    )
    const reply = await fetch(api.url + path, { method: 'PUT', body })
    expect(reply.status).toBe(201)
    expect(definition()['dataJson']).toBe('{"id":12345678901234567890,"n":1.0}')
  })

  test('a definition as it is stored is taken back as it is', async () => {
    await put({ ...cron(), data: { a: 1 }, name: '对账', policy: { timeoutMs: 5_000 } })
    const stored = definition()
    expect((await put(stored)).status).toBe(200)
    expect(definition()).toEqual(stored)
  })

  test('says how long its runs are kept, or leaves that to the service', async () => {
    await put({ ...cron(), retentionDays: 7 })
    expect(definition()['retentionDays']).toBe(7)
    const patched = await api.send('PATCH', path, { retentionDays: null })
    expect(patched.status).toBe(200)
    expect(definition()).not.toHaveProperty('retentionDays')
    for (const retentionDays of [0, 1.5, 36_501, '7']) {
      const refused = await put({ ...cron(), retentionDays })
      expect(refused.status).toBe(400)
      expect(refused.json).toMatchObject({ problems: [{ field: 'retentionDays' }] })
    }
  })

  test('everything that is wrong is named at once, and nothing is stored', async () => {
    const reply = await put({
      schedule: { type: 'cron', expresion: '* * * * * ?' },
      recall: { type: 'http', url: 'ftp://x' },
      policy: { timeoutMs: 0, retries: { max: 1.5 } },
      priority: 'high',
      dataJson: '{',
      colour: 'red',
    })
    expect(reply.status).toBe(400)
    const { problems } = reply.json as { problems: readonly { field: string }[] }
    const fields = problems.map(({ field }) => field)
    expect(fields).toEqual(
      expect.arrayContaining([
        'schedule.expresion',
        'recall.url',
        'policy.timeoutMs',
        'policy.retries.max',
        'priority',
        'dataJson',
        'colour',
      ]),
    )
    expect(api.log()).toEqual([])
  })

  test.each([
    ['a payload over 256 KiB', { ...cron(), data: 'x'.repeat(256 * 1024) }, 400, 'data'],
    ['a cron expression that is none', cron('every day'), 422, 'expression'],
    [
      'a port out of range',
      { ...cron(), recall: { type: 'socket', host: 'h', port: 0 } },
      400,
      'recall.port',
    ],
    ['no recall', { schedule: cron().schedule }, 400, 'recall'],
    ['data twice', { ...cron(), data: 1, dataJson: '1' }, 400, 'data'],
  ])('%s is refused by name', async (_name, body, status, field) => {
    const reply = await put(body)
    expect([reply.status, reply.json.problems[0].field]).toEqual([status, field])
    expect(api.log()).toEqual([])
  })

  test('a key part over 200 characters is refused by name', async () => {
    const reply = await api.send('PUT', `/api/v1/tasks/g/${'x'.repeat(201)}`, cron())
    expect([reply.status, reply.json.problems[0].field]).toEqual([400, 'job'])
    expect(reply.json.detail).toContain('200')
  })
})

const patch = (body: object, headers?: Record<string, string>) =>
  api.send('PATCH', path, body, headers)

describe('patch', () => {
  test('changes what it names and nothing else; null goes back to the default', async () => {
    await put({ ...cron(), data: { a: 1 }, name: 'n', policy: { timeoutMs: 5_000 } })
    const before = definition()
    const reply = await patch({
      schedule: { expression: '0 0 4 * * ?' },
      policy: { timeoutMs: null },
    })
    expect([reply.status, reply.json.created]).toEqual([200, false])
    expect(definition()).toEqual({
      ...before,
      schedule: { ...(before['schedule'] as object), expression: '0 0 4 * * ?' },
      policy: { ...(before['policy'] as object), timeoutMs: 30_000 },
    })
  })

  test('data is replaced as a whole, to the digit', async () => {
    await put({ ...cron(), data: { a: 1 } })
    const body = '{"data":{"b":1.50}}'
    expect((await fetch(api.url + path, { method: 'PATCH', body })).status).toBe(200)
    expect(definition()['dataJson']).toBe('{"b":1.50}')
  })

  test('of many patches at once none is lost', async () => {
    await put(cron())
    const fields = [
      { name: 'a' },
      { description: 'b' },
      { priority: 7 },
      { policy: { overlap: 'skip' } },
    ]
    const replies = await Promise.all(fields.map((one) => patch(one)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(definition()).toMatchObject({
      name: 'a',
      description: 'b',
      priority: 7,
      policy: { overlap: 'skip' },
    })
  })

  test('a wrong field is named, an old revision and a task that is not there are refused', async () => {
    expect((await patch({ priority: 1 })).status).toBe(404)
    await put(cron())
    const wrong = await patch({ recall: { url: 'nowhere' } })
    expect([wrong.status, wrong.json.problems[0].field]).toEqual([400, 'recall.url'])
    expect((await patch({ priority: 1 }, { 'If-Match': '"9"' })).status).toBe(412)
    expect(api.log()).toHaveLength(1)
  })
})

describe('pause, resume, trigger and delete', () => {
  beforeEach(() => put(cron()))

  test('each issues its command, with the reason in the log', async () => {
    const until = '2199-01-01T00:00:00.000Z'
    expect((await api.post(`${path}/pause`, { reason: '盘点', until })).json.status).toBe('Paused')
    expect(api.log().at(-1)).toMatchObject({
      type: 'TaskPaused',
      data: { until },
      metadata: { source: 'api', reason: '盘点' },
    })
    const triggered = await api.post(`${path}/trigger`)
    expect(triggered.json.runId).toMatch(/^[0-9a-f]{32}$/)
    expect((await api.send('POST', `${path}/resume?reason=done`)).json.status).toBe('Active')
    const removed = await api.send('DELETE', `${path}?reason=gone`)
    expect(removed.json.status).toBe('Deleted')
    expect(api.log().at(-1)?.metadata).toMatchObject({ reason: 'gone' })
    expect(typesOf(api.log)).toEqual([
      'TaskAdded',
      'TaskPaused',
      'TaskTriggered',
      'TaskResumed',
      'TaskDeleted',
    ])
  })

  test.each([
    ['a pause that ends in the past', 'pause', { until: '2001-01-01T00:00:00Z' }, 'until'],
    ['an end of something that has none', 'resume', { until: '2199-01-01T00:00:00Z' }, 'until'],
    ['an unknown field', 'trigger', { raeson: 'x' }, 'raeson'],
    ['a reason too long', 'pause', { reason: 'x'.repeat(501) }, 'reason'],
  ])('%s is refused by name', async (_name, verb, body, field) => {
    const reply = await api.post(`${path}/${verb}`, body)
    expect([reply.status, reply.json.problems[0].field]).toEqual([400, field])
    expect(api.log()).toHaveLength(1)
  })

  test('a task that is not there is not found', async () => {
    const reply = await api.post('/api/v1/tasks/billing/other/pause')
    expect([reply.status, reply.json.type]).toEqual([404, 'urn:carillon:problem:task-not-found'])
  })

  test("another tenant's task is another task", async () => {
    const reply = await api.post(`${path}/pause`, {}, { 'X-Tenant': 'acme' })
    expect(reply.status).toBe(404)
  })
})

describe('If-Match', () => {
  test('of 64 callers with the same revision one succeeds, the others change nothing', async () => {
    await put(cron())
    const replies = await Promise.all(
      Array.from({ length: 64 }, (_, n) => put({ ...cron(), priority: n }, { 'If-Match': '"0"' })),
    )
    const statuses = replies.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(63).fill(412)])
    const winner = replies.findIndex(({ status }) => status === 200)
    expect(typesOf(api.log)).toEqual(['TaskAdded', 'TaskReplaced'])
    expect(definition()['priority']).toBe(winner)
  })

  test('an old revision is refused, the one just answered is not', async () => {
    await put(cron())
    const paused = await api.post(`${path}/pause`, {}, { 'If-Match': '"0"' })
    expect(paused.status).toBe(200)
    const stale = await api.send('DELETE', path, undefined, { 'If-Match': '"0"' })
    expect([stale.status, stale.json.type]).toEqual([
      412,
      'urn:carillon:problem:revision-unexpected',
    ])
    const etag = paused.headers.get('etag') ?? ''
    expect((await api.send('DELETE', path, undefined, { 'If-Match': etag })).status).toBe(200)
  })

  test('fires are no changes: what was seen before them is changed by one of 64', async () => {
    const added = await put(cron())
    for (let n = 0; n < 5; n += 1) await api.post(`${path}/trigger`)
    const ran = await api.post(`${path}/trigger`, {}, { 'If-Match': '"0"' })
    expect([ran.status, ran.headers.get('etag'), ran.json.revision]).toEqual([200, '"0"', 6])
    expect(ran.json.changeRevision).toBe(0)
    const etag = added.headers.get('etag') ?? ''
    const racing = Array.from({ length: 64 }, (_, n) =>
      put({ ...cron(), priority: n }, { 'If-Match': etag }),
    )
    const fires = Array.from({ length: 20 }, () => api.post(`${path}/trigger`))
    const replies = await Promise.all(racing)
    await Promise.all(fires)
    expect(replies.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(63).fill(412),
    ])
    expect(typesOf(api.log).filter((type) => type === 'TaskReplaced')).toHaveLength(1)
  })

  test('a revision of an answer about a run is as good as the ETag', async () => {
    await put(cron())
    const { revision } = (await api.post(`${path}/trigger`)).json
    await api.post(`${path}/trigger`)
    const patched = await patch({ priority: 1 }, { 'If-Match': `"${revision}"` })
    expect(patched.json).toMatchObject({ revision: 3, changeRevision: 3 })
    const stale = await patch({ priority: 2 }, { 'If-Match': `"${revision}"` })
    expect([stale.status, stale.json.detail]).toEqual([
      412,
      'If-Match names revision 1; somebody changed it since, at revision 3. Nothing was changed.',
    ])
    const beyond = await patch({ priority: 2 }, { 'If-Match': '"99"' })
    expect([beyond.status, beyond.json.detail]).toEqual([
      412,
      'If-Match names revision 99, which has not been reached: the newest is 3. Nothing was changed.',
    ])
    const nobody = await api.send('PUT', '/api/v1/tasks/x/y', cron(), { 'If-Match': '"0"' })
    expect([nobody.status, nobody.json.detail]).toEqual([
      412,
      'If-Match names revision 0, and nothing is there; nothing was changed.',
    ])
  })

  test('a patch is not merged with what is older than its caller has seen', async () => {
    await put(cron())
    const other = await startApi({ beside: api })
    await other.send('PATCH', path, { priority: 5 })
    // This process remembers the task as it was before.
    await patch({ name: 'first' })
    const seen = await other.send('PATCH', path, { priority: 7 })
    const etag = seen.headers.get('etag') ?? ''
    expect((await patch({ name: 'second' }, { 'If-Match': etag })).status).toBe(200)
    expect(definition()).toMatchObject({ priority: 7, name: 'second' })
    await other.close()
  })

  test('what is no revision is refused by name', async () => {
    const reply = await put(cron(), { 'If-Match': '*' })
    expect([reply.status, reply.json.problems[0].field]).toEqual([400, 'If-Match'])
  })
})

test('changes by the console say so in the log, and everybody else’s are the API’s', async () => {
  const sources = () => api.log().map(({ metadata }) => (metadata as { source: string }).source)
  await put(cron(), { 'x-carillon-source': 'console' })
  await api.post(`${path}/pause`, { reason: 'x' }, { 'x-carillon-source': 'console' })
  await api.post(`${path}/resume`, {}, { 'x-carillon-source': 'scheduler' })
  expect(sources()).toEqual(['console', 'console', 'api'])
})

test('which failures are retried is taken as it is shown, and checked', async () => {
  const retries = (on: readonly unknown[]) => ({ ...cron(), policy: { retries: { max: 2, on } } })
  expect((await put(retries(['connect', '5xx', '429']))).status).toBe(201)
  expect(definition()).toMatchObject({ policy: { retries: { on: ['connect', '5xx', '429'] } } })
  expect((await put(definition())).status).toBe(200)
  const refused = await put(retries(['connect', 'sometimes']))
  expect(refused.status).toBe(400)
  expect(refused.json.problems).toMatchObject([{ field: 'policy.retries.on.1' }])
})

test('the defaults a task takes can be asked for', async () => {
  const { json } = await api.get('/api/v1/defaults')
  await put(cron())
  const { zone, misfireThresholdMs, catchUpMax, policy } = json
  expect(definition()).toMatchObject({
    schedule: { zone, misfireThresholdMs, catchUpMax },
    policy,
  })
})
