// What became, or will become, of one instant of one task: one flat record, the same for lists and
// for the answer to a single question. `events` are those of the log the answer rests on.
import type { Instant } from '../instant.ts'
import type { Exclusions } from '../schedule/settle.ts'
import type { Cause, SkipVerdict, TaskEventOf } from '../task/events.ts'
import type { OverlapPolicy } from '../task/definition.ts'
import type { RunId } from '../task/ids.ts'
import type { EventRef, HistoryEntry } from './entry.ts'
import { outageWithin, type Outage } from './outages.ts'
import type { ExtraRun, Fired, Plan, RunFate, SkippedSpan, TaskHistory } from './history.ts'

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
  /** Planned for `at`, but only due then: the task's jitter puts it there. Null without jitter. */
  readonly dueAt: Instant | null
  /** The run it fired; of an instant that was missed, the one that made up for it. */
  readonly run: ExplainedRun | null
  /** The open run that stood in the way of an overlapping occurrence. */
  readonly blockedBy: RunId | null
  /** Revisions of the calendars consulted, by name. */
  readonly calendars: Readonly<Record<string, number>>
  /** The overlap policy by which it stood in the way. */
  readonly overlap: OverlapPolicy | null
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
  /** Nobody was there to decide it in time: from when to when (null: still), and why. */
  readonly outage: Pick<Outage, 'from' | 'to' | 'because' | 'node'> | null
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
  /** When nobody decided, oldest first. */
  readonly outages: readonly Outage[]
  /** How much later than planned the task is due. */
  readonly spreadMs: number
}

const plain = (at: Instant, verdict: ExplanationVerdict): Explanation => ({
  at,
  verdict,
  decided: false,
  decidedAt: null,
  dueAt: null,
  run: null,
  blockedBy: null,
  overlap: null,
  calendars: {},
  misfire: null,
  catchUpMax: null,
  change: null,
  outage: null,
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
): Explanation => ({
  ...plain(scheduledFor, 'fired'),
  decided: true,
  decidedAt: event.decidedAt,
  run: runOf(event, fates),
  calendars: event.calendars,
  events: refsOf(entry, fates.get(event.runId)?.entry),
})

/** Somebody ran it then, whatever the schedule says. */
export const extraExplanation = (
  at: Instant,
  extra: ExtraRun,
  { fates }: TaskHistory,
): Explanation => ({
  ...plain(at, 'fired'),
  decided: true,
  decidedAt: extra.event.decidedAt,
  run: runOf(extra.event, fates),
  change: changeOf(extra, extra.event.decidedAt),
  events: refsOf(extra, fates.get(extra.event.runId)?.entry),
})

const runOf = (
  { runId, cause, decidedAt }: TaskEventOf<'TaskTriggered'>,
  fates: TaskHistory['fates'],
): ExplainedRun => ({ runId, cause, decidedAt, outcome: fates.get(runId)?.outcome ?? 'running' })

export const skippedExplanation = (
  at: Instant,
  span: SkippedSpan,
  { fates }: TaskHistory,
): Explanation => {
  const { entry, event, plan, transition, catchUp } = span
  const { verdict, decidedAt, blockedBy, calendars } = event
  const { schedule, policy } = plan.definition
  const { misfire, catchUpMax } = schedule
  const named = verdict === 'paused' || verdict === 'replaced' || verdict === 'deleted'
  const change = named ? transition : null
  return {
    ...plain(at, verdict),
    decided: true,
    decidedAt,
    run: catchUp === null ? null : runOf(catchUp.event, fates),
    blockedBy,
    overlap: verdict === 'overlapping' ? policy.overlap : null,
    calendars,
    misfire: verdict === 'misfired' ? misfire : null,
    catchUpMax: verdict === 'catch-up-limit' ? catchUpMax : null,
    change: change === null ? null : changeOf(change, transitionAt(change) ?? decidedAt),
    events: refsOf(entry, change, catchUp),
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
  { now, exclusions, revisions, spreadMs }: Circumstances,
): Explanation => {
  const phase = phases.at(-1)
  if (state.status === 'Paused' && phase !== undefined && (state.until ?? Infinity) > at)
    return {
      ...plain(at, 'paused'),
      change: changeOf(phase.entry, phase.from),
      events: refsOf(phase.entry),
    }
  const verdict =
    exclusions?.excludes(at) === true ? 'calendar' : at + spreadMs <= now ? 'undecided' : 'planned'
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

/** `until`: the replacement before which the schedule had this instant. */
export const unplannedExplanation = (
  at: Instant,
  plan: Plan,
  nearest: NonNullable<Explanation['nearest']>,
  until: Plan | null,
): Explanation => ({
  // Behind the last instant the schedule has ended; whether it was decided is another matter.
  ...plain(at, nearest.after === null ? 'ended' : 'not-on-schedule'),
  nearest,
  change: until === null ? null : changeOf(until.entry, until.from),
  events: refsOf(plan.entry),
})

/** Later than this is not in time. */
export const inTimeMs = 1_000

/** An instant that was not decided in time: whether that is because nobody was there. */
export const withOutage = (
  explanation: Explanation,
  { now, outages, spreadMs }: Circumstances,
): Explanation => {
  const { at, decidedAt } = explanation
  const lateMs = (decidedAt ?? now) - at - spreadMs
  if (!askWhoWasThere(explanation) || lateMs <= inTimeMs) return explanation
  const outage = outageWithin(outages, at, decidedAt ?? now)
  if (outage === null) return explanation
  const { events, ...shown } = outage
  return { ...explanation, outage: shown, events: [...explanation.events, ...events] }
}

const askWhoWasThere = ({ verdict }: Explanation): boolean => {
  switch (verdict) {
    case 'fired':
    case 'misfired':
    case 'catch-up-limit':
    case 'expired':
    case 'undecided':
      return true
    case 'paused':
    case 'replaced':
    case 'deleted':
    case 'overlapping':
    case 'calendar':
    case 'not-added':
    case 'planned':
    case 'not-on-schedule':
    case 'ended':
      return false
  }
}
