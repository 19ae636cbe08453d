// The typed client's five calls, over real HTTP against the real API.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  CallRefused,
  CarillonClient,
  CronTaskConfig,
  HttpRecallConfig,
  SimpleTaskConfig,
  SocketRecallConfig,
  TimeConfig,
} from '../../src/client/index.ts'
import { startApi, typesOf, type TestApi } from '../support/api.ts'

let api: TestApi
let client: CarillonClient
beforeEach(async () => {
  api = await startApi()
  client = new CarillonClient({ url: api.url, tenant: '财务', actor: '李雷' })
})
afterEach(() => api.close())

const recall = new HttpRecallConfig({ url: 'http://127.0.0.1:9/x', data: { batch: 7 } })
const nightly = { groupCode: 'billing', jobCode: 'nightly' }
const name = { groupName: 'billing', jobName: 'nightly' }
const definition = () => (api.log().at(-1)?.data as { definition: unknown }).definition

describe('the wire form', () => {
  test('of a cron task', () => {
    const task = new CronTaskConfig({
      ...nightly,
      cronExpress: '0 0 2 * * ?',
      priority: 5,
      endDate: new Date(Date.UTC(2099, 0, 1)),
      more: { timeZone: 'Asia/Shanghai' },
    })
    expect(JSON.parse(JSON.stringify({ task, recall }))).toEqual({
      task: {
        triggerType: 'CronTrigger',
        jobCode: 'nightly',
        groupCode: 'billing',
        priority: 5,
        endDate: 4070908800000,
        cronExpress: '0 0 2 * * ?',
        timeZone: 'Asia/Shanghai',
      },
      recall: { recallType: 'HTTP', option: { url: 'http://127.0.0.1:9/x' }, data: { batch: 7 } },
    })
  })

  test('of a simple task that calls a socket', () => {
    const task = new SimpleTaskConfig({
      ...nightly,
      startDate: '2099-01-01 08:00:00',
      timeConfig: new TimeConfig({ interval: 5, intervalType: 'MINUTE', repeatCount: 3 }),
    })
    const socket = new SocketRecallConfig({ host: '10.0.0.7', port: 9000 })
    expect(JSON.parse(JSON.stringify({ task, socket }))).toEqual({
      task: {
        triggerType: 'SimpleTrigger',
        jobCode: 'nightly',
        groupCode: 'billing',
        startDate: '2099-01-01 08:00:00',
        timeConfig: { interval: 5, intervalType: 'MINUTE', isForever: false, repeatCount: 3 },
      },
      socket: { recallType: 'SOCKET', option: { host: '10.0.0.7', port: 9000 } },
    })
  })
})

test('a task is added, paused, resumed, run and deleted', async () => {
  const { dispatchserver } = client
  const task = new CronTaskConfig({ ...nightly, cronExpress: '0 0 2 * * ?' })
  const added = await dispatchserver.add(recall, task)
  expect(added).toEqual({ resultValue: null, position: api.log()[0]?.position })
  await dispatchserver.pause(name, { reason: '盘点' })
  await dispatchserver.resumeTask(name)
  const { resultValue: runId } = await dispatchserver.trigger(name)
  await dispatchserver.delete(name)
  expect(typesOf(api.log)).toEqual([
    'TaskAdded',
    'TaskPaused',
    'TaskResumed',
    'TaskTriggered',
    'TaskDeleted',
  ])
  expect(api.log()[3]?.data).toMatchObject({ runId })
  expect(api.log()[1]).toMatchObject({
    stream: `task-${encodeURIComponent('财务')}/billing/nightly`,
    metadata: { actor: '李雷', reason: '盘点' },
  })
})

test('a simple task keeps its instant, its count and its socket', async () => {
  const task = new SimpleTaskConfig({
    ...nightly,
    startDate: new Date(Date.UTC(2099, 0, 1)),
    timeConfig: new TimeConfig({ interval: 5, intervalType: 'MINUTE', repeatCount: 3 }),
  })
  await client.dispatchserver.add(new SocketRecallConfig({ host: '10.0.0.7', port: 9000 }), task)
  expect(definition()).toMatchObject({
    recall: { type: 'socket', host: '10.0.0.7', port: 9000 },
    schedule: { startAt: '2099-01-01T00:00:00.000Z', intervalMs: 300_000, repeatCount: 2 },
  })
})

test('a refusal is thrown with what the service says', async () => {
  const task = new CronTaskConfig({ ...nightly, cronExpress: '0 0 2 * * ?' })
  await client.dispatchserver.add(recall, task)
  const again = client.dispatchserver.add(recall, task)
  await expect(again).rejects.toThrow(CallRefused)
  await expect(again).rejects.toThrow(/already exists/)
  await expect(client.dispatchserver.add(recall, task, { replace: true })).resolves.toBeDefined()
})

test('the end of an asynchronous run is reported', async () => {
  const report = client.dispatchserver.updateTaskLog('0'.repeat(32), { success: true })
  await expect(report).rejects.toThrow(/not known/)
  expect(typesOf(api.log)).toEqual(['UnknownRunReported'])
})
