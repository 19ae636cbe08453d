// The overview: each kind of exception is told when there is one, and only then.
import { beforeEach, expect, test } from 'vitest'
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type { TaskDefinition } from '../../src/domain/task/definition.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { createQueries, type Queries } from '../../src/projections/queries.ts'
import { cron, definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { reportAt } from './history.ts'
import { createLog, project, usePostgres } from './kit.ts'

const postgres = usePostgres()
let now = 0
let queries: Queries

const ago = (seconds: number): Instant => instantAt(now - seconds * 1_000)
const trigger = (secondsAgo: number) => ({
  ...{ decidedThrough: ago(secondsAgo), startAt: null, repeatCount: -1, timesTriggered: 0 },
})
type Schedule = TaskDefinition['schedule']
const never: Schedule = cron('0 0 0 1 1 ? 2099')
const added = (secondsAgo: number, schedule: Schedule = never): TaskEvent => ({
  ...{ type: 'TaskAdded', addedAt: ago(secondsAgo), trigger: trigger(secondsAgo) },
  definition: definitionOf(schedule),
})
const fired = (n: number, scheduledAgo: number, decidedAgo = scheduledAgo): TaskEvent => ({
  ...{ type: 'TaskTriggered', runId: runId(n), cause: 'schedule', waitsFor: null, calendars: {} },
  ...{ scheduledFor: ago(scheduledAgo), decidedAt: ago(decidedAgo), tzVersion: '1' },
  trigger: trigger(decidedAgo),
})
const failed = (n: number, finishedAgo: number): TaskEvent => ({
  ...{ type: 'RecallFailed', runId: runId(n), attempt: 1, reason: 'refused', retryAt: null },
  ...{ terminal: true, resultValue: null, finishedAt: ago(finishedAgo), report: null },
})
const succeeded = (n: number, startedAgo: number): TaskEvent => ({
  ...{ type: 'RecallSucceeded', runId: runId(n), attempt: 1, resultValue: null },
  ...{ finishedAt: ago(startedAgo - 1), report: reportAt(ago(startedAgo)) },
})

beforeEach(async () => {
  now = Date.now()
  const log = createLog(now)
  await log.append(taskId('fine'), [added(900), fired(1, 800), succeeded(1, 800)])
  await log.append(taskId('late'), [added(900), fired(2, 800), succeeded(2, 700)])
  await log.append(taskId('stuck'), [added(900), fired(3, 800)])
  await log.append(taskId('slow'), [added(900), fired(4, 5)])
  await log.append(taskId('failing'), [
    ...[added(900), fired(5, 800), succeeded(5, 800), fired(6, 700), failed(6, 690)],
    ...[fired(7, 600), failed(7, 590)],
  ])
  await log.append(taskId('recovered'), [
    ...[added(900), fired(8, 800), failed(8, 790), fired(9, 700), succeeded(9, 700)],
  ])
  await log.append(taskId('paused'), [added(900)])
  const pausing = { pausedAt: ago(60), until: ago(-600), trigger: trigger(60) } as const
  await log.append(taskId('paused'), [{ type: 'TaskPaused', ...pausing }], {
    ...{ actor: 'wang', reason: '盘点' },
  })
  const minutely = every(60_000, { startAt: ago(570) })
  await log.append(taskId('missing', 'other'), [added(900, minutely)])
  await log.append(taskId('due', 'other'), [added(0, every(60_000, { startAt: ago(-30) }))])
  await log.append(taskId('theirs', 'g', 'acme'), [added(900), fired(10, 800)])
  const db = await postgres.fresh()
  await project(log.store, db)
  queries = createQueries(db)
})

const summary = async (shown = 10) =>
  right(await queries.summary({ tenant: 'default', now: instantAt(now), shown })())

const jobs = ({ items }: { readonly items: readonly { readonly taskId: { job: string } }[] }) =>
  items.map(({ taskId: { job } }) => job)

test('tells what is missing, late, stuck, failing and paused', async () => {
  const { missing, late, stuck, failing, paused } = await summary()
  expect(jobs(missing)).toEqual(['missing'])
  expect(late).toMatchObject({ count: 1, items: [{ runId: runId(2), latenessMs: 100_000 }] })
  expect(stuck).toMatchObject({
    count: 1,
    items: [{ runId: runId(3), outcome: 'running', expectedAt: ago(770) }],
  })
  expect(failing).toMatchObject({
    count: 1,
    items: [
      {
        taskId: taskId('failing'),
        ...{ since: ago(690), failedInARow: 2, lastRunId: runId(7), reason: 'refused' },
      },
    ],
  })
  expect(paused).toEqual({
    count: 1,
    items: [
      { taskId: taskId('paused'), by: 'wang', at: ago(60), reason: '盘点', until: ago(-600) },
    ],
  })
})

test('tells the pulse: what is open, what was triggered, what is due', async () => {
  const { pulse } = await summary()
  expect(pulse).toMatchObject({ running: 2, dueNextMinute: 1 })
  expect(pulse.lastMinute.fired + pulse.thisMinute.fired).toBe(1)
})

test('lists no more than asked for, and counts all the same', async () => {
  expect(await summary(0)).toMatchObject({ failing: { count: 1, items: [] } })
})

test('of another tenant tells its own', async () => {
  const request = { tenant: 'acme', now: instantAt(now), shown: 10 }
  const theirs = right(await queries.summary(request)())
  expect(jobs(theirs.stuck)).toEqual(['theirs'])
  expect(theirs).toMatchObject({ failing: { count: 0 }, paused: { count: 0 } })
})
