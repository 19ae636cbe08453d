// Whole services on one database: they share the tasks, one takes over within the lease when the other
// falls silent, and nobody is called twice for the same attempt.
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
let environment: NodeJS.ProcessEnv = {}

beforeAll(async () => {
  postgres = await startPostgres()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  environment = { DATABASE_URL: await postgres.freshDatabase(), SCHEDULER_LEASE_MS: '3000' }
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

interface Node {
  readonly state: string
  readonly pid: number
  readonly owns: number | null
  readonly shares: number | null
}

const nodesOf = async (asked: RunningService): Promise<readonly Node[]> => {
  const answer = await fetch(`${asked.url}/api/v1/nodes`)
  return ((await answer.json()) as { nodes: readonly Node[] }).nodes
}

/** Waits until the processes that schedule look after every task, and each after some. */
const spreadOver = (asked: RunningService, count: number, what: string): Promise<void> =>
  until(async () => {
    const owning = (await nodesOf(asked)).filter(
      ({ state, shares }) => state === 'running' && shares !== null,
    )
    const sum = (of: (node: Node) => number | null) =>
      owning.reduce((total, node) => total + (of(node) ?? 0), 0)
    return (
      owning.length === count &&
      owning.every(({ shares }) => (shares ?? 0) > 0) &&
      sum(({ shares }) => shares) === 64 &&
      sum(({ owns }) => owns) === tasks
    )
  }, what)

test('tasks spread over the processes, and move when one is stopped, suspended or killed', async () => {
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
  await spreadOver(first, 2, 'both look after tasks')
  await callsGoOn('calls while both live')
  expect(new Set(attempts).size).toBe(attempts.length)

  process.kill(-first.pid, 'SIGSTOP')
  await spreadOver(second, 1, 'the second takes over')
  await callsGoOn('calls by the second')
  await until(
    async () => (await nodesOf(second)).some(({ state }) => state === 'lost'),
    'the first is given up',
  )
  process.kill(-first.pid, 'SIGCONT')
  await until(() => first.log().includes('the lease is lost'), 'the first notices')
  await spreadOver(second, 2, 'the first is back')
  await callsGoOn('calls after the first came back')
  expect(second.log()).not.toContain('the lease is lost')

  // Stopped in order: nothing is called twice, and nobody waits for a lease.
  const before = attempts.length
  const repeated = () => attempts.length - new Set(attempts).size
  const repeatedBefore = repeated()
  await first.stop()
  const third = await startService(folder, environment)
  services = [second, third]
  await spreadOver(third, 2, 'the third takes its part')
  await callsGoOn('calls after a restart in order')
  expect(attempts.length).toBeGreaterThan(before)
  expect(repeated()).toBe(repeatedBefore)

  await second.kill()
  services = [third]
  await spreadOver(third, 1, 'a dead process is not waited for')
  await callsGoOn('calls by the third')
  // The same attempt twice: only what was on the wire when its process was stopped.
  expect(repeated()).toBeLessThanOrEqual(tasks)
})
