// A task that fires each second is edited as any other: what its editor has seen is its newest change,
// not its newest fire. Over the whole service, while it fires, and with read models made anew.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startService, type RunningService } from '../support/service.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'carillon-changed-'))
const receiver = createServer((request, response) => {
  request.resume()
  response.end('{"success":true}')
})
let service: RunningService
let definition: object

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/run`
  const schedule = { type: 'cron', expression: '* * * * * ?' }
  definition = { schedule, recall: { type: 'http', url } }
  service = await startService(dataDir)
})
afterAll(async () => {
  await service.stop()
  receiver.close()
  receiver.closeAllConnections()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Task {
  readonly revision: number
  readonly changeRevision: number
  readonly counts: { readonly fired: number; readonly succeeded: number }
}

const path = '/api/v1/tasks/edited/ticking'
const send = (method: string, at: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${at}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const show = async () => {
  const reply = await send('GET', path)
  return { etag: reply.headers.get('etag') ?? '', task: (await reply.json()) as Task }
}
const fired = async (count: number) => {
  await expect
    .poll(async () => (await show()).task.counts.succeeded, { timeout: 30_000, interval: 50 })
    .toBeGreaterThanOrEqual(count)
  return show()
}

test('of 64 editors of a task that goes on firing one succeeds, however long ago they looked', async () => {
  const added = await send('PUT', path, definition)
  expect([added.status, added.headers.get('etag')]).toEqual([201, '"0"'])
  await added.json()
  const seen = await fired(3)
  expect([seen.etag, seen.task.changeRevision]).toEqual(['"0"', 0])
  expect(seen.task.revision).toBeGreaterThanOrEqual(6)
  const replies = await Promise.all(
    Array.from({ length: 64 }, (_, priority) =>
      send('PUT', path, { ...definition, priority }, { 'If-Match': seen.etag }),
    ),
  )
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(63).fill(412)])
  const winner = replies.find(({ status }) => status === 200)
  const changed = (await winner?.json()) as Task & { readonly position: string }
  expect(winner?.headers.get('etag')).toBe(`"${changed.changeRevision}"`)

  // The revision a change was answered with is as good, some fires later too.
  await fired(seen.task.counts.succeeded + 3)
  const patched = await send(
    'PATCH',
    path,
    { name: 'later' },
    { 'If-Match': `"${changed.revision}"` },
  )
  expect(patched.status).toBe(200)
  const stale = await send('POST', `${path}/pause`, {}, { 'If-Match': `"${changed.revision}"` })
  expect(stale.status).toBe(412)
})

test('read models that are made anew say the same', async () => {
  const { position } = (await (await send('POST', `${path}/pause`, {})).json()) as {
    readonly position: string
  }
  const ask = async () => (await send('GET', `${path}?after=${position}`)).json() as Promise<Task>
  const before = await ask()
  const rebuilds = '/api/v1/projections'
  expect((await send('POST', `${rebuilds}/read-models/rebuild`, {})).status).toBe(202)
  const last = async () => {
    const { projections } = (await (await send('GET', rebuilds)).json()) as {
      readonly projections: readonly {
        readonly lastRebuild: { readonly state: string; readonly endedAt: string | null } | null
      }[]
    }
    return projections[0]?.lastRebuild
  }
  await expect
    .poll(async () => (await last())?.endedAt ?? null, { timeout: 60_000, interval: 100 })
    .not.toBe(null)
  expect(await last()).toMatchObject({ state: 'done', problem: null })
  const { revision, changeRevision } = await ask()
  expect({ revision, changeRevision }).toEqual({
    revision: before.revision,
    changeRevision: before.changeRevision,
  })
})
