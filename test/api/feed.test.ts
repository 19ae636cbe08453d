// The live feed over real HTTP: what listeners hear, where they go on, and what they may cost.
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { defaultApiSettings } from '../../src/api/deps.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { streamNameOf } from '../../src/event-store/checked.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'
import { right } from '../support/either.ts'
import { listenTo, type Frame, type TestListener } from '../support/feed.ts'

let api: TestApi
const listeners: TestListener[] = []
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.leave()
  await api.close()
})

const listen = async (query = '', headers: Record<string, string> = {}): Promise<TestListener> => {
  const listener = await listenTo(api.url, query, headers)
  listeners.push(listener)
  return listener
}

const feedSettings = (feed: Partial<(typeof defaultApiSettings)['feed']>) => ({
  settings: { feed: { ...defaultApiSettings.feed, ...feed } },
})

const add = (jobCode: string, groupCode = 'g1') =>
  api.post('/dispatchserver/add.do', cronAdd({ jobCode, groupCode }))
const order = (call: string, jobName: string, groupName = 'g1') =>
  api.post(`/dispatchserver/${call}.do`, { jobName, groupName, reason: 'stock-taking' })
const told = (frames: readonly Frame[]) =>
  frames.map(({ data }) => `${data.type as string} ${data.group as string}/${data.job as string}`)

/** Straight into the log, many at once: pauses and resumes with a long reason. */
const fill = async (store: EventStore, job: string, count: number): Promise<void> => {
  const resumedAt = new Date().toISOString()
  const trigger = { decidedThrough: resumedAt, startAt: null, repeatCount: 0, timesTriggered: 0 }
  const metadata = {
    source: 'api',
    node: 'test',
    correlationId: randomUUID(),
    reason: 'r'.repeat(500),
  }
  const events = Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'TaskResumed',
    data: { resumedAt, trigger },
    metadata,
  }))
  const stream = streamNameOf(`task-default/g1/${job}`)
  right(await store.append([{ stream, expected: 'any', events }])())
}

describe('a listener', () => {
  test('hears what happens from its first frame on, as it happens', async () => {
    api = await startApi()
    await add('before')
    const listener = await listen()
    expect(listener.status).toBe(200)
    expect(listener.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const ready = await listener.next()
    expect(ready).toMatchObject({ id: api.log()[0]?.position, event: 'ready' })
    await add('job1')
    const [added] = await listener.changes(1)
    expect(added).toMatchObject({
      id: api.log()[1]?.position,
      event: 'task',
      data: {
        tenant: 'default',
        group: 'g1',
        job: 'job1',
        type: 'TaskAdded',
        revision: 0,
        position: api.log()[1]?.position,
        source: 'api',
        detail: { rule: '0 0 1 * * ?' },
      },
    })
    await order('pause', 'job1')
    expect((await listener.changes(1))[0]?.data).toMatchObject({
      type: 'TaskPaused',
      reason: 'stock-taking',
    })
  })

  test('goes on where it was, by header before query, and misses and repeats nothing', async () => {
    api = await startApi()
    for (const job of ['a', 'b', 'c', 'd']) await add(job)
    const places = api.log().map(({ position }) => position)
    const byQuery = await listen(`?after=${places[0]}`)
    expect(told(await byQuery.changes(3))).toEqual([
      'TaskAdded g1/b',
      'TaskAdded g1/c',
      'TaskAdded g1/d',
    ])
    const byHeader = await listen(`?after=${places[0]}`, { 'Last-Event-ID': places[2] ?? '' })
    await add('e')
    expect(told(await byHeader.changes(2))).toEqual(['TaskAdded g1/d', 'TaskAdded g1/e'])
    expect(told(await byQuery.changes(1))).toEqual(['TaskAdded g1/e'])
  })

  test('a thousand events ago is not too long ago, and what follows joins without a gap', async () => {
    api = await startApi()
    await add('job1')
    const [first] = api.log()
    await fill(api.store, 'job1', 1_000)
    const listener = await listen(`?after=${first?.position}`)
    const caughtUp = listener.changes(1_200)
    await fill(api.store, 'job1', 200)
    const ids = (await caughtUp).map(({ id }) => id)
    expect(ids).toEqual(
      api
        .log()
        .slice(1)
        .map(({ position }) => position),
    )
  })

  test('of another tenant hears nothing of it', async () => {
    api = await startApi()
    const other = await listen('', { 'X-Tenant': 'acme' })
    await other.next()
    await add('ours')
    await api.send('PUT', '/api/v1/tasks/g1/theirs', putBody, { 'X-Tenant': 'acme' })
    const [heard] = await other.changes(1)
    expect(heard?.data).toMatchObject({ tenant: 'acme', job: 'theirs' })
  })

  const putBody = {
    schedule: { type: 'cron', expression: '0 0 2 * * ?' },
    recall: { type: 'http', url: 'http://127.0.0.1:9/x' },
  }
})

describe('a filter', () => {
  const happen = async (): Promise<string> => {
    await add('job1')
    await add('job2')
    await add('job1', 'g2')
    const run = (await order('trigger', 'job1')).json.resultValue as string
    await api.post('/dispatchserver/taskcallback/updateTaskLog', { id: run, success: true })
    await api.send('POST', '/api/v1/tasks/g1/job2/pause', {}, { 'X-Carillon-Source': 'console' })
    return run
  }

  test.each([
    ['?group=g2', ['TaskAdded g2/job1']],
    [
      '?group=g1&job=job1',
      ['TaskAdded g1/job1', 'TaskTriggered g1/job1', 'RecallSucceeded g1/job1'],
    ],
    ['?kind=run', ['TaskTriggered g1/job1', 'RecallSucceeded g1/job1']],
    ['?type=TaskPaused,TaskTriggered', ['TaskTriggered g1/job1', 'TaskPaused g1/job2']],
    ['?outcome=succeeded,failed', ['RecallSucceeded g1/job1']],
    ['?outcome=running', ['TaskTriggered g1/job1']],
    ['?source=console', ['TaskPaused g1/job2']],
  ])('%s lets through what it names', async (query, expected) => {
    api = await startApi()
    const listener = await listen(query)
    await listener.next()
    await happen()
    await add('last', 'g1')
    const everything = api.log().length
    expect(everything).toBe(7)
    expect(told(await listener.changes(expected.length))).toEqual(expected)
  })

  test('by run tells how one run goes', async () => {
    api = await startApi()
    const run = await happen()
    const first = await listen(`?run=${run}&after=${api.log()[0]?.position}`)
    const frames = await first.changes(2)
    expect(frames.map(({ event, data }) => [event, data.outcome as unknown])).toEqual([
      ['run', 'running'],
      ['run', 'succeeded'],
    ])
  })

  test.each([
    ['?job=job1', {}, 'job'],
    ['?outcome=splendid', {}, 'outcome'],
    ['?kind=rain', {}, 'kind'],
    ['?colour=red', {}, 'colour'],
    ['?run=7', {}, 'run'],
    ['?after=%25', {}, 'after'],
    ['?lag=wait', {}, 'lag'],
    ['', { 'Last-Event-ID': 'not a position' }, 'Last-Event-ID'],
  ])('%s %j is refused by the name of the field', async (query, headers, field) => {
    api = await startApi()
    const reply = await api.get(`/api/v1/feed${query}`, headers)
    expect([reply.status, reply.json.problems[0].field]).toEqual([400, field])
  })
})

describe('while nothing happens', () => {
  test('heartbeats keep the connection and move the place of those whose filter lets nothing through', async () => {
    api = await startApi(feedSettings({ heartbeatMs: 20 }))
    const listener = await listen('?group=elsewhere')
    await listener.next()
    await add('job1')
    const newest = api.log().at(-1)?.position
    for (let frame = await listener.next(); frame?.id !== newest; frame = await listener.next())
      expect(frame?.event).toBe('heartbeat')
  })
})

describe('what listeners may cost', () => {
  test('is one subscription for all of them, and none after them', async () => {
    let begun = 0
    let open = 0
    api = await startApi({
      deps: (store) => ({
        store: {
          ...store,
          subscribe: async function* (options) {
            begun += 1
            open += 1
            yield* store.subscribe(options)
            open -= 1
          },
        },
      }),
    })
    const many = await Promise.all(
      Array.from({ length: 100 }, (_, i) => listen(`?group=g${i % 10}`)),
    )
    for (let i = 0; i < 10; i += 1) await add('job1', `g${i}`)
    const heard = await Promise.all(many.map((listener) => listener.changes(1)))
    expect(heard.map(([frame]) => frame?.data.group as unknown)).toEqual(
      many.map((_, i) => `g${i % 10}`),
    )
    expect([begun, open]).toEqual([1, 1])
    await api.close()
    expect(open).toBe(0)
  })

  test('has a bound; who comes beyond it is asked to come back', async () => {
    api = await startApi(feedSettings({ listenersMax: 1 }))
    const first = await listen()
    await first.next()
    const reply = await api.get('/api/v1/feed')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '10'])
    expect(reply.json.type).toBe('urn:carillon:problem:too-many-listeners')
  })

  test('one that takes nothing is let go, and the others hear everything', async () => {
    api = await startApi(feedSettings({ stalledMs: 100 }))
    await add('job1')
    const { port, hostname } = new URL(api.url)
    const stalled = connect(Number(port), hostname)
    stalled.write('GET /api/v1/feed HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(stalled, 'readable')
    const quick = await listen()
    await quick.next()
    const count = 12_000
    for (let i = 0; i < count; i += 1_000) await fill(api.store, 'job1', 1_000)
    expect(await quick.changes(count)).toHaveLength(count)
    stalled.resume()
    await once(stalled, 'close')
  })

  test('one that asked to skip hears that it missed something, and goes on with the newest', async () => {
    api = await startApi()
    await add('job1')
    await fill(api.store, 'job1', 5_000)
    const [first] = api.log()
    const newest = api.log().at(-1)?.position
    const listener = await listen(`?lag=skip&after=${first?.position}`)
    expect(await listener.next()).toMatchObject({ event: 'ready', id: first?.position })
    expect(await listener.next()).toMatchObject({ event: 'skipped', id: newest })
    await order('pause', 'job1')
    expect((await listener.changes(1))[0]?.data.type).toBe('TaskPaused')
  })
})

describe('an end', () => {
  test('of the service ends every stream, at once', async () => {
    api = await startApi()
    const listener = await listen()
    await listener.next()
    const closed = api.close(60_000)
    expect(await listener.next()).toBeNull()
    await closed
  })

  test('of the log before the place asked for is told, not waited out', async () => {
    api = await startApi()
    await add('job1')
    const head = api.log().at(-1)?.position ?? ''
    const listener = await listen(`?after=${head.replace(/.$/, '9')}`)
    expect(await listener.next()).toMatchObject({ event: 'ready', id: head })
    expect(await listener.next()).toMatchObject({ event: 'skipped', id: head })
  })

  test('comes with an event that cannot be read, and names it', async () => {
    api = await startApi()
    const listener = await listen()
    await listener.next()
    const stream = streamNameOf('task-default/g1/broken')
    const event = { id: randomUUID(), type: 'TaskEaten', data: {}, metadata: {} }
    await api.store.append([{ stream, expected: 'any', events: [event] }])()
    expect(await listener.next()).toMatchObject({
      event: 'failed',
      id: null,
      data: { status: 500, type: 'urn:carillon:problem:undecodable-event' },
    })
    expect(await listener.next()).toBeNull()
    expect((await api.get('/api/v1/feed')).status).toBe(500)
  })
})
