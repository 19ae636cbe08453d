// Which instants a backfill fires, and with what: those the task would plan in the window by its
// definition of today, or those it did plan, each with the definition of its time. What a calendar
// excludes is left out; today's calendars are asked for today's definition, the log for the others.
import * as E from 'fp-ts/lib/Either.js'
import { nextFire, type Rule } from '../../../domain/agenda/rule.ts'
import { occurrencesIn } from '../../../domain/history/occurrences.ts'
import type { TaskHistory } from '../../../domain/history/history.ts'
import { instantAt, type Instant } from '../../../domain/instant.ts'
import { compileTimetable } from '../../../domain/schedule/timetable.ts'
import type { BackfillOccurrence } from '../../../domain/task/commands.ts'
import type { TaskState } from '../../../domain/task/state.ts'
import type { CalendarSnapshot } from '../../../domain/calendar/snapshot.ts'
import type { TaskId } from '../../../domain/task/ids.ts'

/** One more than may be fired tells that there are too many. */
export const occurrencesMax = 1_000

export interface PastWindow {
  readonly from: Instant
  readonly to: Instant
}

export const plannedToday = (
  taskId: TaskId,
  state: Exclude<TaskState, { status: 'Absent' }>,
  calendars: CalendarSnapshot,
  { from, to }: PastWindow,
): readonly BackfillOccurrence[] => {
  const { schedule } = state.definition
  const timetable = compileTimetable(schedule)
  // A schedule this runtime no longer understands plans nothing.
  if (E.isLeft(timetable)) return []
  const rule: Rule = {
    timetable: timetable.right,
    trigger: {
      ...state.trigger,
      startAt: schedule.startAt,
      repeatCount: schedule.type === 'simple' ? schedule.repeatCount : 0,
    },
    spreadMs: 0,
    silentThrough: null,
    exclusions: calendars.consult(taskId.tenant, schedule.calendars).exclusions,
  }
  const found: BackfillOccurrence[] = []
  let at = nextFire(rule, instantAt(from - 1), to).at
  for (; at !== null && found.length <= occurrencesMax; at = nextFire(rule, at, to).at)
    found.push({ scheduledFor: at, definition: null })
  return found
}

export const plannedThen = (
  history: TaskHistory,
  now: Instant,
  { from, through }: { readonly from: Instant; readonly through: Instant },
): readonly BackfillOccurrence[] => {
  const window = { after: instantAt(from - 1), through }
  const circumstances = { now, exclusions: null, revisions: {}, outages: [], spreadMs: 0 }
  const limit = occurrencesMax + 1
  return occurrencesIn(history, circumstances, window, limit).occurrences.flatMap(
    ({ at, verdict, decided }) => {
      const plan = history.plans.findLast((one) => one.from < at)
      return !decided || verdict === 'calendar' || plan === undefined
        ? []
        : [{ scheduledFor: at, definition: plan.definition }]
    },
  )
}
