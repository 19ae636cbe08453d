// The REST questions over real read models: what was changed by a call is found again by asking,
// filtered and paged, and as fresh as the caller wants it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { openReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector } from '../../src/projections/projector.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { quiet, usePostgres } from '../projections/kit.ts'
import { startApi, type TestApi } from '../support/api.ts'
import { cronAdd } from '../support/dispatchserver.ts'

const postgres = usePostgres()
const stop = new AbortController()
let api: TestApi
let running: Promise<void>
/** Position of the last write: what every question waits for. */
let last = ''

const call = async (name: string, body: unknown, headers: Record<string, string> = {}) => {
  const reply = await api.post(`/dispatchserver/${name}.do`, body, headers)
  expect(reply.json.success, reply.json.error as string).toBe(true)
  last = reply.headers.get('x-carillon-position') ?? last
  return reply.json.resultValue as string | null
}
// Looked into as callers do, without a type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = Record<string, any>
const ask = async (path: string, headers?: Record<string, string>) => {
  const reply = await api.get(`${path}${path.includes('?') ? '&' : '?'}after=${last}`, headers)
  expect(reply.status, JSON.stringify(reply.json)).toBe(200)
  expect(reply.json.asOf.position >= last).toBe(true)
  expect(typeof reply.json.asOf.ageMs).toBe('number')
  return reply.json as Answer
}
const add = (groupCode: string, jobCode: string) => cronAdd({ groupCode, jobCode })
const jobsIn = (list: { group: string; job: string }[]) =>
  list.map(({ group, job }) => `${group}/${job}`)

let runs: (string | null)[]

beforeAll(async () => {
  const url = await postgres.freshUrl()
  const db = openReadDatabase({
    connectionString: url,
    connectionsMax: 5,
    onConnectionError: () => undefined,
  })
  await migrate(db)
  api = await startApi({
    deps: (store: EventStore) => {
      const projector = createProjector({ store, db, clock: systemClock, log: quiet })
      running = projector.run(stop.signal).finally(() => db.destroy())
      return { queries: createQueries(db), readModels: projector }
    },
  })
  await call('add', add('billing', 'nightly'), { cookie: 'userid=alice' })
  await call('add', add('billing', 'hourly'))
  await call('add', add('报表', '日报/中文'))
  await call('add', add('elsewhere', 'hidden'), { cookie: 'tenantid=acme' })
  const key = { groupName: 'billing', jobName: 'nightly' }
  runs = [
    await call('trigger', key),
    await call('trigger', key),
    await call('trigger', { groupName: '报表', jobName: '日报/中文' }),
  ]
  await call('pause', { groupName: 'billing', jobName: 'hourly' })
  const done = { id: runs[0], success: true, resultValue: 'fine' }
  last = (await api.post('/taskcallback/updateTaskLog', done)).headers.get('x-carillon-position')!
})
afterAll(async () => {
  await api.close()
  stop.abort()
  await running
})

describe('questions', () => {
  test('tasks: all of a tenant, by group, by status, by text', async () => {
    expect(jobsIn((await ask('/api/v1/tasks')).tasks)).toEqual([
      'billing/hourly',
      'billing/nightly',
      '报表/日报/中文',
    ])
    const group = encodeURIComponent('报表')
    expect((await ask(`/api/v1/tasks?group=${group}`)).tasks).toHaveLength(1)
    expect(jobsIn((await ask('/api/v1/tasks?status=Paused,Deleted')).tasks)).toEqual([
      'billing/hourly',
    ])
    expect(jobsIn((await ask('/api/v1/tasks?q=NIGHT')).tasks)).toEqual(['billing/nightly'])
    const acme = await ask('/api/v1/tasks', { 'X-Tenant': 'acme' })
    expect(jobsIn(acme.tasks)).toEqual(['elsewhere/hidden'])
  })

  test('tasks: with their newest verdicts, and by the calendar they name', async () => {
    const { tasks } = await ask('/api/v1/tasks?recent=5')
    const recent = (tasks as Answer[]).map((task) => task.recent as string[])
    expect(recent[0]).toEqual([])
    expect(recent[1]).toEqual(['running', 'succeeded'])
    const newest = (await ask('/api/v1/tasks?recent=1&group=billing')).tasks as Answer[]
    expect(newest[1]?.recent).toEqual(['running'])
    expect((await api.get('/api/v1/tasks?recent=many')).status).toBe(400)
    const body = {
      schedule: { type: 'cron', expression: '0 0 1 * * ?', calendars: ['holidays', 'nights'] },
      recall: { type: 'http', url: 'http://127.0.0.1:9/' },
    }
    const zoo = { 'X-Tenant': 'zoo' }
    const put = await api.send('PUT', '/api/v1/tasks/feeding/lions', body, zoo)
    last = put.headers.get('x-carillon-position') ?? last
    expect((await ask('/api/v1/tasks?calendar=nights', zoo)).tasks).toHaveLength(1)
    expect((await ask('/api/v1/tasks?calendar=night', zoo)).tasks).toEqual([])
    expect((await ask('/api/v1/tasks?calendar=nights')).tasks).toEqual([])
  })

  test('a task: its definition, counts and who added it', async () => {
    expect(await ask('/api/v1/tasks/billing/nightly')).toMatchObject({
      tenant: 'default',
      group: 'billing',
      job: 'nightly',
      status: 'Active',
      addedBy: 'alice',
      nextFireAt: expect.stringMatching(/^\d{4}-.*Z$/),
      counts: { fired: 2, succeeded: 1, running: 1 },
      lastRun: { runId: runs[0], outcome: 'succeeded' },
      definition: { schedule: { type: 'cron', expression: '0 0 1 * * ?' }, dataJson: '{}' },
    })
    const chinese = ['报表', '日报/中文'].map(encodeURIComponent).join('/')
    expect((await ask(`/api/v1/tasks/${chinese}`)).job).toBe('日报/中文')
  })

  test('a task nobody added is not found', async () => {
    const reply = await api.get('/api/v1/tasks/billing/never')
    expect(reply.status).toBe(404)
    expect(reply.json.type).toBe('urn:carillon:problem:task-not-found')
  })

  test('groups with their numbers of tasks', async () => {
    expect((await ask('/api/v1/groups')).groups).toMatchObject([
      { group: 'billing', tasks: 2, active: 1, paused: 1, running: 1 },
      { group: '报表', tasks: 1, active: 1 },
    ])
  })

  test('runs: newest first, filtered, and in pages without gap or repetition', async () => {
    const all = await ask('/api/v1/runs')
    expect((all['runs'] as { runId: string }[]).map(({ runId }) => runId)).toEqual(
      runs.toReversed(),
    )
    const first = await ask('/api/v1/runs?limit=2')
    const second = await ask(`/api/v1/runs?limit=2&cursor=${first.next}`)
    expect([...first.runs, ...second.runs]).toEqual(all.runs)
    expect(second.next).toBeNull()
    const succeeded = await ask('/api/v1/runs?group=billing&job=nightly&outcome=succeeded')
    expect(succeeded.runs).toMatchObject([{ runId: runs[0], resultValue: 'fine', cause: 'manual' }])
    const early = await ask('/api/v1/runs?to=2020-01-01T00:00:00Z')
    expect(early.runs).toEqual([])
  })

  test('a run, to its own tenant only', async () => {
    expect(await ask(`/api/v1/runs/${runs[1]}`)).toMatchObject({
      runId: runs[1],
      outcome: 'running',
      scheduledFor: null,
    })
    const other = await api.get(`/api/v1/runs/${runs[1]}`, { 'X-Tenant': 'acme' })
    expect(other.status).toBe(404)
  })

  test('a cursor of another list is refused', async () => {
    const reply = await api.get('/api/v1/runs?cursor=nonsense')
    expect(reply.status).toBe(400)
    expect(reply.json.type).toBe('urn:carillon:problem:cursor-invalid')
  })

  test('activity: every event, newest first, by type and by actor', async () => {
    const { activity } = await ask('/api/v1/activity')
    expect(activity).toHaveLength(8)
    expect(activity[0]).toMatchObject({ type: 'RecallSucceeded', runId: runs[0], source: 'api' })
    const paused = await ask('/api/v1/activity?type=TaskPaused,TaskResumed')
    expect(paused.activity).toMatchObject([{ type: 'TaskPaused', job: 'hourly' }])
    expect((await ask('/api/v1/activity?actor=alice')).activity).toHaveLength(1)
    const page = await ask('/api/v1/activity?limit=3')
    const next = await ask(`/api/v1/activity?limit=100&cursor=${page.next}`)
    expect([...page.activity, ...next.activity]).toEqual(activity)
  })

  test('the ledger: every decision with its run, by verdict', async () => {
    const { verdicts } = await ask('/api/v1/ledger?group=billing')
    expect(verdicts).toMatchObject(
      [runs[1], runs[0]].map((runId) => ({
        ...{ group: 'billing', job: 'nightly', verdict: 'fired', cause: 'manual', runId },
        ...{ first: null, last: null, count: 1 },
      })),
    )
    expect((await ask('/api/v1/ledger?verdict=paused,misfired')).verdicts).toEqual([])
    expect((await api.get('/api/v1/ledger?verdict=lost')).status).toBe(400)
    expect((await api.get('/api/v1/ledger?job=nightly')).status).toBe(400)
  })

  test('statistics: of the service, of a group and of a task, at every step', async () => {
    for (const step of ['minute', 'hour', 'day'])
      for (const [whose, fired] of [
        ['', 3],
        ['&group=billing', 2],
        ['&group=billing&job=hourly', 0],
      ] as const) {
        const { buckets } = await ask(`/api/v1/stats?step=${step}${whose}`)
        const each = buckets as { from: string; fired: number }[]
        expect(each.reduce((sum, bucket) => sum + bucket.fired, 0)).toBe(fired)
        expect(each.at(-1)?.from).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/)
      }
    const lonely = await ask('/api/v1/stats?from=2026-01-01T00:00:00Z&to=2026-01-01T00:02:00Z')
    expect(lonely.buckets).toHaveLength(2)
    expect(lonely.buckets[0]).toMatchObject({ fired: 0, skipped: {}, lateness: null })
  })

  test('tasks and runs: by kind, next fire, last outcome, length and text', async () => {
    const jobs = async (query: string) => jobsIn((await ask(`/api/v1/tasks?${query}`)).tasks)
    expect(await jobs('kind=simple')).toEqual([])
    expect(await jobs('kind=cron&lastOutcome=succeeded')).toEqual(['billing/nightly'])
    expect(await jobs('failing=true')).toEqual([])
    expect(await jobs('nextTo=2000-01-01T00:00:00Z')).toEqual([])
    expect(await jobs('nextFrom=2000-01-01T00:00:00Z')).toHaveLength(2)
    const ids = async (query: string) =>
      ((await ask(`/api/v1/runs?${query}`)).runs as { runId: string }[]).map(({ runId }) => runId)
    expect(await ids('q=FIN')).toEqual([runs[0]])
    expect(await ids(`q=${encodeURIComponent('报')}`)).toEqual([runs[2]])
    expect(await ids('durationMin=3600000')).toEqual([])
    expect(await ids('latenessMin=10')).toEqual([])
    expect((await api.get('/api/v1/tasks?failing=no')).status).toBe(400)
    expect((await api.get('/api/v1/runs?durationMin=long')).status).toBe(400)
  })

  test('gaps: none, since nothing was due', async () => {
    expect((await ask('/api/v1/gaps')).gaps).toEqual([])
    expect((await api.get('/api/v1/gaps?job=nightly')).status).toBe(400)
  })

  test('the summary: who paused what, and how many run', async () => {
    const summary = await ask('/api/v1/stats/summary')
    expect(summary).toMatchObject({
      ...{ missing: { count: 0, items: [] }, late: { count: 0 }, stuck: { count: 0 } },
      ...{ failing: { count: 0 }, pulse: { running: 2, dueNextMinute: 0 } },
      paused: { count: 1, items: [{ group: 'billing', job: 'hourly', until: null }] },
    })
    expect(summary.pulse.thisMinute.from).toMatch(/:00\.000Z$/)
  })

  test.each([
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['zone=Nowhere/Town', 'zone'],
    ['step=week', 'step'],
    ['job=nightly', 'job'],
  ])('statistics that cannot be told are refused by name: %s', async (query, field) => {
    const reply = await api.get(`/api/v1/stats?${query}`)
    expect(reply.status).toBe(400)
    expect(reply.json.problems[0].field).toBe(field)
  })

  test('the whole list as one file, as JSON and as CSV that a spreadsheet reads', async () => {
    const listed = (await ask('/api/v1/tasks?status=Active,Paused')).tasks as unknown[]
    const file = (path: string) => fetch(`${api.url}${path}&after=${last}`)
    const json = await file('/api/v1/exports/tasks?format=json&status=Active,Paused')
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="tasks.json"')
    expect(await json.json()).toEqual(listed)
    const csv = await file('/api/v1/exports/tasks?format=csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const bytes = Buffer.from(await csv.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = bytes.toString('utf8').slice(1).trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^tenant,group,job,status,/)
    expect(lines).toHaveLength(listed.length + 1)
    expect(lines.filter((line) => line.startsWith('default,报表,日报/中文,Active,'))).toHaveLength(
      1,
    )
    const ended = await (await file('/api/v1/exports/runs?format=csv&outcome=succeeded')).text()
    expect(ended.trimEnd().split('\r\n')).toHaveLength(2)
    const lonely = await api.get('/api/v1/exports/runs?job=nightly')
    expect(lonely.status).toBe(400)
  })
})
