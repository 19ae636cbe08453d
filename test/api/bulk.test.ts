// One command for many tasks, over real HTTP: one event each, whatever interrupts it.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, describe, expect, test } from 'vitest'
import { taskOfStream } from '../../src/domain/task/ids.ts'
import type { Queries } from '../../src/projections/queries.ts'
import type { TaskSummary } from '../../src/projections/views.ts'
import { queriesOver, startApi, typesOf, type Reply, type TestApi } from '../support/api.ts'
import { right } from '../support/either.ts'

const opened: TestApi[] = []
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close(50)
})

const statusAfter: Readonly<Record<string, string>> = {
  TaskAdded: 'Active',
  TaskPaused: 'Paused',
  TaskResumed: 'Active',
  TaskDeleted: 'Deleted',
}

/** The task list as the log has it: by tenant, group and status, page by page. */
const tasksOver = (log: TestApi['log']): Queries['tasks'] => {
  const known = () => {
    const tasks = new Map<string, { taskId: TaskSummary['taskId']; status: string }>()
    for (const { stream, type } of log()) {
      const status = statusAfter[type]
      if (!stream.startsWith('task-') || status === undefined) continue
      tasks.set(stream, { taskId: right(taskOfStream(stream)), status })
    }
    return [...tasks.values()]
  }
  return ({ tenant, group, statuses = ['Active', 'Paused'] }, { limit, cursor }) => {
    const matching = known()
      .filter(
        ({ taskId, status }) => taskId.tenant === tenant && statuses.some((s) => s === status),
      )
      .filter(({ taskId }) => group === undefined || taskId.group === group)
      .sort((a, b) => (a.taskId.job < b.taskId.job ? -1 : 1))
      .filter(({ taskId }) => cursor === null || taskId.job > cursor)
    const items = matching.slice(0, Math.min(limit, 100)) as unknown as TaskSummary[]
    const next = matching.length > items.length ? (items.at(-1)?.taskId.job ?? null) : null
    return TE.right({ items, next, freshness: { position: null, ageMs: 0 } })
  }
}

const start = async (options: Parameters<typeof startApi>[0] = {}): Promise<TestApi> => {
  let log: TestApi['log'] = () => []
  const queries: Queries = {
    ...queriesOver(() => log()),
    tasks: (filter, page) => tasksOver(log)(filter, page),
  }
  const api = await startApi({ ...options, deps: { queries, ...(options.deps as object) } })
  log = api.log
  opened.push(api)
  return api
}

const task = {
  schedule: { type: 'cron', expression: '0 0 2 * * ?' },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
}
const nameOf = (n: number): string => `t${String(n).padStart(4, '0')}`
const add = async (api: TestApi, count: number, group = 'g'): Promise<void> => {
  for (let n = 0; n < count; n += 1)
    await api.send('PUT', `/api/v1/tasks/${group}/${nameOf(n)}`, task)
}
const path = '/api/v1/bulk'
const ended = async (api: TestApi, { json }: Reply): Promise<Reply['json']> => {
  const { id } = json as { id: string }
  const ask = async () => (await api.get(`${path}/${id}`)).json as { state: string }
  await expect.poll(async () => (await ask()).state, { timeout: 10_000 }).toBe('done')
  return ask()
}
const ofTasks = (api: TestApi, type: string) =>
  api.log().filter((event) => event.stream.startsWith('task-') && event.type === type)
const onceEach = (api: TestApi, type: string, count: number): void => {
  const streams = ofTasks(api, type).map(({ stream }) => stream)
  expect([streams.length, new Set(streams).size]).toEqual([count, count])
}

describe('a bulk', () => {
  test('gives its command to what the filter names: one event each, with reason and id', async () => {
    const api = await start()
    await add(api, 3, 'billing')
    await add(api, 2, 'other')
    await api.post('/api/v1/tasks/billing/t0001/pause')
    const until = '2199-01-01T00:00:00.000Z'
    const body = { filter: { group: 'billing' }, reason: '盘点', until }
    const reply = await api.post(`${path}/pause`, body, { 'X-Carillon-Source': 'console' })
    expect(reply.status).toBe(202)
    expect(reply.json).toMatchObject({ action: 'pause', state: 'running', done: 0, reason: '盘点' })
    const done = await ended(api, reply)
    expect(done).toMatchObject({ total: 3, done: 3, changed: 3, unchanged: 0, refused: 0, until })
    const events = ofTasks(api, 'TaskPaused').slice(1)
    expect(events.map(({ stream }) => stream).sort()).toEqual(
      ['t0000', 't0001', 't0002'].map((job) => `task-default/billing/${job}`),
    )
    for (const { data, metadata } of events) {
      expect(data).toMatchObject({ until })
      expect(metadata).toMatchObject({
        correlationId: reply.json.id as string,
        reason: '盘点',
        source: 'console',
      })
    }
  })

  test('says what was as it should be already, and why a task was not changed', async () => {
    const api = await start()
    await add(api, 2)
    const keys = [nameOf(0), nameOf(1), 'nobody', nameOf(0)].map((job) => ({ group: 'g', job }))
    const resumed = await ended(api, await api.post(`${path}/resume`, { filter: { keys } }))
    expect(resumed).toMatchObject({
      filter: { keys: 3 },
      total: 3,
      done: 3,
      changed: 0,
      unchanged: 2,
      refused: 1,
      problems: [{ group: 'g', job: 'nobody', problem: 'task-not-found' }],
    })
    expect(ofTasks(api, 'TaskResumed')).toEqual([])
  })

  test('runs and deletes by status, over several pages and batches', async () => {
    const api = await start()
    await add(api, 250)
    await api.post(`/api/v1/tasks/g/${nameOf(7)}/pause`)
    const filter = { status: ['Active', 'Paused'] }
    const ran = await ended(api, await api.post(`${path}/trigger`, { filter }))
    expect(ran).toMatchObject({ total: 250, changed: 250 })
    onceEach(api, 'TaskTriggered', 250)
    const removed = await api.post(`${path}/delete`, { filter: { status: 'Active', group: 'g' } })
    expect(await ended(api, removed)).toMatchObject({ total: 249, changed: 249 })
    const all = await ended(api, await api.post(`${path}/delete`, { all: true }))
    expect(all).toMatchObject({ total: 1, changed: 1, filter: {} })
    onceEach(api, 'TaskDeleted', 250)
    const nothing = await ended(api, await api.post(`${path}/delete`, { all: true }))
    expect(nothing).toMatchObject({ total: 0, done: 0 })
    const { bulks } = (await api.get(path)).json as { bulks: { action: string }[] }
    expect(bulks.map(({ action }) => action)).toEqual(['delete', 'delete', 'delete', 'trigger'])
  })

  test('can be rehearsed: how many and which first, and nothing is changed', async () => {
    const api = await start()
    await add(api, 130)
    const before = api.log().length
    const reply = await api.post(`${path}/delete`, { filter: { group: 'g' }, dryRun: true })
    expect([reply.status, reply.json.total, reply.json.first.length]).toEqual([200, 130, 20])
    expect(reply.json.first[0]).toEqual({ group: 'g', job: 't0000' })
    expect(api.log()).toHaveLength(before)
  })

  test.each([
    ['no condition', 'pause', {}, 'filter'],
    ['no condition in words', 'delete', { filter: {} }, 'filter'],
    ['an unknown condition', 'pause', { filter: { colour: 'red' } }, 'colour'],
    ['a status there is not', 'pause', { filter: { status: ['Asleep'] } }, 'status'],
    ['keys and conditions', 'pause', { filter: { group: 'g', keys: [{}] } }, 'filter.keys'],
    ['keys that are none', 'pause', { filter: { keys: [{ group: 'g' }] } }, 'filter.keys'],
    ['an end of a deletion', 'delete', { all: true, until: '2199-01-01T00:00:00Z' }, 'until'],
    ['an end in the past', 'pause', { all: true, until: '2001-01-01T00:00:00Z' }, 'until'],
    ['an unknown field', 'pause', { all: true, raeson: 'x' }, 'raeson'],
  ])('%s is refused by name', async (_name, action, body, field) => {
    const api = await start()
    const reply = await api.post(`${path}/${action}`, body)
    expect([reply.status, reply.json.problems?.[0]?.field]).toEqual([400, field])
    expect(api.log()).toEqual([])
  })

  test('under one Idempotency-Key is one bulk', async () => {
    const api = await start()
    await add(api, 5)
    const ask = () => api.post(`${path}/trigger`, { all: true }, { 'Idempotency-Key': 'k' })
    const replies = await Promise.all(Array.from({ length: 8 }, ask))
    expect(new Set(replies.map(({ json }) => json.id as string)).size).toBe(1)
    await ended(api, replies[0]!)
    onceEach(api, 'TaskTriggered', 5)
  })

  test("another tenant's bulk, and one that never was, are not found", async () => {
    const api = await start()
    const { id } = (await api.post(`${path}/pause`, { all: true })).json as { id: string }
    expect((await api.get(`${path}/${id}`, { 'X-Tenant': 'acme' })).status).toBe(404)
    expect((await api.get(`${path}/${id.replace(/^./, '0')}x`)).status).toBe(404)
    expect((await api.get(path, { 'X-Tenant': 'acme' })).json).toEqual({ bulks: [] })
  })
})

describe('a bulk whose task list is behind', () => {
  /** Until `catchUp` is called, the read models show nothing that is asked for. */
  const behind = async () => {
    let isBehind = true
    const waitFor = async (): Promise<boolean> => {
      await new Promise(setImmediate)
      return !isBehind
    }
    const api = await start({ deps: { readModels: { waitFor } } })
    await add(api, 120)
    return { api, catchUp: () => (isBehind = false) }
  }
  const heardOf = (api: TestApi) => typesOf(api.log).filter((type) => type === 'BulkContinued')

  test('is accepted at once, waits, is heard of meanwhile, and misses nothing', async () => {
    const { api, catchUp } = await behind()
    const reply = await api.post(`${path}/pause`, { filter: { group: 'g' } })
    expect([reply.status, reply.json.state, reply.json.total]).toEqual([202, 'running', null])
    await expect.poll(() => heardOf(api).length).toBeGreaterThan(1)
    expect((await api.get(`${path}/${reply.json.id as string}`)).json).toMatchObject({
      state: 'running',
      total: null,
    })
    expect(typesOf(api.log)).not.toContain('BulkTargets')
    catchUp()
    expect(await ended(api, reply)).toMatchObject({ total: 120, changed: 120 })
    onceEach(api, 'TaskPaused', 120)
  })

  test('stops waiting with its process, and another one goes on', async () => {
    const { api } = await behind()
    const reply = await api.post(`${path}/pause`, { filter: { group: 'g' } })
    await api.bulks.stop()
    const next = await start({ beside: api })
    await next.post(`${path}/${reply.json.id as string}/continue`)
    expect(await ended(next, reply)).toMatchObject({ total: 120, changed: 120 })
    onceEach(api, 'TaskPaused', 120)
  })

  test('does not wait for it where tasks are named one by one', async () => {
    const { api } = await behind()
    const keys = [{ group: 'g', job: nameOf(3) }]
    const reply = await api.post(`${path}/pause`, { filter: { keys } })
    expect(await ended(api, reply)).toMatchObject({ total: 1, changed: 1 })
  })
})

/** From the nth append on from now, everything waits until it is released. */
const gate = () => {
  let left = Number.POSITIVE_INFINITY
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const pauseAt = (where: string) => async (point: string) => {
    if (point === where && (left -= 1) < 0) await opened
  }
  return {
    before: { pause: pauseAt('append') },
    behind: { pause: pauseAt('answer') },
    closeAfter: (appends: number) => (left = appends),
    reached: () => expect.poll(() => left).toBeLessThan(0),
    /** Others pass from now on. */
    leaveAlone: () => (left = Number.POSITIVE_INFINITY),
    open: () => open(),
  }
}

describe('an interrupted bulk', () => {
  /** One that is stopped in good order in the middle of its second batch. */
  const interrupted = async (action: string) => {
    const { before, closeAfter, reached, open } = gate()
    const api = await start({ faults: before })
    await add(api, 350)
    closeAfter(150)
    const reply = await api.post(`${path}/${action}`, { filter: { group: 'g' } })
    await reached()
    const stopped = api.bulks.stop()
    open()
    await stopped
    return { api, reply, at: `${path}/${reply.json.id as string}` }
  }

  test('is let go of in good order, and gone on with by another process', async () => {
    const { api, reply, at } = await interrupted('trigger')
    const left = (await api.get(at)).json as object
    expect(left).toMatchObject({ state: 'interrupted', total: 350, done: 200, changed: 200 })
    onceEach(api, 'TaskTriggered', 200)
    const next = await start({ beside: api })
    expect((await next.post(`${at}/continue`)).json).toMatchObject({ state: 'running' })
    expect(await ended(next, reply)).toMatchObject({ total: 350, changed: 350 })
    onceEach(api, 'TaskTriggered', 350)
  })

  test('is found by a process that looks around', async () => {
    const { api, reply } = await interrupted('pause')
    const next = await start({ beside: api })
    const stop = new AbortController()
    const looking = next.bulks.run(stop.signal)
    expect(await ended(next, reply)).toMatchObject({ total: 350, changed: 350 })
    stop.abort()
    await looking
    onceEach(api, 'TaskPaused', 350)
  })

  test('whose process fell silent in the middle of a batch gives nothing twice', async () => {
    const { behind, closeAfter, reached, leaveAlone, open } = gate()
    const silent = await start({ faults: behind })
    await add(silent, 150)
    closeAfter(60)
    const reply = await silent.post(`${path}/trigger`, { filter: { group: 'g' } })
    await reached()
    const before = ofTasks(silent, 'TaskTriggered').length
    expect(before).toBeGreaterThan(50)
    leaveAlone()
    const next = await start({ beside: silent, now: () => Date.now() + 60_000 })
    const at = `${path}/${reply.json.id as string}`
    expect((await next.get(at)).json).toMatchObject({ state: 'interrupted', done: 0 })
    await next.post(`${at}/continue`)
    expect(await ended(next, reply)).toMatchObject({ total: 150, changed: 150, unchanged: 0 })
    open()
    await silent.bulks.stop()
    onceEach(silent, 'TaskTriggered', 150)
  })
})
