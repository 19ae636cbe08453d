// Two whole services on one Postgres, and callers who repeat themselves: while they race, while one
// service is killed under them, and afterwards. Every key is one run, whoever was asked how often.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startService, type RunningService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'carillon-repetition-'))
let postgres: TestPostgres
let services: RunningService[] = []
let environment: Record<string, string>

beforeAll(async () => {
  postgres = await startPostgres()
  // Nobody fires or calls here: a run is what the log says.
  environment = { DATABASE_URL: await postgres.freshDatabase(), ROLES: 'api,projections' }
  services = [await startService(folder, environment), await startService(folder, environment)]
})
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()))
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

const path = '/api/v1/tasks/repetition/task'
const definition = {
  schedule: { type: 'cron', expression: '0 0 2 * * ?' },
  recall: { type: 'http', url: 'http://127.0.0.1:9/run' },
}
const send = async (
  service: RunningService | undefined,
  method: string,
  at: string,
  headers: Record<string, string>,
  body: object = {},
) => {
  const reply = await fetch(`${service?.url}${at}`, { method, headers, body: JSON.stringify(body) })
  return { status: reply.status, text: await reply.text() }
}
const typesIn = async (service: RunningService | undefined) => {
  const reply = await fetch(`${service?.url}${path}/events?limit=1000`)
  const { events } = (await reply.json()) as { events: { type: string }[] }
  return events.map(({ type }) => type)
}

test('of 64 callers with one revision, at two services, one succeeds', async () => {
  const [one, two] = services
  expect((await send(one, 'PUT', path, {}, definition)).status).toBe(201)
  const replies = await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      send(
        n % 2 === 0 ? one : two,
        'PUT',
        path,
        { 'If-Match': '"0"' },
        { ...definition, priority: n },
      ),
    ),
  )
  const statuses = replies.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, ...Array<number>(63).fill(412)])
  expect(await typesIn(two)).toEqual(['TaskAdded', 'TaskReplaced'])
})

test('a kill -9 while many keys race: every key is one run, and one answer', async () => {
  const [victim, survivor] = services
  if (victim === undefined || survivor === undefined) throw new Error('two services')
  const keys = Array.from({ length: 120 }, (_, n) => `key-${n}`)
  const answers = new Map<string, Set<string>>(keys.map((key) => [key, new Set<string>()]))
  let answered = 0
  const ask = async (service: RunningService, key: string): Promise<number> => {
    const reply = await send(service, 'POST', `${path}/trigger`, { 'Idempotency-Key': key })
    if (reply.status === 200) answers.get(key)?.add(reply.text)
    answered += 1
    return reply.status
  }
  const dying = keys.flatMap((key) =>
    [1, 2].map(() => ask(victim, key).catch(() => 'no answer' as const)),
  )
  await expect.poll(() => answered, { interval: 1, timeout: 20_000 }).toBeGreaterThan(40)
  const racing = keys.map((key) => ask(survivor, key))
  await victim.kill()
  const lost = (await Promise.all(dying)).filter((status) => status === 'no answer')
  expect(lost.length).toBeGreaterThan(0)
  await Promise.all(racing)

  services = [survivor, await startService(folder, environment)]
  const repeated = await Promise.all(
    keys.flatMap((key) => services.map((service) => ask(service, key))),
  )
  expect(new Set(repeated)).toEqual(new Set([200]))
  expect([...answers.values()].map(({ size }) => size)).toEqual(keys.map(() => 1))
  const runs = (await typesIn(survivor)).filter((type) => type === 'TaskTriggered')
  expect(runs).toHaveLength(keys.length)
})
