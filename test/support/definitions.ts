// Task definitions for tests: complete, with the one thing in question overridden.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../../src/domain/instant.ts'
import type { CronSchedule, SimpleSchedule } from '../../src/domain/schedule/schedule.ts'
import { defaultPolicy, type TaskDefinition } from '../../src/domain/task/definition.ts'
import { RunId, TaskId } from '../../src/domain/task/ids.ts'

const common = {
  zone: 'UTC',
  endAt: null,
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: [],
} as const

export const cron = (expression: string, change: Partial<CronSchedule> = {}): CronSchedule => ({
  type: 'cron',
  expression,
  dialect: 'quartz',
  startAt: null,
  misfire: 'smart',
  gap: 'skip',
  overlap: 'second',
  ...common,
  ...change,
})

export const every = (
  intervalMs: number,
  change: Partial<SimpleSchedule> = {},
): SimpleSchedule => ({
  type: 'simple',
  startAt: instantAt(0),
  intervalMs,
  repeatCount: -1,
  misfire: 'smart',
  ...common,
  ...change,
})

export const definitionOf = (
  schedule: TaskDefinition['schedule'],
  change: Partial<TaskDefinition> = {},
): TaskDefinition => ({
  schedule,
  recall: { type: 'http', url: 'http://callee.test/run' },
  dataJson: '{"k":"v"}',
  priority: 0,
  name: null,
  description: null,
  policy: defaultPolicy,
  extraJson: null,
  ...change,
})

export const taskId = (job: string, group = 'g', tenant = 'default'): TaskId => {
  const decoded = TaskId.decode({ tenant, group, job })
  if (E.isLeft(decoded)) throw new Error(`not a task id: ${tenant}/${group}/${job}`)
  return decoded.right
}

export const runId = (n: number): RunId => {
  const decoded = RunId.decode(n.toString(16).padStart(32, '0'))
  if (E.isLeft(decoded)) throw new Error(`not a run id: ${n}`)
  return decoded.right
}
