// What would be decided? The task's own rules, run over a stretch of time without appending: the
// same commands the scheduler and a person would give, each at its instant. Runs are taken to end
// at once, because how long a callee would have taken is not known. A generator, so that whoever
// runs it can let other work go first; it gives up after so many decisions and says how far it came.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { nextPlanned } from '../schedule/settle.ts'
import { compileTimetable } from '../schedule/timetable.ts'
import type { PlanningContext, TaskCommand } from '../task/commands.ts'
import { taskDecider } from '../task/decider.ts'
import type { TaskDefinition } from '../task/definition.ts'
import type { Cause, SkipVerdict, TaskEvent } from '../task/events.ts'
import type { RunId, TaskId } from '../task/ids.ts'
import { spreadOf } from '../task/occurrences.ts'
import type { TaskRejection } from '../task/rejections.ts'
import type { TaskState } from '../task/state.ts'

export interface Play {
  readonly taskId: TaskId
  /** Names the runs that are not run. */
  readonly runId: RunId
  /** How the task stands at `begin`. */
  readonly state: TaskState
  readonly begin: Instant
  /** Planned instants after this are left alone. */
  readonly through: Instant
  readonly context: PlanningContext
  /** What replaces the task at `begin`; null: nothing does. */
  readonly definition: TaskDefinition | null
  /** A pause in the stretch; null: none beside those the task is in. */
  readonly pause: { readonly from: Instant; readonly to: Instant } | null
}

export interface PlayedSkip {
  readonly verdict: SkipVerdict
  readonly first: Instant
  readonly last: Instant
  readonly count: number
}

export interface Played {
  readonly fires: readonly { readonly at: Instant; readonly cause: Cause }[]
  readonly skips: readonly PlayedSkip[]
  /** Everything planned up to here has been decided. */
  readonly through: Instant
  readonly complete: boolean
}

export const decisionsMax = 10_000

export function* play(asked: Play): Generator<void, E.Either<TaskRejection, Played>> {
  const { through } = asked
  const fires: { at: Instant; cause: Cause }[] = []
  const skips: PlayedSkip[] = []
  let state: TaskState = { ...asked.state, runs: new Map() }
  let now = asked.begin
  const script = scriptOf(asked)
  for (let decisions = 0; ; decisions += 1) {
    const scripted = script[0]
    const due = dueOf(asked, state, now)
    const isScripted = scripted !== undefined && scripted.issuedAt <= (due?.issuedAt ?? Infinity)
    const step = isScripted ? script.shift() : due
    if (step === undefined || step === null || step.issuedAt > endOf(asked, state)) break
    if (decisions >= decisionsMax) return E.right({ fires, skips, through: now, complete: false })
    now = step.issuedAt
    const decided = taskDecider.decide(step, state)
    // A pause or a resume of what has ended changes nothing.
    if (E.isLeft(decided) && step.type === 'AddTask') return decided
    const events = E.isLeft(decided) ? [] : decided.right
    if (events.length === 0 && !isScripted) break
    note(events, fires, skips, through)
    state = { ...events.reduce(taskDecider.evolve, state), runs: new Map() }
    yield
  }
  return E.right({
    fires,
    skips: [...skips, ...stillPaused(state, through)],
    through,
    complete: true,
  })
}

/** What a pause that outlasts the stretch keeps from firing is told on resuming, beyond it. */
const stillPaused = (state: TaskState, through: Instant): readonly PlayedSkip[] => {
  if (state.status !== 'Paused') return []
  const { definition, trigger } = state
  const timetable = compileTimetable(definition.schedule)
  if (E.isLeft(timetable)) return []
  const span = timetable.right.span(trigger, trigger.decidedThrough, through)
  return span === null ? [] : [{ verdict: 'paused', ...span }]
}

/** What is done to the task, in order of time. */
const scriptOf = ({ taskId, begin, definition, pause, runId, context }: Play): TaskCommand[] => {
  const at = (instant: Instant) => ({ taskId, issuedAt: instantAt(Math.max(begin, instant)) })
  return [
    ...(definition === null
      ? []
      : ([{ type: 'AddTask', ...at(begin), definition, replace: true }] as const)),
    ...(pause === null
      ? []
      : ([
          { type: 'PauseTask', ...at(pause.from), until: null },
          { type: 'ResumeTask', ...at(pause.to), runId, context },
        ] as const)),
  ]
}

/** What the scheduler would do next, and when; never before `now`. */
const dueOf = (asked: Play, state: TaskState, now: Instant): TaskCommand | null => {
  const { taskId, runId, context } = asked
  const at = (instant: number) => ({ taskId, issuedAt: instantAt(Math.max(now, instant)) })
  if (state.status === 'Paused')
    return state.until === null ? null : { type: 'ResumeTask', ...at(state.until), runId, context }
  if (state.status !== 'Active') return null
  const { schedule } = state.definition
  const timetable = compileTimetable(schedule)
  const next = E.isLeft(timetable) ? null : nextPlanned(timetable.right, state.trigger)
  if (next === null) return null
  return {
    type: 'DecideOccurrences',
    ...at(next + spreadOf(taskId, schedule.jitterMs)),
    runId,
    context,
  }
}

/** Spread occurrences are decided later than they are planned. */
const endOf = ({ taskId, through }: Play, state: TaskState): number =>
  through + (state.status === 'Absent' ? 0 : spreadOf(taskId, state.definition.schedule.jitterMs))

const note = (
  events: readonly TaskEvent[],
  fires: { at: Instant; cause: Cause }[],
  skips: PlayedSkip[],
  through: Instant,
): void => {
  for (const event of events) {
    if (event.type === 'TaskTriggered' && event.scheduledFor !== null) {
      if (event.scheduledFor <= through) fires.push({ at: event.scheduledFor, cause: event.cause })
    } else if (event.type === 'OccurrencesSkipped' && event.first <= through) {
      const { verdict, first, last, count } = event
      skips.push({ verdict, first, last, count })
    }
  }
}
