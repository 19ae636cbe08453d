// The past, asked over HTTP: versions and what differs, going back to one, and tasks, their list and
// the agenda as of an earlier moment, against a fold of the log by hand.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TaskDefinition } from '../../src/domain/task/definition.ts'
import { evolve } from '../../src/domain/task/evolve.ts'
import { taskOfStream } from '../../src/domain/task/ids.ts'
import { absent, type TaskState } from '../../src/domain/task/state.ts'
import { decodeTaskEvent } from '../../src/domain/task/stored.ts'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { usePostgres } from '../projections/kit.ts'
import { right } from '../support/either.ts'
import { startOverReadModels, type ApiOverReadModels } from './over-read-models.ts'

const postgres = usePostgres()
let api: ApiOverReadModels

const recall = { type: 'http', url: 'http://callee.test/run' }
const cron = (expression: string, change: object = {}) => ({
  type: 'cron',
  expression,
  zone: 'UTC',
  ...change,
})
const send = async (method: string, path: string, body?: unknown, headers = {}) => {
  const reply = await api.send(method, `/api/v1/tasks/${path}`, body, headers)
  expect(reply.status, JSON.stringify(reply.json)).toBeLessThan(300)
  // The store's clock tells moments apart by the millisecond.
  const recorded = Date.now()
  while (Date.now() === recorded);
  return reply.json as { position: string; revision: number }
}
const put = (path: string, expression: string, change: object = {}) =>
  send('PUT', path, { schedule: cron(expression), recall, ...change })

let steps: { readonly position: string }[]

beforeAll(async () => {
  api = await startOverReadModels(await postgres.freshUrl())
  steps = [
    await put('a/one', '0 0 * * * ?', { name: 'first' }),
    await put('a/two', '0 30 * * * ?'),
    await send('POST', 'a/one/pause', { reason: 'audit' }),
    await send('POST', 'a/two/trigger', {}),
    await put('a/one', '0 15 * * * ?', { name: 'second', policy: { retries: { max: 3 } } }),
    await put('b/three', '0 0 3 * * ?'),
    await send('DELETE', 'a/two'),
    await put('a/two', '0 0 6 * * ?'),
    await send('POST', 'b/three/pause', { until: new Date(Date.now() + 3_600_000).toISOString() }),
  ]
})
afterAll(() => api.close())

const isTaskEvent = ({ stream }: RecordedEvent): boolean => stream.startsWith('task-')

/** Every task's state after a beginning of the log, folded anew. */
const foldedThrough = (position: string): ReadonlyMap<string, TaskState> => {
  const states = new Map<string, TaskState>()
  for (const recorded of api.log().filter(isTaskEvent)) {
    if (recorded.position > position) break
    const { group, job } = right(taskOfStream(recorded.stream))
    const key = `${group}/${job}`
    states.set(key, evolve(states.get(key) ?? absent, right(decodeTaskEvent(recorded))))
  }
  return states
}

const listed = (states: ReadonlyMap<string, TaskState>) =>
  [...states]
    .flatMap(([key, state]) =>
      state.status === 'Absent' || state.status === 'Deleted'
        ? []
        : [
            {
              key,
              status: state.status,
              name: state.definition.name,
              since: new Date(state.since).toISOString(),
            },
          ],
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))

describe('as of', () => {
  test('the list of tasks is what a fold of the log up to there says, at every position', async () => {
    for (const { position } of api.log().filter(isTaskEvent)) {
      const { json } = await api.ask(`/api/v1/tasks?asOf=${position}`)
      expect(json.asOf.position).toBe(position)
      const tasks = (json.tasks as Record<string, string>[]).map((task) => ({
        key: `${task['group'] ?? ''}/${task['job'] ?? ''}`,
        status: task['status'],
        name: task['name'],
        since: task['statusSince'],
      }))
      expect(tasks).toEqual(listed(foldedThrough(position)))
    }
  })

  test('a task is what a fold says, its open runs included; the same by instant as by position', async () => {
    for (const { position, recordedAtMs, stream } of api.log().filter(isTaskEvent)) {
      const state = foldedThrough(position).get('a/two')
      const { json, status } = await api.ask(`/api/v1/tasks/a/two?asOf=${position}`)
      if (state === undefined || state.status === 'Absent') {
        expect(status).toBe(404)
        continue
      }
      expect(json).toMatchObject({
        status: state.status,
        definition: TaskDefinition.encode(state.definition),
        addedAt: new Date(state.addedAt).toISOString(),
      })
      expect(json.changeRevision).toBe(json.revision - state.sinceChange)
      const list = await api.ask(`/api/v1/tasks?asOf=${position}&status=Active,Paused,Deleted`)
      expect(list.json.tasks).toContainEqual(
        expect.objectContaining({ job: 'two', changeRevision: json.changeRevision }),
      )
      expect((json.openRuns as { runId: string }[]).map(({ runId }) => runId)).toEqual([
        ...state.runs.keys(),
      ])
      const last = api.log().findLast((event) => event.recordedAtMs <= recordedAtMs)
      const at = new Date(recordedAtMs).toISOString()
      const byInstant = (await api.ask(`/api/v1/tasks/a/two?asOf=${at}`)).json
      if (last?.position === position)
        expect({ ...byInstant, asOf: null, nextFireAt: null }, stream).toEqual({
          ...json,
          asOf: null,
          nextFireAt: null,
        })
    }
  })

  test('filters and pages hold as of then', async () => {
    const before = steps[4]?.position ?? ''
    const paused = await api.ask(`/api/v1/tasks?status=Paused&asOf=${before}`)
    expect(paused.json.tasks).toEqual([])
    const then = await api.ask(`/api/v1/tasks?q=FIRST&asOf=${steps[1]?.position ?? ''}`)
    expect(then.json.tasks).toMatchObject([{ job: 'one', scheduleRule: '0 0 * * * ?' }])
    const kind = (word: string) => api.ask(`/api/v1/tasks?kind=${word}&asOf=${before}`)
    expect((await kind('simple')).json.tasks).toEqual([])
    expect((await kind('cron')).json.tasks).toHaveLength(2)
    for (const unkept of ['failing=true', 'lastOutcome=failed', 'nextTo=2030-01-01T00:00:00Z']) {
      const refused = await api.ask(`/api/v1/tasks?${unkept}&asOf=${before}`)
      expect(refused).toMatchObject({ status: 400, json: { problems: [{}] } })
    }
    const first = (await api.ask(`/api/v1/tasks?limit=1&asOf=${before}`)).json
    const second = await api.ask(`/api/v1/tasks?limit=1&asOf=${before}&cursor=${first.next}`)
    expect([...first.tasks, ...second.json.tasks]).toMatchObject([{ job: 'one' }, { job: 'two' }])
  })

  test('the agenda lists what was to come then, by the rules of then', async () => {
    const position = steps[1]?.position ?? ''
    const { json } = await api.ask(`/api/v1/agenda?asOf=${position}&limit=4`)
    const from = Date.parse(json.asOf.at as string)
    const fires = (json.fires as { at: string; job: string }[]).map(({ at, job }) => [
      Date.parse(at),
      job,
    ])
    const hour = 3_600_000
    const expected = [0, 1, 2, 3]
      .flatMap((n): [number, string][] => {
        const start = Math.floor(from / hour) * hour + n * hour
        return [
          [start, 'one'],
          [start + hour / 2, 'two'],
        ]
      })
      .filter(([at]) => at >= from)
      .slice(0, 4)
    expect(fires).toEqual(expected)
  })

  test('the future and what nobody ever wrote are refused by name', async () => {
    const ahead = await api.ask('/api/v1/tasks?asOf=2199-01-01T00:00:00Z')
    expect(ahead.status).toBe(400)
    expect(ahead.json.type).toBe('urn:carillon:problem:moment-not-yet')
    const beyond = await api.ask('/api/v1/agenda?asOf=9999999999999999999')
    expect(beyond.json.type).toBe('urn:carillon:problem:moment-not-yet')
    const before = await api.ask('/api/v1/tasks?asOf=2020-01-01T00:00:00Z')
    expect(before.json).toMatchObject({ tasks: [], asOf: { position: null } })
    expect((await api.ask('/api/v1/tasks/a/one?asOf=2020-01-01T00:00:00Z')).status).toBe(404)
    expect((await api.ask('/api/v1/tasks/a/one?asOf=yesterday')).status).toBe(400)
  })
})

describe('versions', () => {
  test('are listed newest first, with who and why, in pages', async () => {
    const { json } = await api.ask('/api/v1/tasks/a/one/versions')
    expect(json.versions).toMatchObject([
      { revision: 2, type: 'TaskReplaced', definition: { name: 'second' } },
      { revision: 0, type: 'TaskAdded', definition: { name: 'first' } },
    ])
    const page = (await api.ask('/api/v1/tasks/a/one/versions?limit=1')).json
    const next = await api.ask(`/api/v1/tasks/a/one/versions?limit=1&cursor=${page.next}`)
    expect([...page.versions, ...next.json.versions]).toEqual(json.versions)
    expect((await api.ask('/api/v1/tasks/a/never/versions')).status).toBe(404)
  })

  test('differ by the fields that differ', async () => {
    const { json } = await api.ask('/api/v1/tasks/a/one/versions/diff?from=0&to=2')
    expect(json.changes).toEqual([
      { field: 'name', from: 'first', to: 'second' },
      { field: 'policy.retries.max', from: 0, to: 3 },
      { field: 'schedule.expression', from: '0 0 * * * ?', to: '0 15 * * * ?' },
    ])
    const same = await api.ask('/api/v1/tasks/a/one/versions/diff?from=2')
    expect(same.json.changes).toEqual([])
    const beyond = await api.ask('/api/v1/tasks/a/one/versions/diff?from=0&to=99')
    expect(beyond.json.type).toBe('urn:carillon:problem:revision-unknown')
  })

  test('can be gone back to: a new event with the old definition and the reason', async () => {
    await put('c/back', '0 0 1 * * ?', { name: 'good' })
    const worse = await put('c/back', '0 0 2 * * ?', { name: 'worse' })
    const stale = await api.send(
      'POST',
      '/api/v1/tasks/c/back/revert',
      { revision: 0 },
      { 'if-match': '"0"' },
    )
    expect(stale.status).toBe(412)
    const body = { revision: 0, reason: 'it was better' }
    await send('POST', 'c/back/revert', body, { 'if-match': `"${worse.revision}"` })
    const { json } = await api.ask('/api/v1/tasks/c/back/versions')
    expect(json.versions).toMatchObject([
      { type: 'TaskReplaced', reason: 'it was better', definition: { name: 'good' } },
      { definition: { name: 'worse' } },
      { definition: { name: 'good' } },
    ])
  })

  test('a deleted task is added again; one that would never fire is refused by name', async () => {
    await put('c/gone', '0 0 1 * * ?')
    await send('DELETE', 'c/gone')
    await send('POST', 'c/gone/revert', { revision: 0 })
    expect((await api.ask('/api/v1/tasks/c/gone')).json.status).toBe('Active')
    const soon = new Date(Date.now() + 1_500).toISOString()
    const once = { type: 'simple', startAt: soon, zone: 'UTC', endAt: null }
    await send('PUT', 'c/once', { schedule: { ...cron('* * * * * ?'), endAt: soon }, recall })
    await send('PUT', 'c/once', { schedule: { ...once, startAt: '2199-01-01T00:00:00Z' }, recall })
    while (Date.now() < Date.parse(soon) + 1) await new Promise(setImmediate)
    const refused = await api.send('POST', '/api/v1/tasks/c/once/revert', { revision: 0 })
    expect(refused.json.type).toBe('urn:carillon:problem:schedule-never-fires')
    const unknown = await api.send('POST', '/api/v1/tasks/c/once/revert', { revision: 50 })
    expect(unknown.json.type).toBe('urn:carillon:problem:revision-unknown')
  })
})
