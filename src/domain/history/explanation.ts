// What became, or will become, of one instant of one task: one flat record, the same for lists and
// for the answer to a single question. `events` are those of the log the answer rests on.
import type { Instant } from '../instant.ts'
import type { Exclusions } from '../schedule/settle.ts'
import type { Cause, SkipVerdict } from '../task/events.ts'
import type { RunId } from '../task/ids.ts'
import type { EventRef, HistoryEntry } from './entry.ts'
import type { Fired, Plan, RunFate, SkippedSpan, TaskHistory } from './history.ts'

export type ExplanationVerdict =
  | 'fired'
  | SkipVerdict
  /** Planned by the task's first definition, before there was a task. */
  | 'not-added'
  /** Due, and nobody has decided yet. */
  | 'undecided'
  | 'planned'
  | 'not-on-schedule'
  | 'ended'

export interface ExplainedRun {
  readonly runId: RunId
  readonly cause: Cause
  readonly decidedAt: Instant
  readonly outcome: RunFate['outcome']
}

export interface Explanation {
  readonly at: Instant
  readonly verdict: ExplanationVerdict
  /** Whether the verdict is recorded in the log, or only what follows from it so far. */
  readonly decided: boolean
  readonly decidedAt: Instant | null
  readonly run: ExplainedRun | null
  /** The open run that stood in the way of an overlapping occurrence. */
  readonly blockedBy: RunId | null
  /** Revisions of the calendars consulted, by name. */
  readonly calendars: Readonly<Record<string, number>>
  /** The misfire instruction that held. */
  readonly misfire: string | null
  readonly catchUpMax: number | null
  /** The pause, replace, delete, add or completion that is the reason: by whom, when and why. */
  readonly change: {
    readonly type: string
    readonly at: Instant
    readonly actor: string | null
    readonly reason: string | null
    readonly source: string | null
  } | null
  /** Nearest planned instants, for an instant that is none. */
  readonly nearest: { readonly before: Instant | null; readonly after: Instant | null } | null
  readonly events: readonly EventRef[]
}

/** What an answer rests on beside the log: the time, and the calendars as they are now. */
export interface Circumstances {
  readonly now: Instant
  readonly exclusions: Exclusions | null
  /** Revision of each calendar that `exclusions` stands for. */
  readonly revisions: Readonly<Record<string, number>>
}

const plain = (at: Instant, verdict: ExplanationVerdict): Explanation => ({
  at,
  verdict,
  decided: false,
  decidedAt: null,
  run: null,
  blockedBy: null,
  calendars: {},
  misfire: null,
  catchUpMax: null,
  change: null,
  nearest: null,
  events: [],
})

const refsOf = (...entries: readonly (HistoryEntry | null | undefined)[]): EventRef[] =>
  entries.flatMap((entry) => (entry === null || entry === undefined ? [] : [entry.ref]))

const changeOf = ({ event, actor, reason, source }: HistoryEntry, at: Instant) => ({
  type: event.type,
  at,
  actor,
  reason,
  source,
})

export const firedExplanation = (
  { entry, event, scheduledFor }: Fired,
  { fates }: TaskHistory,
): Explanation => {
  const fate = fates.get(event.runId)
  return {
    ...plain(scheduledFor, 'fired'),
    decided: true,
    decidedAt: event.decidedAt,
    run: {
      runId: event.runId,
      cause: event.cause,
      decidedAt: event.decidedAt,
      outcome: fate?.outcome ?? 'running',
    },
    calendars: event.calendars,
    events: refsOf(entry, fate?.entry),
  }
}

export const skippedExplanation = (at: Instant, span: SkippedSpan): Explanation => {
  const { entry, event, plan, transition } = span
  const { verdict, decidedAt, blockedBy, calendars } = event
  const { misfire, catchUpMax } = plan.definition.schedule
  const named = verdict === 'paused' || verdict === 'replaced' || verdict === 'deleted'
  const change = named ? transition : null
  return {
    ...plain(at, verdict),
    decided: true,
    decidedAt,
    blockedBy,
    calendars,
    misfire: verdict === 'misfired' ? misfire : null,
    catchUpMax: verdict === 'catch-up-limit' ? catchUpMax : null,
    change: change === null ? null : changeOf(change, transitionAt(change) ?? decidedAt),
    events: refsOf(entry, change),
  }
}

const transitionAt = ({ event }: HistoryEntry): Instant | null => {
  if (event.type === 'TaskPaused') return event.pausedAt
  if (event.type === 'TaskCarriedForward') return event.since
  return null
}

/** A planned instant after everything decided so far. */
export const openExplanation = (
  at: Instant,
  { state, phases }: TaskHistory,
  plan: Plan,
  { now, exclusions, revisions }: Circumstances,
): Explanation => {
  const phase = phases.at(-1)
  if (state.status === 'Paused' && phase !== undefined && (state.until ?? Infinity) > at)
    return {
      ...plain(at, 'paused'),
      change: changeOf(phase.entry, phase.from),
      events: refsOf(phase.entry),
    }
  const verdict =
    exclusions?.excludes(at) === true ? 'calendar' : at <= now ? 'undecided' : 'planned'
  const calendars = verdict === 'calendar' ? revisions : {}
  return { ...plain(at, verdict), calendars, events: refsOf(plan.entry) }
}

/** An instant outside the task's life, or one that rests on a single change. */
export const outsideExplanation = (
  at: Instant,
  verdict: 'not-added' | 'deleted' | 'ended',
  entry: HistoryEntry,
  changedAt: Instant,
): Explanation => ({
  ...plain(at, verdict),
  change: changeOf(entry, changedAt),
  events: refsOf(entry),
})

export const unplannedExplanation = (
  at: Instant,
  plan: Plan,
  nearest: NonNullable<Explanation['nearest']>,
): Explanation => ({ ...plain(at, 'not-on-schedule'), nearest, events: refsOf(plan.entry) })
