// Gives every planned instant up to now its one verdict. Pure: schedule, trigger state and instant
// in; verdicts, the resulting trigger state and the next planned instant out. A fire whose
// scheduledFor is a planned instant is that instant's verdict, and no skipped span covers it.
// Knows no task, no run and no store; what a misfire does to a trigger is in settle-misfire.ts.
import { instantAt, type Instant } from '../instant.ts'
import { type Schedule, type TriggerState } from './schedule.ts'
import { settleMisfire } from './settle-misfire.ts'
import {
  advanced,
  fireEach,
  type DueVerdict,
  type Settled,
  type Settling,
  type Skip,
} from './settle-verdicts.ts'
import { stretchesIn, type Exclusions } from './stretches.ts'
import { type Span, type Timetable } from './timetable.ts'

export type { DueVerdict, Skip } from './settle-verdicts.ts'
export type { Exclusions } from './stretches.ts'

interface SettleInput {
  readonly schedule: Schedule
  readonly timetable: Timetable
  readonly trigger: TriggerState
  readonly now: Instant
  readonly exclusions: Exclusions | null
}

/**
 * State of a fresh task's trigger at `now`. A cron trigger plans nothing before its registration or
 * its start; a simple trigger whose start has passed meets the misfire policy when first settled.
 */
export const initialTrigger = (schedule: Schedule, now: Instant): TriggerState => {
  switch (schedule.type) {
    case 'cron': {
      const start =
        schedule.startAt === null ? null : instantAt(Math.floor(schedule.startAt / 1000) * 1000)
      return {
        decidedThrough: start === null ? now : instantAt(Math.max(now, start - 1)),
        startAt: start,
        repeatCount: 0,
        timesTriggered: 0,
      }
    }
    case 'simple':
      return {
        decidedThrough: instantAt(Math.min(schedule.startAt, now) - 1),
        startAt: schedule.startAt,
        repeatCount: schedule.repeatCount,
        timesTriggered: 0,
      }
  }
}

/** When the next decision is due, jitter aside; null when the schedule is exhausted. */
export const nextPlanned = (timetable: Timetable, trigger: TriggerState): Instant | null =>
  timetable.next(trigger, trigger.decidedThrough)

const settling = (input: SettleInput): Settling => ({
  ...input,
  stretches: stretchesIn(
    input.timetable,
    input.trigger,
    input.exclusions,
    input.trigger.decidedThrough,
    input.now,
  ),
})

/** First planned instant that no calendar excludes, as far as looked at; null when there is none. */
const firstIncluded = ({ stretches }: Settling): Instant | null =>
  stretches.findLast((stretch) => !stretch.excluded)?.span.first ?? null

/** An ordinary run of the scheduler: every planned instant in (decidedThrough, now] gets its verdict. */
export const settleDue = (
  input: SettleInput,
): {
  readonly verdicts: readonly DueVerdict[]
  readonly trigger: TriggerState
  readonly next: Instant | null
} => {
  const due = settling(input)
  const missed = firstIncluded(due)
  const isMisfire = missed !== null && missed <= input.now - input.schedule.misfireThresholdMs
  const { before, tail, trigger } =
    isMisfire && input.schedule.misfire !== 'ignore'
      ? settleMisfire(due, missed)
      : fireEach(due, input.schedule.misfireThresholdMs)
  return { verdicts: [...before, ...tail], trigger, next: nextPlanned(input.timetable, trigger) }
}

/**
 * The end of a pause at `now`, with the trigger as it stood when the pause began. Every planned
 * instant in (decidedThrough, now] is in `span` (to be recorded as skipped, paused), in one of
 * `skips` (recorded with their own verdict), or is fired late by the misfire instruction, which
 * applies to the pause as a whole, whatever its age.
 */
export const settleResume = (
  input: SettleInput,
): {
  readonly span: Span | null
  readonly skips: readonly Skip[]
  readonly fires: readonly { readonly scheduledFor: Instant; readonly cause: 'catch-up' }[]
  readonly trigger: TriggerState
  readonly next: Instant | null
} => {
  const paused = settling(input)
  const missed = firstIncluded(paused)
  const { timetable, now } = input
  const { decidedThrough } = input.trigger
  const everyAge = 0
  const { tail, trigger }: Pick<Settled, 'tail' | 'trigger'> =
    missed === null
      ? { tail: [], trigger: advanced(paused) }
      : input.schedule.misfire === 'ignore'
        ? fireEach(paused, everyAge)
        : settleMisfire(paused, missed)
  const skips = tail.filter((verdict) => verdict.type === 'skip')
  const fires = tail.filter((verdict) => verdict.type === 'fire')
  const firstOfTail = Math.min(
    fires[0]?.scheduledFor ?? Infinity,
    skips[0]?.first ?? Infinity,
    now + 1,
  )
  return {
    span: timetable.span(input.trigger, decidedThrough, instantAt(firstOfTail - 1)),
    skips,
    fires: fires.map(({ scheduledFor }) => ({ scheduledFor, cause: 'catch-up' })),
    trigger,
    next: nextPlanned(timetable, trigger),
  }
}
