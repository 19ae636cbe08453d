// A misfire settled: the trigger's instruction applied to everything undecided at once, so that the
// whole backlog is one or a few skipped spans and at most one late fire. Quartz's own arithmetic is
// in misfire.ts; here it is turned into verdicts, under the task's calendars and catch-up limits.
import { instantAt, type Instant } from '../instant.ts'
import { cronMisfire, resolvedSimpleMisfire, simpleMisfire } from './misfire.ts'
import { type CronSchedule, type SimpleSchedule } from './schedule.ts'
import {
  advanced,
  consumed,
  mayCatchUp,
  skipped,
  type DueVerdict,
  type Settled,
  type Settling,
} from './settle-verdicts.ts'
import { stretchesIn } from './stretches.ts'

/** Applies the instruction; `missed` is the first planned instant that no calendar excludes. */
export const settleMisfire = (due: Settling, missed: Instant): Settled =>
  due.schedule.type === 'cron'
    ? settleCronMisfire(due, due.schedule, missed)
    : settleSimpleMisfire(due, due.schedule, missed)

/** All of the backlog skipped. */
const skippedWhole = (due: Settling, verdict: 'misfired' | 'catch-up-limit'): Settled => ({
  before: due.stretches.map((stretch) => skipped(stretch, verdict)).reverse(),
  tail: [],
  trigger: advanced(due),
})

/** The backlog before now skipped, on the grid as it stood. */
const skippedBeforeNow = (due: Settling): Settled['before'] => {
  const { timetable, trigger, exclusions, now } = due
  const until = instantAt(now - 1)
  return stretchesIn(timetable, trigger, exclusions, trigger.decidedThrough, until)
    .map((stretch) => skipped(stretch, 'misfired'))
    .reverse()
}

const newestIncluded = (due: Settling, missed: Instant): Instant =>
  due.stretches.find((stretch) => !stretch.excluded)?.span.last ?? missed

const settleCronMisfire = (due: Settling, schedule: CronSchedule, missed: Instant): Settled => {
  const { now, exclusions, trigger, timetable } = due
  const rescheduled = cronMisfire(missed, schedule.misfire, now, (afterMs) =>
    timetable.next(trigger, instantAt(afterMs)),
  )
  if (rescheduled !== now) return skippedWhole(due, 'misfired')
  if (!mayCatchUp(due, newestIncluded(due, missed))) return skippedWhole(due, 'catch-up-limit')
  if (exclusions?.excludes(now) === true) return skippedWhole(due, 'misfired')
  return {
    before: skippedBeforeNow(due),
    tail: [{ type: 'fire', cause: 'catch-up', scheduledFor: now }],
    trigger: advanced(due),
  }
}

const settleSimpleMisfire = (due: Settling, schedule: SimpleSchedule, missed: Instant): Settled => {
  const { now, exclusions, trigger } = due
  const instruction = resolvedSimpleMisfire(schedule.misfire, trigger.repeatCount)
  const isNowExcluded = exclusions?.excludes(now) === true
  if (instruction === 'fireNow') {
    if (!mayCatchUp(due, missed)) return skippedWhole(due, 'catch-up-limit')
    if (isNowExcluded) return skippedWhole(due, 'misfired')
    const fire: DueVerdict = { type: 'fire', cause: 'catch-up', scheduledFor: missed }
    return { before: [], tail: [fire], trigger: advanced(due) }
  }
  const restarts = instruction === 'nowExisting' || instruction === 'nowRemaining'
  const isLimited = restarts && !mayCatchUp(due, newestIncluded(due, missed))
  const result = simpleMisfire(
    {
      startMs: trigger.startAt ?? schedule.startAt,
      endMs: schedule.endAt,
      intervalMs: schedule.intervalMs,
      repeatCount: trigger.repeatCount,
      // What calendars excluded before the missed fire has used up its share of the count.
      timesTriggered: trigger.timesTriggered + consumed(due, missed - 1),
      nextFireMs: missed,
    },
    isLimited ? 'nextRemaining' : instruction,
    now,
  )
  const moved = {
    decidedThrough: now,
    startAt: instantAt(result.startMs),
    repeatCount: result.repeatCount,
    timesTriggered: result.timesTriggered,
  }
  if (!restarts || isLimited || result.nextFireMs === null) {
    return { ...skippedWhole(due, isLimited ? 'catch-up-limit' : 'misfired'), trigger: moved }
  }
  const first: DueVerdict = isNowExcluded
    ? { type: 'skip', verdict: 'calendar', first: now, last: now, count: 1, countExact: true }
    : { type: 'fire', cause: 'catch-up', scheduledFor: now }
  return {
    before: skippedBeforeNow(due),
    tail: [first],
    trigger: { ...moved, timesTriggered: result.timesTriggered + 1 },
  }
}
