// What people ask for: tasks added, replaced, paused, resumed, run, deleted, and runs cancelled, in
// any order and mostly without regard for each other.
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import {
  defaultPolicy,
  type OverlapPolicy,
  type TaskDefinition,
} from '../../src/domain/task/definition.ts'
import type { RunId } from '../../src/domain/task/ids.ts'
import type { Chance } from '../support/chance.ts'
import { cron, definitionOf, every, taskId } from '../support/definitions.ts'
import type { Replica } from './replica.ts'

const tasks = 6

export const drawCommand = (
  chance: Chance,
  replica: Pick<Replica, 'now' | 'newRunId' | 'planningContext'>,
  lastRun: RunId | null,
): TaskCommand => {
  const id = taskId(`t${chance.between(1, tasks)}`)
  const issuedAt = replica.now()
  const { newRunId, planningContext } = replica
  const planned = { taskId: id, issuedAt, runId: newRunId(), context: planningContext() }
  const draw = chance.next()
  if (draw < 0.42) {
    const definition = drawDefinition(chance, issuedAt)
    return { type: 'AddTask', taskId: id, issuedAt, definition, replace: chance.happens(0.7) }
  }
  if (draw < 0.56) {
    const until = chance.happens(0.3) ? instantAt(issuedAt + chance.between(1, 60_000)) : null
    return { type: 'PauseTask', taskId: id, issuedAt, until }
  }
  if (draw < 0.76) return { type: 'ResumeTask', ...planned }
  if (draw < 0.86) return { type: 'TriggerTask', ...planned }
  if (draw < 0.89) return { type: 'RerunTask', ...planned }
  if (draw < 0.95 && lastRun !== null)
    return { type: 'CancelRun', taskId: id, issuedAt, runId: lastRun }
  return { type: 'DeleteTask', taskId: id, issuedAt }
}

const drawDefinition = (chance: Chance, now: number): TaskDefinition => {
  const start = instantAt(now + chance.between(-100, 20) * 1_000)
  const overlap = chance.pick<OverlapPolicy>(['allow', 'allow', 'skip', 'queueOne'])
  const retries = { ...defaultPolicy.retries, max: chance.between(0, 2) }
  const schedule = chance.pick<TaskDefinition['schedule']>([
    cron(`0/${chance.pick([1, 2, 5, 10])} * * * * ?`),
    every(chance.between(1, 30) * 500, { startAt: start }),
    // Longer than the scheduler looks ahead, too.
    every(chance.between(1, 20) * 15_000, { startAt: start }),
    every(chance.between(1, 20) * 15_000, { startAt: start }),
    every(chance.between(1, 10) * 1_000, { startAt: start, repeatCount: chance.between(0, 20) }),
  ])
  return definitionOf(schedule, {
    priority: chance.between(0, 9),
    policy: { ...defaultPolicy, overlap, retries, timeoutMs: 5_000, reportDeadlineMs: 30_000 },
  })
}
