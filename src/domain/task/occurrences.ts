// What becomes of planned occurrences: each due instant gets exactly one verdict. The schedule says
// what is due and what was missed; here the overlap policy has its say, and the verdicts become
// events that carry the resulting trigger.
import * as E from 'fp-ts/lib/Either.js'
import type { Consulted } from '../calendar/snapshot.ts'
import { instantAt, type Instant } from '../instant.ts'
import type { TriggerState } from '../schedule/schedule.ts'
import { settleDue, type DueVerdict } from '../schedule/settle.ts'
import { compileTimetable, type Span } from '../schedule/timetable.ts'
import { isBackfillToCome } from './backfill.ts'
import type { DecideOccurrences, ResumeTask } from './commands.ts'
import type { TaskEvent, TaskEventOf } from './events.ts'
import { runIdAfter, streamOfTask, type RunId, type TaskId } from './ids.ts'
import type { TaskRejection } from './rejections.ts'
import type { Active, Paused, TaskState } from './state.ts'

type Decision = E.Either<TaskRejection, readonly TaskEvent[]>
type DueFire = Pick<Extract<DueVerdict, { type: 'fire' }>, 'cause' | 'scheduledFor'>

export const decideOccurrences = (command: DecideOccurrences, state: TaskState): Decision => {
  const { taskId, issuedAt, context } = command
  if (state.status !== 'Active') return E.right([])
  const { schedule } = state.definition
  const { exclusions, revisions } = context.calendars.consult(taskId.tenant, schedule.calendars)
  const timetable = compileTimetable(schedule)
  if (E.isLeft(timetable))
    return E.left({ type: 'ScheduleInvalid', taskId, problem: timetable.left })
  const { verdicts, trigger, next } = settleDue({
    schedule,
    timetable: timetable.right,
    trigger: state.trigger,
    now: instantAt(issuedAt - spreadOf(taskId, schedule.jitterMs)),
    exclusions,
  })
  if (verdicts.length === 0) return E.right([])
  const skippedSpans = verdicts.filter((verdict) => verdict.type === 'skip')
  const skips = skippedSpans.map((skip): TaskEvent => ({
    type: 'OccurrencesSkipped',
    verdict: skip.verdict,
    first: skip.first,
    last: skip.last,
    count: skip.count,
    countExact: skip.countExact,
    decidedAt: issuedAt,
    blockedBy: null,
    trigger,
    calendars: revisions,
  }))
  const fires = verdicts.filter((verdict) => verdict.type === 'fire')
  return E.right([
    ...skips,
    ...fireAll(command, state, { fires, trigger, revisions, between: skippedSpans }),
    ...completionIfExhausted(next, issuedAt),
  ])
}

export const completionIfExhausted = (next: Instant | null, completedAt: Instant): TaskEvent[] =>
  next === null ? [{ type: 'TaskCompleted', completedAt }] : []

/**
 * How much later than planned a task's occurrences are due: a stable share of its jitter window,
 * from a hash of its key (FNV-1a), so that equal schedules spread out and stay where they are.
 */
export const spreadOf = (taskId: TaskId, jitterMs: number): number => {
  if (jitterMs <= 0) return 0
  let hash = 0x811c9dc5
  for (const unit of streamOfTask(taskId)) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193)
  return (hash >>> 0) % jitterMs
}

interface Fires {
  /** Oldest first, as are the spans between them that have a verdict of their own. */
  readonly fires: readonly DueFire[]
  readonly between: readonly Pick<Span, 'first' | 'last'>[]
  readonly trigger: TriggerState
  readonly revisions: Consulted['revisions']
}

/**
 * Fires in order, each subject to the overlap policy; overlapping ones merge into one skipped span, as
 * far as nothing lies between them that was skipped for another reason.
 */
export const fireAll = (
  command: DecideOccurrences | ResumeTask,
  state: Active | Paused,
  { fires, between, trigger, revisions }: Fires,
): TaskEvent[] => {
  const events: TaskEvent[] = []
  let passed = 0
  const { overlap } = state.definition.policy
  const inTheWay = [...state.runs.values()].filter((run) => !isBackfillToCome(run))
  let newestOpen: RunId | null = inTheWay.at(-1)?.runId ?? null
  let queued = [...state.runs.values()].some(
    (run) => run.waitsFor !== null && state.runs.has(run.waitsFor),
  )
  let started = 0
  for (const fire of fires) {
    const blocked =
      newestOpen !== null && (overlap === 'skip' || (overlap === 'queueOne' && queued))
    const before = passed
    while ((between[passed]?.first ?? Infinity) < fire.scheduledFor) passed += 1
    if (blocked) {
      const place = { at: fire.scheduledFor, goesOn: passed === before }
      pushOverlapping(events, place, command.issuedAt, newestOpen, trigger)
      continue
    }
    const runId = runIdAfter(command.runId, started++)
    const waitsFor: RunId | null = overlap === 'queueOne' ? newestOpen : null
    if (waitsFor !== null) queued = true
    newestOpen = runId
    events.push({
      type: 'TaskTriggered',
      runId,
      cause: fire.cause,
      scheduledFor: fire.scheduledFor,
      decidedAt: command.issuedAt,
      waitsFor,
      trigger,
      calendars: revisions,
      tzVersion: command.context.tzVersion,
    })
  }
  return events
}

const pushOverlapping = (
  events: TaskEvent[],
  { at, goesOn }: { readonly at: Instant; readonly goesOn: boolean },
  decidedAt: Instant,
  blockedBy: RunId | null,
  trigger: TriggerState,
): void => {
  const last = events.at(-1)
  const before: TaskEventOf<'OccurrencesSkipped'> | null =
    goesOn && last?.type === 'OccurrencesSkipped' ? last : null
  if (before !== null) events.pop()
  events.push({
    type: 'OccurrencesSkipped',
    verdict: 'overlapping',
    first: before?.first ?? at,
    last: at,
    count: (before?.count ?? 0) + 1,
    countExact: true,
    decidedAt,
    blockedBy,
    trigger,
    calendars: {},
  })
}
