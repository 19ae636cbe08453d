// How a task stands as far as its future goes, and the rule it fires by.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { Exclusions } from '../schedule/settle.ts'
import { compileTimetable } from '../schedule/timetable.ts'
import type { TaskId } from '../task/ids.ts'
import { spreadOf } from '../task/occurrences.ts'
import type { TaskState } from '../task/state.ts'
import type { Rule } from './rule.ts'

export interface Standing {
  readonly taskId: TaskId
  readonly status: TaskState['status']
  /** When a paused task is resumed by itself; null: never. */
  readonly pausedUntil: Instant | null
  /** Equal schedules should be one object: then their tasks share a rule. */
  readonly schedule: Schedule
  readonly startAt: Instant | null
  readonly repeatCount: number
}

/** A rule and the tasks that fire by it, in order of group, then job. */
export interface SharedRule extends Rule {
  readonly tasks: () => readonly TaskId[]
}

/** Null: it plans nothing, as long as nobody changes it. */
export const ruleOf = (standing: Standing, exclusions: Exclusions | null): Rule | null => {
  const { status, pausedUntil, schedule, startAt, repeatCount, taskId } = standing
  const plans = status === 'Active' || (status === 'Paused' && pausedUntil !== null)
  const timetable = plans ? compileTimetable(schedule) : null
  // A schedule this runtime no longer understands plans nothing.
  if (timetable === null || E.isLeft(timetable)) return null
  return {
    timetable: timetable.right,
    trigger: { decidedThrough: instantAt(-Infinity), startAt, repeatCount, timesTriggered: 0 },
    spreadMs: spreadOf(taskId, schedule.jitterMs),
    silentThrough: status === 'Paused' ? pausedUntil : null,
    exclusions,
  }
}
