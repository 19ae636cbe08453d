// The tasks people define in the simulation: every kind of schedule whose planned instants a loop can
// count, with bounds, misfire instructions, calendars and policies drawn at random.
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type { CronMisfire, SimpleMisfire } from '../../src/domain/schedule/schedule.ts'
import {
  defaultPolicy,
  type OverlapPolicy,
  type TaskDefinition,
} from '../../src/domain/task/definition.ts'
import type { Chance } from '../support/chance.ts'
import { cron, definitionOf, every } from '../support/definitions.ts'

/** `fast`: by the second, and mostly not for long; `brief`: never for long. */
export type Pace = 'fast' | 'brief' | 'slow'

type Schedule = TaskDefinition['schedule']

export const drawDefinition = (chance: Chance, now: number, pace: Pace): TaskDefinition => {
  const overlap = chance.pick<OverlapPolicy>(['allow', 'allow', 'skip', 'queueOne'])
  const retries = { ...defaultPolicy.retries, max: chance.between(0, 2) }
  const schedule = drawSchedule(chance, now, pace)
  // Calls one after the other have to keep up with the schedule, after an outage too.
  const concurrencyMax = chance.pick([null, null, null, isTight(schedule) ? null : 1])
  const isBrief = concurrencyMax !== null || chance.happens(0.8)
  return definitionOf(schedule, {
    priority: chance.between(0, 9),
    policy: {
      ...defaultPolicy,
      overlap,
      retries,
      timeoutMs: (isBrief ? chance.between(3, 6) : chance.between(15, 25)) * 1_000,
      reportDeadlineMs: 30_000,
      concurrencyMax,
    },
  })
}

const isTight = (schedule: Schedule): boolean =>
  schedule.type === 'cron'
    ? schedule.expression.startsWith('0/1 ')
    : schedule.repeatCount !== 0 && schedule.intervalMs < 2_000

const drawSchedule = (chance: Chance, now: number, pace: Pace): Schedule => {
  const common = {
    misfireThresholdMs: chance.pick([60_000, 60_000, 5_000]),
    catchUpMax: chance.pick([100, 3]),
    catchUpWindowMs: chance.pick([null, null, 30_000]),
    jitterMs: chance.pick([0, 0, 0, 3_000]),
    calendars: chance.pick<readonly string[]>([[], [], [], ['c1'], ['c1', 'c2']]),
    endAt: endOf(chance, now, pace),
  }
  const cronMisfire = chance.pick<CronMisfire>(['smart', 'smart', 'doNothing', 'ignore'])
  const misfire = chance.pick<SimpleMisfire>(['smart', 'smart', ...simpleMisfires])
  const startAt = instantAt(now + chance.between(-100, 20) * 1_000)
  const simple = (intervalMs: number, change: { repeatCount?: number; startAt?: Instant } = {}) =>
    every(intervalMs, { ...common, misfire, startAt, ...change })
  // Asked for once, to be done once.
  const once = (withinMs: number): Schedule =>
    simple(0, { repeatCount: 0, startAt: instantAt(now + chance.between(-2_000, withinMs)) })
  if (pace !== 'slow')
    return chance.pick<Schedule>([
      cron(`0/${chance.pick([1, 2, 5, 10])} * * * * ?`, { ...common, misfire: cronMisfire }),
      simple(chance.between(1, 20) * 500),
      simple(chance.between(1, 10) * 1_000, { repeatCount: chance.between(1, 20) }),
      once(40_000),
      once(10_000),
    ])
  return chance.pick<Schedule>([
    cron(`0 0/${chance.pick([1, 2, 5])} * * * ?`, { ...common, misfire: cronMisfire }),
    // Longer than the scheduler looks ahead, too.
    simple(chance.between(2, 20) * 15_000),
    simple(chance.between(2, 20) * 15_000, { repeatCount: chance.between(1, 5) }),
    once(400_000),
  ])
}

const simpleMisfires: readonly SimpleMisfire[] = [
  'nowExisting',
  'nowRemaining',
  'nextExisting',
  'nextRemaining',
  'ignore',
]

const endOf = (chance: Chance, now: number, pace: Pace): Instant | null => {
  if (pace === 'brief' ? false : chance.happens(pace === 'fast' ? 0.25 : 0.8)) return null
  const withinMs = pace === 'slow' ? 600_000 : 60_000
  return instantAt(now + chance.between(1, withinMs / 500) * 500)
}
