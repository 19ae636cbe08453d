// The fold: copies what an event says into the state. Total over every event and every state, so
// that a replay of any log this product ever wrote ends somewhere sensible.
import type { Instant } from '../instant.ts'
import { sinceChangeAfter } from './changes.ts'
import type { TaskDefinition } from './definition.ts'
import type { TaskEvent, TaskEventOf } from './events.ts'
import type { RunId } from './ids.ts'
import type { OpenRun, TaskState, Withdrawal } from './state.ts'

type Runs = ReadonlyMap<RunId, OpenRun>

export const evolve = (state: TaskState, event: TaskEvent): TaskState => {
  const uncarried = state.uncarried + 1
  const sinceChange = sinceChangeAfter(state.sinceChange, event)
  switch (event.type) {
    case 'TaskAdded':
      return registered(event, event.addedAt, event.addedAt, state.runs, uncarried)
    case 'TaskReplaced': {
      const addedAt = state.status === 'Absent' ? event.replacedAt : state.addedAt
      const runs = withdrawUnbegun(state.runs, 'replaced')
      return registered(event, addedAt, event.replacedAt, runs, uncarried)
    }
    case 'TaskPaused':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return {
        ...books(state),
        status: 'Paused',
        until: event.until,
        since: event.pausedAt,
        trigger: event.trigger,
        runs: withdrawUnbegun(state.runs, 'paused'),
        uncarried,
        sinceChange,
      }
    case 'TaskResumed':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return {
        ...books(state),
        status: 'Active',
        since: event.resumedAt,
        trigger: event.trigger,
        uncarried,
        sinceChange,
      }
    case 'TaskDeleted':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return {
        ...books(state),
        status: 'Deleted',
        since: event.deletedAt,
        // The clock may have been set back since the newest decision, which still stands.
        trigger: {
          ...state.trigger,
          decidedThrough: later(state.trigger.decidedThrough, event.deletedAt),
        },
        runs: withdrawUnbegun(state.runs, 'deleted'),
        uncarried,
        sinceChange,
      }
    case 'TaskCompleted':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return {
        ...books(state),
        status: 'Completed',
        since: event.completedAt,
        uncarried,
        sinceChange,
      }
    case 'TaskTriggered':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return {
        ...state,
        trigger: event.trigger,
        runs: withRun(state.runs, runStarted(event, state.definition)),
        uncarried,
        sinceChange,
      }
    case 'OccurrencesSkipped':
      if (state.status === 'Absent') return { ...state, uncarried, sinceChange }
      return { ...state, trigger: event.trigger, uncarried, sinceChange }
    case 'RecallSucceeded':
    case 'RecallTimedOut':
    case 'RunCancelled':
      return { ...state, runs: withoutRun(state.runs, event.runId), uncarried, sinceChange }
    case 'RecallFailed':
      return { ...state, runs: runFailed(state.runs, event), uncarried, sinceChange }
    case 'RecallAccepted':
      return {
        ...state,
        runs: changeRun(state.runs, event.runId, (run) => ({
          ...run,
          phase: 'accepted',
          phaseAt: event.deadlineAt,
          withdraw: null,
        })),
        uncarried,
        sinceChange,
      }
    case 'RecallTakenOver':
      return {
        ...state,
        runs: changeRun(state.runs, event.runId, (run) => ({
          ...run,
          attempt: event.attempt,
          phase: 'calling',
          phaseAt: event.takenOverAt,
        })),
        uncarried,
        sinceChange,
      }
    case 'RecallReportedLate':
      return { ...state, uncarried, sinceChange }
    case 'TaskCarriedForward':
      return unpack(event)
  }
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

// The fields every registered status shares, without those of one status alone.
const books = (state: Exclude<TaskState, { status: 'Absent' }>) => ({
  definition: state.definition,
  trigger: state.trigger,
  addedAt: state.addedAt,
  since: state.since,
  runs: state.runs,
})

const registered = (
  event: TaskEventOf<'TaskAdded' | 'TaskReplaced'>,
  addedAt: OpenRun['triggeredAt'],
  since: OpenRun['triggeredAt'],
  runs: Runs,
  uncarried: number,
): TaskState => ({
  status: 'Active',
  definition: event.definition,
  trigger: event.trigger,
  addedAt,
  since,
  runs,
  uncarried,
  // To be added or replaced is to be changed.
  sinceChange: 0,
})

const runStarted = (event: TaskEventOf<'TaskTriggered'>, definition: TaskDefinition): OpenRun => ({
  runId: event.runId,
  cause: event.cause,
  scheduledFor: event.scheduledFor,
  triggeredAt: event.decidedAt,
  definition: event.definition ?? definition,
  attempt: 1,
  retriesUsed: 0,
  waitsFor: event.waitsFor,
  phase: event.startAt === undefined ? 'calling' : 'waiting',
  phaseAt: event.startAt ?? event.decidedAt,
  withdraw: null,
})

const withRun = (runs: Runs, run: OpenRun): Runs => new Map(runs).set(run.runId, run)

const withoutRun = (runs: Runs, runId: RunId): Runs => {
  if (!runs.has(runId)) return runs
  const rest = new Map(runs)
  rest.delete(runId)
  return rest
}

const changeRun = (runs: Runs, runId: RunId, change: (run: OpenRun) => OpenRun): Runs => {
  const run = runs.get(runId)
  return run === undefined ? runs : withRun(runs, change(run))
}

const runFailed = (runs: Runs, event: TaskEventOf<'RecallFailed'>): Runs => {
  if (event.terminal) return withoutRun(runs, event.runId)
  const { attempt, retryAt } = event
  return changeRun(runs, event.runId, (run) =>
    attempt < run.attempt || retryAt === null
      ? run
      : {
          ...run,
          attempt: attempt + 1,
          retriesUsed: run.retriesUsed + 1,
          phase: 'waiting',
          phaseAt: retryAt,
        },
  )
}

// Runs of which no attempt is known to have begun. A person's own runs outlive pause and replace.
const withdrawUnbegun = (runs: Runs, because: Withdrawal): Runs => {
  if (runs.size === 0) return runs
  const marked = new Map(runs)
  for (const run of runs.values()) {
    const personal = run.cause === 'manual' || run.cause === 'rerun'
    const unbegun = run.phase === 'calling' && run.attempt === 1
    if (unbegun && run.withdraw === null && (because === 'deleted' || !personal))
      marked.set(run.runId, { ...run, withdraw: because })
  }
  return marked
}

const unpack = (event: TaskEventOf<'TaskCarriedForward'>): TaskState => {
  const definitionAt = (index: number): TaskDefinition =>
    event.definitions[index] ?? (event.definitions[0] as TaskDefinition)
  const shared = {
    definition: definitionAt(event.definition),
    trigger: event.trigger,
    addedAt: event.addedAt,
    since: event.since,
    runs: new Map(
      event.runs.map((run) => [run.runId, { ...run, definition: definitionAt(run.definition) }]),
    ),
    uncarried: 0,
    sinceChange: sinceChangeAfter(0, event),
  }
  return event.status === 'Paused'
    ? { status: 'Paused', until: event.pausedUntil, ...shared }
    : { status: event.status, ...shared }
}
