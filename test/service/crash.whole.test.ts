// The promises of the log through a kill -9: every planned occurrence has one verdict, every run
// ends once, and a callee sees every run at least once and always under the same id.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { checkLog } from '../simulation/reference.ts'
import { startService, type RunningService } from '../support/service.ts'

const tasks = 40
const dataDir = mkdtempSync(join(tmpdir(), 'carillon-crash-'))
const called = new Map<string, number>()
const receiver = createServer((request, response) => {
  const id = String(request.headers['logid'])
  called.set(id, (called.get(id) ?? 0) + 1)
  request.resume()
  response.end('{"success":true}')
})
let callee = ''
let service: RunningService

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  callee = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/run`
})
afterAll(async () => {
  await service.stop()
  receiver.close()
  receiver.closeAllConnections()
  rmSync(dataDir, { recursive: true, force: true })
})

const post = async (path: string, body: object): Promise<{ success: boolean }> => {
  const answer = await fetch(`${service.url}/dispatchserver/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as { success: boolean }
}

const addTask = (n: number) =>
  post('add.do', {
    replace: false,
    recallConfig: { recallType: 'HTTP', option: { url: callee }, data: { n } },
    taskConfig: {
      triggerType: 'SimpleTrigger',
      groupCode: 'crash',
      jobCode: `t${n}`,
      timeConfig: { interval: 1, intervalType: 'SECOND', isForever: true },
    },
  })

const until = async (holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> => {
  const giveUpAt = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error('the condition did not come to hold in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const eventsOf = async (job: string): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  let path: string | null = `/api/v1/tasks/crash/${job}/events?limit=1000`
  while (path !== null) {
    const page = (await (await fetch(service.url + path)).json()) as {
      events: (RecordedEvent & { recordedAt: string })[]
      next: string | null
    }
    for (const event of page.events)
      events.push({ ...event, stream: job as never, recordedAtMs: Date.parse(event.recordedAt) })
    path =
      page.next === null
        ? null
        : `/api/v1/tasks/crash/${job}/events?limit=1000&cursor=${encodeURIComponent(page.next)}`
  }
  return events
}

interface Node {
  readonly state: string
  readonly startedAt: string
  readonly lastSeenAt: string | null
  readonly clock: { readonly trusted: boolean }
  readonly owns: number | null
}

const nodesNow = async (): Promise<readonly Node[]> => {
  const answer = await fetch(`${service.url}/api/v1/nodes`)
  return ((await answer.json()) as { nodes: readonly Node[] }).nodes
}

test('a kill -9 loses no occurrence, ends every run once, and repeats a call under its id only', async () => {
  service = await startService(dataDir)
  for (let n = 0; n < tasks; n++) expect((await addTask(n)).success).toBe(true)
  await until(() => called.size > tasks * 4, 60_000)
  await service.kill()
  const killedAt = Date.now()
  const before = called.size
  service = await startService(dataDir)
  await until(() => called.size > before + tasks * 6, 60_000)
  await until(async () => (await nodesNow())[0]?.owns === tasks, 10_000)
  const nodes = await nodesNow()
  expect(nodes.map(({ state }) => state)).toEqual(['running', 'lost'])
  expect(nodes[0]?.clock.trusted).toBe(true)
  const [now, earlier] = nodes.map(({ startedAt }) => Date.parse(startedAt))
  const lastSeenAt = Date.parse(String(nodes[1]?.lastSeenAt))
  expect(earlier).toBeLessThanOrEqual(lastSeenAt)
  expect(lastSeenAt).toBeLessThanOrEqual(killedAt)
  expect(killedAt).toBeLessThanOrEqual(now ?? 0)

  for (let n = 0; n < tasks; n++)
    expect((await post('pause.do', { groupName: 'crash', jobName: `t${n}` })).success).toBe(true)

  const logs = async () =>
    (await Promise.all(Array.from({ length: tasks }, (_, n) => eventsOf(`t${n}`)))).flat()
  const started = (log: readonly RecordedEvent[]) =>
    log.filter((event) => event.type === 'TaskTriggered')
  const ended = (log: readonly RecordedEvent[]) =>
    log.filter((event) => ['RecallSucceeded', 'RunCancelled'].includes(event.type))
  await until(async () => {
    const log = await logs()
    return started(log).length === ended(log).length
  }, 30_000)

  const log = await logs()
  expect(checkLog(log, Date.now())).toEqual([])
  const withdrawn = new Set(
    log
      .filter((event) => event.type === 'RunCancelled')
      .map((event) => (event.data as { runId: string }).runId),
  )
  const runs = started(log).map((event) => (event.data as { runId: string }).runId)
  expect(runs.filter((run) => !called.has(run) && !withdrawn.has(run))).toEqual([])
  expect([...called.keys()].filter((id) => !runs.includes(id))).toEqual([])
})
