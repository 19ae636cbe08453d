// What the ways of settling share: verdicts, the limits on catching up, and the plain way, in which
// every planned instant fires and only the limits keep some back. Verdicts come in two parts:
// `before`, all skips, and `tail`, from the first fire on; both oldest first.
import { instantAt, type Instant } from '../instant.ts'
import { type Schedule, type TriggerState } from './schedule.ts'
import { simpleCount } from './simple-trigger.ts'
import { type Exclusions, type Stretch } from './stretches.ts'
import { type Span, type Timetable } from './timetable.ts'

export interface Fire {
  readonly type: 'fire'
  readonly cause: 'schedule' | 'catch-up'
  readonly scheduledFor: Instant
}
export interface Skip extends Span {
  readonly type: 'skip'
  readonly verdict: 'misfired' | 'catch-up-limit' | 'calendar'
}
export type DueVerdict = Fire | Skip

/** What is to be settled; `stretches` are the planned instants in (decidedThrough, now], newest first. */
export interface Settling {
  readonly schedule: Schedule
  readonly timetable: Timetable
  readonly trigger: TriggerState
  readonly now: Instant
  readonly exclusions: Exclusions | null
  readonly stretches: readonly Stretch[]
}

export interface Settled {
  readonly before: readonly Skip[]
  readonly tail: readonly DueVerdict[]
  readonly trigger: TriggerState
}

/** However high the configured limit, one decision fires no more than this. */
const firesMax = 10_000

export const skipped = (stretch: Stretch, verdict: 'misfired' | 'catch-up-limit'): Skip => ({
  type: 'skip',
  verdict: stretch.excluded ? 'calendar' : verdict,
  ...stretch.span,
})

/** Whether a missed instant may still be fired late, for all that the task's limits say. */
export const mayCatchUp = ({ schedule, now }: Settling, missed: Instant): boolean =>
  schedule.catchUpMax >= 1 &&
  (schedule.catchUpWindowMs === null || missed >= now - schedule.catchUpWindowMs)

/** Planned instants of a simple trigger in (decidedThrough, through], all counted; 0 for cron. */
export const consumed = ({ schedule, trigger }: Settling, through: number): number => {
  if (schedule.type === 'cron') return 0
  const grid = {
    startMs: trigger.startAt ?? schedule.startAt,
    endMs: schedule.endAt,
    intervalMs: schedule.intervalMs,
    repeatCount: trigger.repeatCount,
  }
  return simpleCount(grid, trigger.decidedThrough, through)
}

/** The trigger once everything up to now is decided on the grid it stands on. */
export const advanced = (due: Settling): TriggerState => ({
  ...due.trigger,
  decidedThrough: instantAt(Math.max(due.now, due.trigger.decidedThrough)),
  timesTriggered: due.trigger.timesTriggered + consumed(due, due.now),
})

/** Every planned instant fires; those at least `lateMs` old are catch-up and bounded by its limits. */
export const fireEach = (due: Settling, lateMs: number): Settled => {
  const { timetable, trigger, now, schedule } = due
  const newestFirst: DueVerdict[] = []
  const limit = Math.min(firesMax, schedule.catchUpMax)
  let fires = 0
  let isFull = false
  const mayFire = (instant: Instant): boolean =>
    instant <= now - lateMs ? fires < limit && mayCatchUp(due, instant) : fires < Math.max(1, limit)
  for (const stretch of due.stretches) {
    if (stretch.excluded || isFull) {
      newestFirst.push(skipped(stretch, 'catch-up-limit'))
      continue
    }
    let at: Instant | null = stretch.span.last
    while (at !== null && at >= stretch.span.first) {
      if (!mayFire(at)) {
        const span = timetable.span(trigger, instantAt(stretch.span.first - 1), at)
        if (span !== null) newestFirst.push({ type: 'skip', verdict: 'catch-up-limit', ...span })
        isFull = true
        break
      }
      fires += 1
      const cause = at <= now - lateMs ? 'catch-up' : 'schedule'
      newestFirst.push({ type: 'fire', cause, scheduledFor: at })
      at = timetable.previous(trigger, at)
    }
  }
  const verdicts = newestFirst.reverse()
  const firstFire = verdicts.findIndex((verdict) => verdict.type === 'fire')
  const cut = firstFire < 0 ? verdicts.length : firstFire
  return {
    before: verdicts.slice(0, cut).filter((verdict) => verdict.type === 'skip'),
    tail: verdicts.slice(cut),
    trigger: advanced(due),
  }
}
