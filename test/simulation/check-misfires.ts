// What a task's own words say of instants that were not decided in time, asked of each decision by
// itself: which of them are fired late, which are given up, and why.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import {
  dataOf,
  gridOf,
  ms,
  newDefinition,
  plannedIn,
  spreadOf,
  type Definition,
  type Trigger,
} from './planned.ts'

interface Decision {
  readonly definition: Definition
  readonly revision: number
  /** As of which planned instants are due; the task's share of its jitter lies behind them. */
  readonly now: number
  /** The trigger that was met. */
  readonly before: Trigger | null
  isResume: boolean
  readonly onTime: number[]
  readonly late: number[]
  readonly skips: { readonly verdict: string; readonly first: number; readonly last: number }[]
  overlapping: number
}

export const checkMisfires = (events: readonly RecordedEvent[]): string[] =>
  decisionsOf(events)
    // What a calendar takes away makes no misfire; those decisions have a check of their own.
    .filter(({ definition }) => definition.schedule.calendars.length === 0)
    .flatMap((decision) =>
      problemsOf(decision).map((what) => `revision ${decision.revision} ${what}`),
    )

/** Events of one decision of the scheduler share a correlation id. */
const decisionsOf = (events: readonly RecordedEvent[]): readonly Decision[] => {
  const decisions = new Map<string, Decision>()
  let definition: Definition | null = null
  let trigger: Trigger | null = null
  for (const event of events) {
    const data = dataOf(event)
    const { correlationId } = event.metadata as { readonly correlationId: string }
    const known = decisions.get(correlationId)
    const cause = String(data['cause'])
    const bySchedule = cause === 'schedule' || cause === 'catch-up'
    const isVerdict =
      event.type === 'OccurrencesSkipped' || (event.type === 'TaskTriggered' && bySchedule)
    if (definition !== null && (isVerdict || event.type === 'TaskResumed')) {
      const decidedAt = ms(data['decidedAt'] ?? data['resumedAt'])
      const isOfPause = event.type === 'TaskResumed' || data['verdict'] === 'paused'
      const spread = isOfPause ? 0 : spreadOf(event.stream, definition.schedule.jitterMs)
      const decision = known ?? {
        definition,
        revision: event.revision,
        now: decidedAt - spread,
        before: trigger,
        isResume: false,
        onTime: [],
        late: [],
        skips: [],
        overlapping: 0,
      }
      note(decision, event)
      decisions.set(correlationId, decision)
    }
    definition = newDefinition(event) ?? definition
    trigger = data.trigger ?? trigger
  }
  return [...decisions.values()].filter(isOfSchedule)
}

/** What a pause, a replace or a delete settles is no decision of the schedule. */
const isOfSchedule = ({ skips, isResume }: Decision): boolean =>
  !skips.some(
    ({ verdict }) =>
      verdict === 'replaced' || verdict === 'deleted' || (verdict === 'paused' && !isResume),
  )

const note = (decision: Decision, event: RecordedEvent): void => {
  const data = dataOf(event)
  if (event.type === 'TaskResumed') decision.isResume = true
  else if (event.type === 'TaskTriggered')
    (data['cause'] === 'schedule' ? decision.onTime : decision.late).push(ms(data['scheduledFor']))
  else if (data['verdict'] === 'overlapping') decision.overlapping += Number(data['count'])
  else
    decision.skips.push({
      verdict: String(data['verdict']),
      first: ms(data['first']),
      last: ms(data['last']),
    })
}

/** How many late fires the instruction grants: none, one for all that was missed, or each. */
const grants = ({ definition, before }: Decision): 'none' | 'one' | 'each' => {
  const { type, misfire } = definition.schedule
  if (misfire === 'ignore') return 'each'
  if (type === 'cron') return misfire === 'doNothing' ? 'none' : 'one'
  if (misfire === 'smart') return before !== null && before.repeatCount < 0 ? 'none' : 'one'
  return misfire === 'nextExisting' || misfire === 'nextRemaining' ? 'none' : 'one'
}

const isNowPlanned = ({ definition, before, now }: Decision): boolean => {
  const grid = before === null ? null : gridOf(definition, before)
  return grid !== null && [...plannedIn(grid, now, now)].length === 1
}

const problemsOf = (decision: Decision): string[] => {
  const { definition, now, late, skips, overlapping, isResume } = decision
  const { misfireThresholdMs, catchUpMax, catchUpWindowMs, endAt } = definition.schedule
  const granted = grants(decision)
  const missed = skips.filter(({ verdict }) => verdict === 'misfired' || verdict === 'paused')
  const limited = skips.filter(({ verdict }) => verdict === 'catch-up-limit')
  const tooOld = catchUpWindowMs === null ? Number.NEGATIVE_INFINITY : now - catchUpWindowMs
  const fires = late.length + decision.onTime.length + overlapping
  const problems: string[] = []
  if (granted === 'none' && late.length > 0) problems.push('fires late what was to be left')
  const isOver = endAt !== null && ms(endAt) <= now + 1
  const swallowed = Math.max(...missed.map(({ last }) => last))
  if (granted === 'one' && missed.length > 0 && fires === 0 && !isOver && swallowed >= tooOld)
    problems.push('leaves what was to be fired late')
  if (limited.some(({ last }) => last >= tooOld) && fires < catchUpMax)
    problems.push('names a limit that was not reached')
  // One fire stands for all that was missed, and is as old as the newest of it.
  const isNewestTooOld =
    granted === 'one' && missed.length > 0 && swallowed < tooOld && !isNowPlanned(decision)
  if (late.some((at) => at < tooOld) || (late.length > 0 && isNewestTooOld))
    problems.push('fires late what is too old for it')
  if (isResume) return problems
  const all = [...late, ...decision.onTime, ...skips.map(({ first }) => first)]
  const isLate = Math.min(...all) <= now - misfireThresholdMs
  if (skips.some(({ verdict }) => verdict === 'misfired') && (!isLate || granted === 'each'))
    problems.push('gives up what is no misfire')
  if (isLate && granted !== 'each' && decision.onTime.length > 0)
    problems.push('fires in time beside a misfire')
  if (!isLate && overlapping === 0 && late.length > 0) problems.push('calls late what is in time')
  return problems
}
