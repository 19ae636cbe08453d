// `Idempotency-Key`: a change asked for many times under one key is made once, and everybody who
// asked gets the same answer: one after the other, at once, at two processes, and after a process
// died between its append and its answer.
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock, type Clock } from '../../src/runtime/clock.ts'
import { startApi, typesOf, type Reply, type TestApi } from '../support/api.ts'
import { json, startHttpCallee } from '../support/callee.ts'

const opened: TestApi[] = []
const start = async (options?: Parameters<typeof startApi>[0]): Promise<TestApi> => {
  const api = await startApi(options)
  opened.push(api)
  return api
}
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close(50)
})

const path = '/api/v1/tasks/billing/nightly'
const task = {
  schedule: { type: 'cron', expression: '0 0 2 * * ?' },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
}
const key = (text: string, more: Record<string, string> = {}) => ({
  'Idempotency-Key': text,
  ...more,
})
const isOfTasks = ({ stream }: { readonly stream: string }): boolean => stream.startsWith('task-')
const taskEvents = (api: TestApi): readonly string[] => typesOf(() => api.log().filter(isOfTasks))
const shown = ({ status, json, headers }: Reply) => ({
  status,
  json: json as unknown,
  etag: headers.get('etag'),
  position: headers.get('x-carillon-position'),
  type: headers.get('content-type'),
})

describe('one after the other', () => {
  test.each([
    ['PUT', path, task, 'TaskReplaced'],
    ['PATCH', path, { priority: 3 }, 'TaskReplaced'],
    ['POST', `${path}/pause`, { reason: 'stock-taking' }, 'TaskPaused'],
    ['POST', `${path}/trigger`, {}, 'TaskTriggered'],
    ['DELETE', path, undefined, 'TaskDeleted'],
  ])('%s %s twice is one event and one answer', async (method, at, body, event) => {
    const api = await start()
    await api.send('PUT', path, task)
    const first = await api.send(method, at, body, key('k-1'))
    const second = await api.send(method, at, body, key('k-1'))
    expect(first.status).toBe(200)
    expect(shown(second)).toEqual(shown(first))
    expect(first.headers.get('x-carillon-position')).toBe(first.json.position)
    expect(first.headers.has('idempotency-replayed')).toBe(false)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(taskEvents(api)).toEqual(['TaskAdded', event])
    expect(api.log().filter(isOfTasks).at(-1)?.metadata).toMatchObject({ idempotencyKey: 'k-1' })
  })

  test('a run is cancelled and run again once, a calendar is defined once', async () => {
    const api = await start()
    await api.send('PUT', path, task)
    const { runId } = (await api.post(`${path}/trigger`)).json as { runId: string }
    const twice = async (method: string, at: string, body?: object) => {
      const replies = [
        await api.send(method, at, body, key(at)),
        await api.send(method, at, body, key(at)),
      ]
      expect(replies.map(shown)[1]).toEqual(replies.map(shown)[0])
      expect(replies[0]?.status).toBe(200)
    }
    await twice('POST', `/api/v1/runs/${runId}/cancel`)
    await twice('POST', `/api/v1/runs/${runId}/rerun`)
    await twice('PUT', '/api/v1/calendars/holidays', {
      zone: 'UTC',
      rules: [{ type: 'dates', dates: ['2026-12-25'] }],
    })
    expect(taskEvents(api)).toEqual(['TaskAdded', 'TaskTriggered', 'RunCancelled', 'TaskTriggered'])
    const defined = api.log().filter(({ stream }) => stream.startsWith('calendar-'))
    expect(defined).toHaveLength(1)
  })

  test('a trial call is made once', async () => {
    const api = await start()
    const callee = await startHttpCallee(json({ success: true }))
    const recall = { type: 'http', url: callee.url() }
    const ask = () => api.post('/api/v1/recalls/test', { recall }, key('t'))
    const replies = [await ask(), await ask()]
    await callee.close()
    expect(replies.map(shown)[1]).toEqual(replies.map(shown)[0])
    expect(callee.received).toHaveLength(1)
  })

  test('a refusal is repeated, also when the change would be possible by now', async () => {
    const api = await start()
    const refused = await api.post(`${path}/pause`, {}, key('early'))
    expect(refused.status).toBe(404)
    await api.send('PUT', path, task)
    expect(shown(await api.post(`${path}/pause`, {}, key('early')))).toEqual(shown(refused))
    expect((await api.post(`${path}/pause`, {}, key('late'))).status).toBe(200)
  })

  test('the key of another request is refused by name, and nothing is changed', async () => {
    const api = await start()
    await api.send('PUT', path, task, key('k'))
    const others = [
      await api.send('PUT', path, { ...task, priority: 1 }, key('k')),
      await api.send('PUT', `${path}2`, task, key('k')),
      await api.send('PUT', path, task, key('k', { 'If-Match': '"0"' })),
      await api.send('PUT', `${path}?reason=x`, task, key('k')),
    ]
    for (const reply of others) {
      expect(reply.status).toBe(422)
      expect(reply.json.type).toBe('urn:carillon:problem:idempotency-key-reused')
      expect(reply.json.detail).toContain('Idempotency-Key k ')
    }
    expect(taskEvents(api)).toEqual(['TaskAdded'])
  })

  test("another tenant's key is another key; what is no key is refused by name", async () => {
    const api = await start()
    await api.send('PUT', path, task, key('k'))
    const acme = await api.send(
      'PUT',
      path,
      { ...task, priority: 1 },
      key('k', { 'X-Tenant': 'a' }),
    )
    expect(acme.status).toBe(201)
    const wrong = await api.send('PUT', path, task, key('x'.repeat(256)))
    expect([wrong.status, wrong.json.problems[0].field]).toEqual([400, 'Idempotency-Key'])
  })

  test('a key is free again after a day', async () => {
    const first = await start()
    await first.send('PUT', path, task)
    const before = await first.post(`${path}/trigger`, {}, key('k'))
    const dayMs = 24 * 3_600_000
    let aheadMs = dayMs - 60_000
    const clock = { ...systemClock, now: () => Date.now() + aheadMs }
    const second = await start({ beside: first, deps: { clock } })
    expect(shown(await second.post(`${path}/trigger`, {}, key('k')))).toEqual(shown(before))
    aheadMs += 120_000
    const after = await second.post(`${path}/trigger`, {}, key('k'))
    expect(after.json.runId).not.toBe(before.json.runId)
    expect(taskEvents(first)).toEqual(['TaskAdded', 'TaskTriggered', 'TaskTriggered'])
  })
})

describe('at once', () => {
  test('of 64 callers at two processes one is served, and all get its answer', async () => {
    const one = await start()
    await one.send('PUT', path, task)
    const two = await start({ beside: one })
    const replies = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        (n % 2 === 0 ? one : two).post(`${path}/trigger`, {}, key('race')),
      ),
    )
    expect(new Set(replies.map((reply) => JSON.stringify(shown(reply)))).size).toBe(1)
    expect(replies[0]?.json.runId).toMatch(/^[0-9a-f]{32}$/)
    expect(taskEvents(one)).toEqual(['TaskAdded', 'TaskTriggered'])
  })
})

/** Waits a hundredth of the time. */
const hurried: Clock = {
  ...systemClock,
  monotonicNow: () => systemClock.monotonicNow() * 100,
  setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / 100, callback),
}

/** The nth append from now on is written, and its process never hears of it: as if it had died. */
const dyingAfterAppend = () => {
  let left = Number.POSITIVE_INFINITY
  const pause = (point: string): Promise<void> => {
    if (point !== 'answer') return Promise.resolve()
    left -= 1
    return left === 0 ? new Promise(() => undefined) : Promise.resolve()
  }
  return { faults: { pause }, dieAfter: (appends: number) => (left = appends) }
}

describe('when the process dies between its append and its answer', () => {
  // The first append says that the request has begun, the second is the change.
  test.each([
    ['before the change was written', 1, []],
    ['after the change was written', 2, ['TaskTriggered']],
  ])('%s: the next one answers, and it is done once', async (_name, appends, writtenBefore) => {
    const { faults, dieAfter } = dyingAfterAppend()
    const dead = await start({ faults })
    await dead.send('PUT', path, task)
    dieAfter(appends)
    const unanswered = dead.post(`${path}/trigger`, {}, key('k')).catch(() => null)
    await expect.poll(() => taskEvents(dead).slice(1)).toEqual(writtenBefore)
    const next = await start({ beside: dead, deps: { clock: hurried } })
    const reply = await next.post(`${path}/trigger`, {}, key('k'))
    expect(taskEvents(dead)).toEqual(['TaskAdded', 'TaskTriggered'])
    const [, triggered] = dead.log().filter(isOfTasks)
    expect(reply).toMatchObject({
      status: 200,
      json: {
        runId: (triggered?.data as { runId: string }).runId,
        position: triggered?.position,
        revision: 1,
        status: 'Active',
      },
    })
    const again = await next.post(`${path}/trigger`, {}, key('k'))
    expect(shown(again)).toEqual(shown(reply))
    await dead.close(50)
    await unanswered
  })

  test('a process that only dawdled finds what the one that stepped in has written', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let left = Number.POSITIVE_INFINITY
    const pause = async (point: string): Promise<void> => {
      if (point !== 'append') return
      left -= 1
      if (left === 0) await held
    }
    const slow = await start({ faults: { pause } })
    await slow.send('PUT', path, task)
    left = 2
    const first = slow.post(`${path}/trigger`, {}, key('k'))
    await expect.poll(() => left).toBe(0)
    const quick = await start({ beside: slow, deps: { clock: hurried } })
    const second = await quick.post(`${path}/trigger`, {}, key('k'))
    release()
    expect(shown(await first)).toEqual(shown(second))
    expect(taskEvents(slow)).toEqual(['TaskAdded', 'TaskTriggered'])
  })

  test('an answer that asks to try again is not kept', async () => {
    let away = false
    const fault = () => (away ? ('unavailable' as const) : ('none' as const))
    const api = await start({
      faults: { append: (appends) => (appends.some(isOfTasks) ? fault() : 'none') },
    })
    await api.send('PUT', path, task)
    away = true
    const failed = await api.post(`${path}/trigger`, {}, key('k'))
    expect(failed.status).toBe(503)
    away = false
    const done = await api.post(`${path}/trigger`, {}, key('k'))
    expect([done.status, done.headers.has('idempotency-replayed')]).toEqual([200, false])
    expect(taskEvents(api)).toEqual(['TaskAdded', 'TaskTriggered'])
  })
})
