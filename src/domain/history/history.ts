// A task's stream folded into what questions about its past need: which plan held when, what fired,
// which spans were skipped on whose grid, and how runs ended. A skipped span is kept with the plan its
// decision began with: the events of one decision all carry the trigger that came out of it.
import type { Instant } from '../instant.ts'
import type { TriggerState } from '../schedule/schedule.ts'
import type { TaskDefinition } from '../task/definition.ts'
import type { TaskEvent, TaskEventOf } from '../task/events.ts'
import { evolve } from '../task/evolve.ts'
import type { RunId } from '../task/ids.ts'
import { absent, type TaskState } from '../task/state.ts'
import type { HistoryEntry } from './entry.ts'

/** What the task planned from `from` on; `entry` is the event that said so. */
export interface Plan {
  readonly from: Instant
  readonly definition: TaskDefinition
  readonly trigger: TriggerState
  readonly entry: HistoryEntry
}

export interface SkippedSpan {
  readonly entry: HistoryEntry
  readonly event: TaskEventOf<'OccurrencesSkipped'>
  readonly plan: Plan
  /** The pause, replace or delete the span was skipped for. */
  readonly transition: HistoryEntry | null
  /** The run that made up for it, decided with it. */
  readonly catchUp: HistoryEntry<TaskEventOf<'TaskTriggered'>> | null
}

/** A run by hand, again or in place of an old one: it took no instant of the schedule. */
export type ExtraRun = HistoryEntry<TaskEventOf<'TaskTriggered'>>

export interface Fired {
  readonly entry: HistoryEntry
  readonly event: TaskEventOf<'TaskTriggered'>
  readonly scheduledFor: Instant
}

/** From `from` on the task stood so. */
export interface Phase {
  readonly from: Instant
  readonly status: TaskState['status']
  readonly entry: HistoryEntry
  readonly plan: Plan
}

export interface RunFate {
  readonly outcome:
    'running' | 'retrying' | 'accepted' | 'succeeded' | 'failed' | 'timed-out' | 'cancelled'
  readonly entry: HistoryEntry | null
}

export interface TaskHistory {
  readonly state: TaskState
  readonly plans: readonly Plan[]
  readonly phases: readonly Phase[]
  readonly fires: readonly Fired[]
  readonly spans: readonly SkippedSpan[]
  readonly extras: readonly ExtraRun[]
  /** Runs that were never called at stand here as `running`. */
  readonly fates: ReadonlyMap<RunId, RunFate>
}

/** `entries` are oldest first, from the stream's beginning or from carried-forward books on. */
export const historyOf = (entries: readonly HistoryEntry[]): TaskHistory => {
  const plans: Plan[] = []
  const phases: Phase[] = []
  const fires: Fired[] = []
  const spans: SkippedSpan[] = []
  const extras: ExtraRun[] = []
  const fates = new Map<RunId, RunFate>()
  let state: TaskState = absent
  /** The plan before the decision whose events are being read. */
  let base: Plan | undefined
  for (const entry of entries) {
    const { event } = entry
    if (isNewDecision(state, event)) base = plans.at(-1)
    if (event.type === 'OccurrencesSkipped' && base !== undefined)
      spans.push({ entry, event, plan: base, transition: pauseIn(state, phases), catchUp: null })
    if (event.type === 'TaskTriggered' && !isVerdict(event)) extras.push({ ...entry, event })
    else if (event.type === 'TaskTriggered' && event.scheduledFor !== null) {
      fires.push({ entry, event, scheduledFor: event.scheduledFor })
      nameCatchUp(spans, { ...entry, event })
    }
    nameTransition(spans, entry)
    noteFate(fates, entry)
    const before: TaskState = state
    state = evolve(state, event)
    if (state.status === 'Absent') continue
    const from = beginningOf(event)
    const plan = planAfter(plans.at(-1), state, entry)
    if (plan !== plans.at(-1)) plans.push(plan)
    if (from !== null && (state.status !== before.status || event.type === 'TaskReplaced'))
      phases.push({ from, status: state.status, entry, plan })
  }
  return { state, plans, phases, fires, spans, extras, fates }
}

/** Manual, rerun and backfill runs take no slot of the schedule. */
const isVerdict = ({ cause }: TaskEventOf<'TaskTriggered'>): boolean =>
  cause === 'schedule' || cause === 'catch-up'

/** Every decision moves its trigger forward, and all events of one carry the same. */
const isNewDecision = (state: TaskState, event: TaskEvent): boolean =>
  state.status !== 'Absent' && 'trigger' in event && !sameTrigger(state.trigger, event.trigger)

const sameTrigger = (a: TriggerState, b: TriggerState): boolean =>
  a.decidedThrough === b.decidedThrough && a.timesTriggered === b.timesTriggered && sameGrid(a, b)

const sameGrid = (a: TriggerState, b: TriggerState): boolean =>
  a.startAt === b.startAt && a.repeatCount === b.repeatCount

const pauseIn = (state: TaskState, phases: readonly Phase[]): HistoryEntry | null =>
  state.status === 'Paused' ? (phases.at(-1)?.entry ?? null) : null

/** What a transition settles stands right before it in the same append. */
const nameTransition = (spans: SkippedSpan[], entry: HistoryEntry): void => {
  const last = spans.at(-1)
  if (last === undefined || last.transition !== null) return
  const { verdict, decidedAt } = last.event
  const { event } = entry
  const named =
    (event.type === 'TaskPaused' && verdict === 'paused' && event.pausedAt === decidedAt) ||
    (event.type === 'TaskReplaced' && verdict === 'replaced' && event.replacedAt === decidedAt) ||
    (event.type === 'TaskDeleted' && verdict === 'deleted' && event.deletedAt === decidedAt)
  if (named) spans[spans.length - 1] = { ...last, transition: entry }
}

/** What was missed and the one fire in its place are decided together. */
const nameCatchUp = (spans: SkippedSpan[], fire: ExtraRun): void => {
  if (fire.event.cause !== 'catch-up') return
  for (let n = spans.length - 1; n >= 0; n -= 1) {
    const span = spans[n]
    if (span?.event.decidedAt !== fire.event.decidedAt) return
    const { verdict } = span.event
    if (span.catchUp === null && (verdict === 'misfired' || verdict === 'paused'))
      spans[n] = { ...span, catchUp: fire }
  }
}

const planAfter = (
  before: Plan | undefined,
  state: Exclude<TaskState, { status: 'Absent' }>,
  entry: HistoryEntry,
): Plan => {
  const { definition, trigger } = state
  const defined = entry.event.type === 'TaskAdded' || entry.event.type === 'TaskReplaced'
  if (before !== undefined && !defined && sameGrid(before.trigger, trigger)) return before
  // A misfire moved the grid of the same definition, or the books begin here.
  return { from: beginningOf(entry.event) ?? trigger.decidedThrough, definition, trigger, entry }
}

const beginningOf = (event: TaskEvent): Instant | null => {
  switch (event.type) {
    case 'TaskAdded':
      return event.addedAt
    case 'TaskReplaced':
      return event.replacedAt
    case 'TaskPaused':
      return event.pausedAt
    case 'TaskResumed':
      return event.resumedAt
    case 'TaskDeleted':
      return event.deletedAt
    case 'TaskCompleted':
      return event.completedAt
    case 'TaskCarriedForward':
      return event.since
    case 'TaskTriggered':
    case 'OccurrencesSkipped':
    case 'RecallSucceeded':
    case 'RecallFailed':
    case 'RecallAccepted':
    case 'RecallTimedOut':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'RunCancelled':
      return null
  }
}

const noteFate = (fates: Map<RunId, RunFate>, entry: HistoryEntry): void => {
  const { event } = entry
  switch (event.type) {
    case 'TaskTriggered':
      fates.set(event.runId, { outcome: 'running', entry: null })
      return
    case 'RecallSucceeded':
      fates.set(event.runId, { outcome: 'succeeded', entry })
      return
    case 'RecallFailed':
      // The failure of a superseded attempt may arrive late; it changes no end.
      if (event.terminal) fates.set(event.runId, { outcome: 'failed', entry })
      else if (fates.get(event.runId)?.outcome === 'running')
        fates.set(event.runId, { outcome: 'retrying', entry })
      return
    case 'RecallAccepted':
      fates.set(event.runId, { outcome: 'accepted', entry })
      return
    case 'RecallTimedOut':
      fates.set(event.runId, { outcome: 'timed-out', entry })
      return
    case 'RunCancelled':
      fates.set(event.runId, { outcome: 'cancelled', entry })
      return
    case 'TaskAdded':
    case 'TaskReplaced':
    case 'TaskPaused':
    case 'TaskResumed':
    case 'TaskDeleted':
    case 'TaskCompleted':
    case 'OccurrencesSkipped':
    case 'RecallTakenOver':
    case 'RecallReportedLate':
    case 'TaskCarriedForward':
  }
}
