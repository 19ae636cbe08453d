// Why did this task fire at this instant, or why not? A planned instant has the explanation that
// stands in the list of occurrences; any other lies outside the task's life, or between two instants
// of the plan that held then.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { compileTimetable } from '../schedule/timetable.ts'
import {
  outsideExplanation,
  unplannedExplanation,
  type Circumstances,
  type Explanation,
} from './explanation.ts'
import type { Plan, TaskHistory } from './history.ts'
import { occurrencesIn } from './occurrences.ts'

/** Null: the stream holds nothing. */
export const explain = (
  history: TaskHistory,
  circumstances: Circumstances,
  at: Instant,
): Explanation | null => {
  const only = { after: instantAt(at - 1), through: at }
  const [planned] = occurrencesIn(history, circumstances, only, 1).occurrences
  return planned ?? explainUnplanned(history, at)
}

const explainUnplanned = ({ phases, plans }: TaskHistory, at: Instant): Explanation | null => {
  const first = phases[0]
  const plan = plans.findLast(({ from }) => from <= at) ?? plans[0]
  if (first === undefined || plan === undefined) return null
  const phase = phases.findLast(({ from }) => from <= at)
  if (phase === undefined && first.entry.event.type === 'TaskAdded')
    return outsideExplanation(at, 'not-added', first.entry, first.from)
  if (phase?.status === 'Deleted') return outsideExplanation(at, 'deleted', phase.entry, phase.from)
  if (phase?.status === 'Completed') return outsideExplanation(at, 'ended', phase.entry, phase.from)
  return unplannedExplanation(at, plan, nearestOn(plan, at))
}

const nearestOn = (plan: Plan, at: Instant): NonNullable<Explanation['nearest']> => {
  const timetable = compileTimetable(plan.definition.schedule)
  if (E.isLeft(timetable)) return { before: null, after: null }
  return {
    before: timetable.right.previous(plan.trigger, at),
    after: timetable.right.next(plan.trigger, at),
  }
}
