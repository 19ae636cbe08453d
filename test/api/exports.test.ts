// An export holds every page of its list, and one that cannot be finished does not look finished.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, expect, test } from 'vitest'
import type { Queries } from '../../src/projections/queries.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { RunId, TaskId } from '../../src/domain/task/ids.ts'
import { Position } from '../../src/event-store/event-store.ts'
import type { ActivityView, History, RunView } from '../../src/projections/views.ts'
import { queriesOver, startApi, type TestApi } from '../support/api.ts'
import { right } from '../support/either.ts'

let api: TestApi
afterEach(() => api.close())

const run = (number: number): RunView => ({
  runId: right(RunId.decode(number.toString(16).padStart(32, '0'))),
  taskId: right(TaskId.decode({ tenant: 'default', group: 'g', job: 'j' })),
  cause: 'manual',
  scheduledFor: null,
  triggeredAt: instantAt(number),
  startedAt: null,
  finishedAt: null,
  outcome: 'failed',
  attempts: 1,
  latenessMs: null,
  durationMs: null,
  reason: number === 1 ? '=cmd, "quoted"' : null,
  resultValue: null,
  statusCode: 500,
  target: 'http://127.0.0.1/',
  revision: number,
  retryAt: null,
  deadlineAt: null,
})

const freshness = { position: null, ageMs: 0 }
const pages: Readonly<Record<string, History<RunView>>> = {
  first: { items: [run(1), run(2)], next: 'second', freshness, retainedFrom: null },
  second: { items: [run(3)], next: null, freshness, retainedFrom: null },
}

const serving = async (pageAt: (name: string) => History<RunView> | undefined) => {
  const runs: Queries['runs'] = (_filter, { cursor }) =>
    TE.fromNullable({ type: 'ReadModelUnavailable', reason: 'gone', retryable: true } as const)(
      pageAt(cursor ?? 'first'),
    )
  api = await startApi({ deps: { queries: { ...queriesOver(() => []), runs } } })
  return (format: string) => fetch(`${api.url}/api/v1/exports/runs?format=${format}`)
}

test('every page is in the file, and the header once', async () => {
  const get = await serving((name) => pages[name])
  const json: unknown = await (await get('json')).json()
  expect(json).toMatchObject([{ revision: 1 }, { revision: 2 }, { revision: 3 }])
  const lines = (await (await get('csv')).text()).trimEnd().split('\r\n')
  expect(lines).toHaveLength(4)
  expect(lines.filter((line) => line.includes('runId'))).toHaveLength(1)
})

test('a value that a spreadsheet would run is only text', async () => {
  const get = await serving((name) => pages[name])
  expect(await (await get('csv')).text()).toContain(`"'=cmd, ""quoted"""`)
})

test('an empty list is an empty file', async () => {
  const get = await serving(() => ({ items: [], next: null, freshness, retainedFrom: null }))
  expect(await (await get('json')).json()).toEqual([])
  expect((await (await get('csv')).text()).trimEnd().split('\r\n')).toHaveLength(1)
})

test('what fails before the first row is a problem, what fails later breaks the connection', async () => {
  const never = await serving(() => undefined)
  expect((await never('csv')).status).toBe(503)
  await api.close()
  const later = await serving((name) => (name === 'first' ? pages[name] : undefined))
  const reply = await later('csv')
  expect(reply.status).toBe(200)
  await expect(reply.text()).rejects.toThrow()
})

test('another format is refused by name', async () => {
  const get = await serving((name) => pages[name])
  const reply = await get('xlsx')
  expect(reply.status).toBe(400)
  expect(await reply.text()).toContain('format')
})

test('activity is a file too, its details as JSON in one cell', async () => {
  const entry: ActivityView = {
    tenant: 'default',
    taskId: right(TaskId.decode({ tenant: 'default', group: 'g', job: 'j' })),
    at: instantAt(0),
    position: right(Position.decode('1'.padStart(19, '0'))),
    revision: 7,
    type: 'TaskPaused',
    runId: null,
    actor: 'lin',
    reason: '=盘点',
    source: 'api',
    detail: { until: null },
  }
  const activity: Queries['activity'] = () =>
    TE.right({ items: [entry], next: null, freshness, retainedFrom: null })
  api = await startApi({ deps: { queries: { ...queriesOver(() => []), activity } } })
  const get = (format: string) => fetch(`${api.url}/api/v1/exports/activity?format=${format}`)
  expect(await (await get('json')).json()).toMatchObject([{ revision: 7, detail: { until: null } }])
  const [, line] = (await (await get('csv')).text()).split('\r\n')
  expect(line).toContain("lin,'=盘点,api")
  expect(line).toContain('{""until"":null}')
  expect((await fetch(`${api.url}/api/v1/exports/activity?job=j`)).status).toBe(400)
})
