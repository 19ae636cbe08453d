// A bulk command over real Postgres: progress while it runs, what is due meanwhile is not kept waiting,
// and through a kill -9 in the middle every task gets its one event.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { taskDecider } from '../../src/domain/task/decider.ts'
import { streamOfTask } from '../../src/domain/task/ids.ts'
import { encodeTaskEvent } from '../../src/domain/task/stored.ts'
import { streamNameOf } from '../../src/event-store/checked.ts'
import type { LogPage, Position, StreamAppend } from '../../src/event-store/event-store.ts'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import { cron, definitionOf, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startService, type RunningService } from '../support/service.ts'

const tasks = Number(process.env['BULK_TASKS'] ?? 1_000)
const folder = mkdtempSync(join(tmpdir(), 'carillon-bulk-'))
const latenessMs: number[] = []
const receiver = createServer((request, response) => {
  const scheduled = String(request.headers['x-carillon-scheduled-for'])
  latenessMs.push(Date.now() - Date.parse(scheduled))
  request.resume()
  response.end('{"success":true}')
})
let postgres: TestPostgres
let service: RunningService
let environment: Record<string, string>

const addition = (n: number): StreamAppend => {
  const id = taskId(`t${n}`, 'bulk')
  const definition = definitionOf(cron('0 0 2 1 1 ?'))
  const issuedAt = instantAt(Date.now())
  const added = right(
    taskDecider.decide(
      { type: 'AddTask', taskId: id, issuedAt, definition, replace: false },
      taskDecider.initialState,
    ),
  )
  const metadata = { source: 'import', node: 'test', correlationId: 'import' }
  const events = added.map((event) => ({ id: randomUUID(), ...encodeTaskEvent(event), metadata }))
  return { stream: streamNameOf(streamOfTask(id)), expected: 'none', events }
}

beforeAll(async () => {
  postgres = await startPostgres()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = await postgres.freshDatabase()
  environment = { DATABASE_URL: url, SCHEDULER_LEASE_MS: '1000' }
  const { store } = right(await createPostgresEventStore({ url })())
  for (let n = 0; n < tasks; n += 1_000) {
    const chunk = Array.from({ length: Math.min(1_000, tasks - n) }, (_, i) => addition(n + i))
    right(await store.append(chunk)())
  }
  await store.close()
  service = await startService(folder, environment)
})
afterAll(async () => {
  await service.stop()
  await postgres.stop()
  receiver.close()
  receiver.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

interface Bulk {
  readonly id: string
  readonly state: string
  readonly total: number | null
  readonly done: number
  readonly changed: number
}
const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const reply = await fetch(`${service.url}/api/v1${path}`, init)
  expect(reply.status, path).toBeLessThan(300)
  return reply.json()
}
const untilDone = async (bulk: Bulk, timeout: number): Promise<Bulk> => {
  const see = async () => (await ask('GET', `/bulk/${bulk.id}`)) as Bulk
  await expect.poll(async () => (await see()).state, { timeout, interval: 100 }).toBe('done')
  return see()
}

test('what is due while thousands are paused fires on time', async () => {
  const callee = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/run`
  for (let n = 0; n < 5; n += 1)
    await ask('PUT', `/tasks/due/d${n}`, {
      schedule: { type: 'simple', intervalMs: 1_000, repeatCount: -1 },
      recall: { type: 'http', url: callee },
    })
  await expect.poll(() => latenessMs.length, { timeout: 10_000 }).toBeGreaterThan(5)
  latenessMs.length = 0
  const startedAt = Date.now()
  const filter = { group: 'bulk' }
  const bulk = (await ask('POST', '/bulk/pause', { filter, reason: 'check' })) as Bulk
  const done = await untilDone(bulk, 60_000)
  const seconds = (Date.now() - startedAt) / 1_000
  const sorted = latenessMs.toSorted((a, b) => a - b)
  console.log(
    `${tasks} tasks paused in ${seconds} s; ${sorted.length} fires meanwhile, ` +
      `late by ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (most)`,
  )
  expect(done).toMatchObject({ total: tasks, changed: tasks, unchanged: 0, refused: 0 })
  expect(latenessMs.length).toBeGreaterThan(0)
  expect(sorted[sorted.length >> 1]).toBeLessThan(500)
})

test('a kill -9 in the middle: it goes on by itself, and every task has one event', async () => {
  const filter = { group: 'bulk', status: 'Paused' }
  const bulk = (await ask('POST', '/bulk/resume', { filter })) as Bulk
  const see = async () => (await ask('GET', `/bulk/${bulk.id}`)) as Bulk
  await expect
    .poll(async () => (await see()).done, { interval: 5, timeout: 60_000 })
    .toBeGreaterThan(tasks / 5)
  await service.kill()
  service = await startService(folder, environment)
  const left = await see()
  expect(left.done).toBeLessThan(tasks)
  expect(left.state).not.toBe('done')
  const done = await untilDone(bulk, 60_000)
  expect(done).toMatchObject({ total: tasks, done: tasks, changed: tasks, unchanged: 0 })
  const { store } = right(await createPostgresEventStore({ url: environment['DATABASE_URL']! })())
  const resumed = new Map<string, number>()
  let after: Position | null = null
  for (;;) {
    const prefixes = ['task-default/bulk/']
    const page: LogPage = right(await store.readAll({ after, prefixes, limit: 1_000 })())
    for (const { stream, type } of page.events)
      if (type === 'TaskResumed') resumed.set(stream, (resumed.get(stream) ?? 0) + 1)
    after = page.through
    if (page.atHead) break
  }
  await store.close()
  expect([resumed.size, new Set(resumed.values())]).toEqual([tasks, new Set([1])])
})
