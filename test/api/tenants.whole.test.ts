// One tenant never sees what another has, and its ids mean nothing there. Asked of every route that the
// description of the API has, so that a new route is asked as well.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { usePostgres } from '../projections/kit.ts'
import { startOverReadModels, type ApiOverReadModels } from './over-read-models.ts'

const postgres = usePostgres()
const ours = { 'X-Tenant': 'alpha' }
const theirs = { 'X-Tenant': 'beta' }

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly required?: boolean
}
interface Operation {
  readonly parameters?: readonly Parameter[]
}
interface Route {
  readonly method: string
  readonly path: string
  readonly needed: readonly string[]
}

let api: ApiOverReadModels
let routes: readonly Route[]
let values: Readonly<Record<string, string>>
let emptyLists: ReadonlyMap<string, string>
let before: string

const schedule = { type: 'cron', expression: '0 0 2 * * ?', calendars: ['secret-calendar'] }
const recall = { type: 'http', url: 'http://secret-callee.test/run' }
const task = { schedule, recall, name: 'secret name', data: 'secret data' }
const calendar = { rules: [{ type: 'weekdays', weekdays: ['SUN'] }] }

/** Needed by the query string of some routes. */
const parameters: Readonly<Record<string, string>> = {
  at: '2026-11-23T08:00:00Z',
  from: '2026-11-23T08:00:00Z',
  to: '2026-11-24T08:00:00Z',
}
const queryOf = (path: string, needed: readonly string[]): string => {
  const revisions = path.endsWith('/diff')
  const given = needed.map((name) => `${name}=${revisions ? '0' : (parameters[name] ?? '')}`)
  return given.length === 0 ? '' : `?${given.join('&')}`
}

/** A body that is understood, where one is needed for more than a 400. */
const bodies: Readonly<Record<string, object>> = {
  'PATCH /api/v1/tasks/{group}/{job}': { priority: 7 },
  'POST /api/v1/tasks/{group}/{job}/revert': { revision: 0 },
  'POST /api/v1/tasks/{group}/{job}/simulate': {
    from: '2026-11-23T08:00:00Z',
    to: '2026-11-24T08:00:00Z',
  },
  'POST /api/v1/tasks/{group}/{job}/backfill': {
    from: '2026-11-20T08:00:00Z',
    to: '2026-11-24T08:00:00Z',
  },
}

/** About the service as a whole, or not about anything that is kept. */
const isOfNobody = ({ path }: Route): boolean =>
  /^\/(health|metrics)|\/(projections|nodes|settings|defaults|openapi\.json|preview|recalls)\b/.test(
    path,
  )

const ask = (method: string, path: string, headers: Record<string, string>, body?: object) =>
  method === 'GET' ? api.get(path, headers) : api.send(method, path, body ?? {}, headers)

const filled = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '?'))

/** What differs from one moment to the next, whoever asks. */
const timeless = (json: unknown): string =>
  JSON.stringify(json, (name, value: unknown) =>
    name === 'asOf' ||
    (typeof value === 'string' && /^\d{4}-\d\d-\d\dT|^\d{19}$/.test(value)) ||
    (typeof value === 'number' && value > 1e9)
      ? null
      : value,
  )

const lists = (): readonly Route[] =>
  routes.filter(
    (route) =>
      route.method === 'GET' &&
      route.path.startsWith('/api/v1/') &&
      !route.path.includes('{') &&
      !route.path.endsWith('/feed') &&
      !isOfNobody(route),
  )

const logOfOurs = (): string =>
  JSON.stringify(api.log().filter(({ stream }) => stream.includes('-alpha')))

beforeAll(async () => {
  api = await startOverReadModels(await postgres.freshUrl())
  const { json } = await api.get('/api/v1/openapi.json')
  const paths = json.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters: known = [] }]) => ({
      method: method.toUpperCase(),
      path,
      needed: known
        .filter(({ in: where, required }) => where === 'query' && required === true)
        .map(({ name }) => name),
    })),
  )
  const listed = new Map<string, string>()
  for (const { path, needed } of lists())
    listed.set(path, timeless((await api.get(path + queryOf(path, needed), theirs)).json))
  emptyLists = listed

  const actor = { ...ours, 'X-Actor': 'secret-actor' }
  await api.send('PUT', '/api/v1/calendars/secret-calendar', calendar, actor)
  const at = '/api/v1/tasks/secret-group/secret-job'
  await api.send('PUT', `${at}?reason=secret`, task, actor)
  const { json: ran } = await api.send('POST', `${at}/trigger`, { reason: 'secret' }, actor)
  await api.send('POST', `${at}/pause`, { reason: 'secret' }, actor)
  const filter = { group: 'secret-group' }
  const bulk = await api.send('POST', '/api/v1/bulk/resume', { filter, reason: 'secret' }, actor)
  const isDone = async () =>
    (await api.get(`/api/v1/bulk/${bulk.json.id as string}`, ours)).json.state as string
  await vi.waitUntil(async () => (await isDone()) === 'done', { timeout: 20_000 })
  values = {
    group: 'secret-group',
    job: 'secret-job',
    name: 'secret-calendar',
    runId: ran.runId as string,
    id: bulk.json.id as string,
  }
  const head = api.log().at(-1)?.position ?? ''
  await api.get(`/api/v1/tasks?after=${head}`, ours)
  before = logOfOurs()
})
afterAll(() => api.close())

test('what is there is there for its own tenant', async () => {
  for (const path of ['/api/v1/tasks', '/api/v1/activity', '/api/v1/runs', '/api/v1/calendars'])
    expect(JSON.stringify((await ask('GET', path, ours)).json), path).toContain('secret')
  for (const path of ['/api/v1/tasks/{group}/{job}', '/api/v1/runs/{runId}', '/api/v1/bulk/{id}'])
    expect((await ask('GET', filled(path), ours)).status, path).toBe(200)
})

describe('another tenant', () => {
  test('finds the lists as they were before anything was there, numbers included', async () => {
    expect(lists().length).toBeGreaterThan(12)
    for (const { path, needed } of lists()) {
      const { json } = await api.get(path + queryOf(path, needed), theirs)
      expect(timeless(json), path).toBe(emptyLists.get(path))
    }
  })

  test('finds nothing under keys and ids that are not its own, whatever it asks of them', async () => {
    const asked = routes.filter(
      (route) =>
        /^\/api\/v1\/.*\{/.test(route.path) && !isOfNobody(route) && route.method !== 'PUT',
    )
    expect(asked.length).toBeGreaterThan(20)
    const found: string[] = []
    for (const { method, path, needed } of asked) {
      const name = `${method} ${path}`
      const at = filled(path) + queryOf(path, needed)
      const { status, json } = await ask(method, at, theirs, bodies[name])
      const isNothing =
        status === 404 || (status === 200 && !JSON.stringify(json).includes('secret'))
      if (!isNothing) found.push(`${name}: ${status} ${JSON.stringify(json).slice(0, 200)}`)
    }
    expect(found).toEqual([])
  })

  test('changes nothing of it by commands for many, or by the same names', async () => {
    for (const action of ['pause', 'trigger', 'delete']) {
      const reply = await api.send('POST', `/api/v1/bulk/${action}`, { all: true }, theirs)
      const at = `/api/v1/bulk/${reply.json.id as string}`
      const state = async () => (await api.get(at, theirs)).json.state as string
      await expect.poll(state, { timeout: 10_000 }).toBe('done')
      expect((await api.get(at, theirs)).json.total).toBe(0)
    }
    const keys = [{ group: 'secret-group', job: 'secret-job' }]
    const named = await api.send('POST', '/api/v1/bulk/pause', { filter: { keys } }, theirs)
    const at = `/api/v1/bulk/${named.json.id as string}`
    await expect
      .poll(async () => (await api.get(at, theirs)).json.refused as number, { timeout: 10_000 })
      .toBe(1)
    await api.send(
      'PUT',
      filled('/api/v1/tasks/{group}/{job}'),
      { schedule: { ...schedule, calendars: [] }, recall },
      theirs,
    )
    await api.send('PUT', filled('/api/v1/calendars/{name}'), { rules: [] }, theirs)
    expect(logOfOurs()).toBe(before)
  })

  test('hears nothing of it in the feed', async () => {
    const over = new AbortController()
    const first = api.log()[0]?.position ?? ''
    const reply = await fetch(`${api.url}/api/v1/feed`, {
      headers: { ...theirs, 'Last-Event-ID': first },
      signal: over.signal,
    })
    await api.send(
      'POST',
      filled('/api/v1/tasks/{group}/{job}/trigger'),
      { reason: 'secret' },
      ours,
    )
    await api.send(
      'PUT',
      '/api/v1/tasks/b/own',
      { schedule: { ...schedule, calendars: [] }, recall: { ...recall, url: 'http://b.test' } },
      theirs,
    )
    let heard = ''
    const decoder = new TextDecoder()
    for await (const chunk of reply.body ?? []) {
      heard += decoder.decode(chunk as Uint8Array)
      if (heard.includes('"own"')) break
    }
    over.abort()
    expect(heard).toContain('"own"')
    expect(heard).not.toContain('alpha')
  })
})
