// What was asked for: recurring tasks whose planned instants anybody can count.
import type { Chance } from '../support/chance.ts'

export interface ChaosTask {
  /** As the callee is told. */
  readonly name: string
  readonly job: string
  readonly everyMs: number
  /** Null: a cron expression, whose instants are the multiples of the interval after it was added. */
  readonly startAt: number | null
}

export const group = 'chaos'

export const planTasks = (chance: Chance, count: number, now: number): readonly ChaosTask[] =>
  Array.from({ length: count }, (_, n) => {
    const job = `t${n}`
    const everyMs = 1_000 * chance.pick([10, 15, 20, 30, 60])
    const startAt = chance.happens(0.5) ? now + chance.between(0, 60_000) : null
    return { name: `default/${group}/${job}`, job, everyMs, startAt }
  })

const timing = ({ everyMs, startAt }: ChaosTask): object => {
  const seconds = everyMs / 1_000
  if (startAt === null)
    return {
      triggerType: 'CronTrigger',
      cronExpress: seconds === 60 ? '0 * * * * ?' : `0/${seconds} * * * * ?`,
    }
  return {
    triggerType: 'SimpleTrigger',
    startDate: startAt,
    timeConfig: { interval: seconds, intervalType: 'SECOND', isForever: true },
  }
}

export type Ask = (path: string, body: object) => Promise<void>

export const addTask = (ask: Ask, task: ChaosTask, callee: string): Promise<void> =>
  ask('add.do', {
    replace: true,
    recallConfig: { recallType: 'HTTP', option: { url: callee }, data: { job: task.job } },
    taskConfig: { groupCode: group, jobCode: task.job, ...timing(task) },
  })

export const pauseTask = (ask: Ask, { job }: ChaosTask): Promise<void> =>
  ask('pause.do', { groupName: group, jobName: job })

/** Every planned instant in [from, to], counted one by one. */
export const plannedInstants = (
  { everyMs, startAt }: ChaosTask,
  addedAt: number,
  to: number,
): readonly number[] => {
  const instants: number[] = []
  const first = startAt ?? (Math.floor(addedAt / everyMs) + 1) * everyMs
  for (let instant = first; instant <= to; instant += everyMs) instants.push(instant)
  return instants
}

export const inLanes = async <T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
