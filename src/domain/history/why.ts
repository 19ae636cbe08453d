// Why did this task fire at this instant, or why not? A planned instant has the explanation that
// stands in the list of occurrences; any other lies outside the task's life, or between two instants
// of the plan that held then.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { compileTimetable } from '../schedule/timetable.ts'
import {
  extraExplanation,
  outsideExplanation,
  unplannedExplanation,
  type Circumstances,
  type Explanation,
} from './explanation.ts'
import type { ExtraRun, Plan, TaskHistory } from './history.ts'
import { occurrencesIn } from './occurrences.ts'

/** Null: the stream holds nothing. */
export const explain = (
  history: TaskHistory,
  circumstances: Circumstances,
  at: Instant,
): Explanation | null => {
  const { spreadMs } = circumstances
  return (
    planned(history, circumstances, at) ??
    // With a jitter a task is due later than planned, and either instant may be meant.
    (spreadMs > 0 ? planned(history, circumstances, instantAt(at - spreadMs)) : null) ??
    explainUnplanned(history, at)
  )
}

const planned = (
  history: TaskHistory,
  circumstances: Circumstances,
  at: Instant,
): Explanation | null => {
  const only = { after: instantAt(at - 1), through: at }
  return occurrencesIn(history, circumstances, only, 1).occurrences[0] ?? null
}

const explainUnplanned = (history: TaskHistory, at: Instant): Explanation | null => {
  const { phases, plans } = history
  const first = phases[0]
  const n = plans.findLastIndex(({ from }) => from <= at)
  const plan = plans[Math.max(0, n)]
  if (first === undefined || plan === undefined) return null
  const extra = extraAt(history, at)
  if (extra !== undefined) return extraExplanation(at, extra, history)
  const phase = phases.findLast(({ from }) => from <= at)
  if (phase === undefined && first.entry.event.type === 'TaskAdded')
    return outsideExplanation(at, 'not-added', first.entry, first.from)
  if (phase?.status === 'Deleted') return outsideExplanation(at, 'deleted', phase.entry, phase.from)
  if (phase?.status === 'Completed') return outsideExplanation(at, 'ended', phase.entry, phase.from)
  const before = plan.entry.event.type === 'TaskReplaced' ? plans[n - 1] : undefined
  const had = before !== undefined && nearestOn(before, instantAt(at - 1)).after === at
  return unplannedExplanation(at, plan, nearestOn(plan, at), had ? plan : null)
}

/** People ask by the second. */
const extraAt = ({ extras }: TaskHistory, at: Instant): ExtraRun | undefined =>
  extras.find(({ event: { decidedAt, cause } }) =>
    cause === 'backfill' ? false : decidedAt === at || secondOf(decidedAt) === at,
  )

const secondOf = (at: Instant): number => Math.floor(at / 1_000) * 1_000

const nearestOn = (plan: Plan, at: Instant): NonNullable<Explanation['nearest']> => {
  const timetable = compileTimetable(plan.definition.schedule)
  if (E.isLeft(timetable)) return { before: null, after: null }
  return {
    before: timetable.right.previous(plan.trigger, at),
    after: timetable.right.next(plan.trigger, at),
  }
}
