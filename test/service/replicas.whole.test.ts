// Two whole services on one database: one schedules, the other takes over within the lease when the
// first falls silent, and nobody is called twice for the same attempt.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startService, type RunningService } from '../support/service.ts'

const tasks = 10
const folder = mkdtempSync(join(tmpdir(), 'carillon-replicas-'))
const attempts: string[] = []
const runs = new Set<string>()
const receiver = createServer((request, response) => {
  const run = String(request.headers['logid'])
  runs.add(run)
  attempts.push(`${run} ${String(request.headers['x-carillon-attempt'])}`)
  request.resume()
  response.end('{"success":true}')
})
let postgres: TestPostgres
let services: RunningService[] = []

beforeAll(async () => {
  postgres = await startPostgres()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const environment = {
    DATABASE_URL: await postgres.freshDatabase(),
    SCHEDULER_LEASE_MS: '3000',
  }
  const first = await startService(folder, environment)
  services = [first, await startService(folder, environment)]
})
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()))
  await postgres.stop()
  receiver.close()
  receiver.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const giveUpAt = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const callsGoOn = async (what: string): Promise<void> => {
  const before = runs.size
  await until(() => runs.size > before + 3 * tasks, what)
}

const nodesAre = async (asked: RunningService, expected: readonly string[], what: string) => {
  let states: readonly string[] = []
  await until(async () => {
    const answer = await fetch(`${asked.url}/api/v1/nodes`)
    const { nodes } = (await answer.json()) as {
      nodes: readonly { readonly state: string; readonly owns: number | null }[]
    }
    states = nodes.map(({ state, owns }) => `${state}${owns === null ? '' : ' scheduling'}`).sort()
    return JSON.stringify(states) === JSON.stringify([...expected].sort())
  }, what)
}

test('one schedules at a time, whoever is stopped, suspended or killed', async () => {
  const [first, second] = services
  if (first === undefined || second === undefined) throw new Error('two services')
  const callee = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/run`
  for (let n = 0; n < tasks; n += 1) {
    const answer = await fetch(`${second.url}/dispatchserver/add.do`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        recallConfig: { recallType: 'HTTP', option: { url: callee }, data: { n } },
        taskConfig: {
          triggerType: 'SimpleTrigger',
          groupCode: 'replicas',
          jobCode: `t${n}`,
          timeConfig: { interval: 1, intervalType: 'SECOND', isForever: true },
        },
      }),
    })
    expect(await answer.json()).toMatchObject({ success: true })
  }
  await callsGoOn('calls while both live')
  expect(second.log()).toContain('standing by')
  expect(new Set(attempts).size).toBe(attempts.length)

  process.kill(-first.pid, 'SIGSTOP')
  await until(() => second.log().includes('has caught up'), 'the second takes over')
  await callsGoOn('calls by the second')
  await nodesAre(second, ['running scheduling', 'lost'], 'the first is given up')
  process.kill(-first.pid, 'SIGCONT')
  await until(() => first.log().includes('the lease is lost'), 'the first notices')
  await callsGoOn('calls after the first came back')
  expect(second.log()).not.toContain('the lease is lost')
  await nodesAre(second, ['running scheduling', 'running'], 'the first is back')

  await second.kill()
  services = [first]
  await callsGoOn('calls by the first again')
  // The same attempt twice: only what was on the wire when its process was stopped.
  const repeated = attempts.length - new Set(attempts).size
  expect(repeated).toBeLessThanOrEqual(tasks)
})
