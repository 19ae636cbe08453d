// Every planned instant of a window with its one explanation. Recorded verdicts come first; a skipped
// span is expanded on the grid of its own time; what no event covers is open, or lies outside the
// task's life. Bounded: no source of instants is asked for more than the page and one.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt, type Instant } from '../instant.ts'
import { compileTimetable } from '../schedule/timetable.ts'
import {
  firedExplanation,
  openExplanation,
  outsideExplanation,
  skippedExplanation,
  withOutage,
  type Circumstances,
  type Explanation,
} from './explanation.ts'
import type { Plan, SkippedSpan, TaskHistory } from './history.ts'

export interface Window {
  readonly after: Instant
  readonly through: Instant
}

export interface OccurrencePage {
  /** Oldest first. */
  readonly occurrences: readonly Explanation[]
  readonly more: boolean
}

/** Where planned instants of one kind lie: after `after`, up to `through`. */
interface Source extends Window {
  /** Of two explanations of one instant the lower rank holds. */
  readonly rank: number
  readonly instants: (window: Window, limit: number) => readonly Instant[]
  readonly explain: (at: Instant) => Explanation
}

export const occurrencesIn = (
  history: TaskHistory,
  circumstances: Circumstances,
  window: Window,
  limit: number,
): OccurrencePage => {
  const sources = sourcesOf(history, circumstances)
    .map((source) => ({ source, cut: cutTo(window, source) }))
    .filter(({ cut }) => cut.after < cut.through)
    .sort((a, b) => a.cut.after - b.cut.after)
  const found = new Map<Instant, Source>()
  let newest = -Infinity
  for (const { source, cut } of sources) {
    if (found.size > limit && cut.after >= newest) break
    for (const at of source.instants(cut, limit + 1)) {
      const known = found.get(at)
      if (known === undefined || source.rank < known.rank) found.set(at, source)
      newest = Math.max(newest, at)
    }
  }
  const inOrder = [...found].sort(([a], [b]) => a - b)
  return {
    occurrences: inOrder
      .slice(0, limit)
      .map(([at, source]) => withOutage(dueIn(source.explain(at), circumstances), circumstances)),
    more: inOrder.length > limit,
  }
}

const dueIn = (explanation: Explanation, { spreadMs }: Circumstances): Explanation =>
  spreadMs === 0 ? explanation : { ...explanation, dueAt: instantAt(explanation.at + spreadMs) }

const cutTo = (window: Window, source: Window): Window => ({
  after: instantAt(Math.max(window.after, source.after)),
  through: instantAt(Math.min(window.through, source.through)),
})

const farthest = instantAt(Infinity)
const earliest = instantAt(-Infinity)
const before = (at: Instant): Instant => instantAt(at - 1)

const sourcesOf = (history: TaskHistory, circumstances: Circumstances): Source[] => [
  ...history.fires.map((fired): Source => ({
    rank: 0,
    after: before(fired.scheduledFor),
    through: fired.scheduledFor,
    instants: () => [fired.scheduledFor],
    explain: () => firedExplanation(fired, history),
  })),
  ...history.spans.map((span): Source => ({
    // Overlapping occurrences are merged across what a calendar kept back between them.
    rank: span.event.verdict === 'overlapping' ? 2 : 1,
    after: before(span.event.first),
    through: span.event.last,
    instants: (window, limit) => instantsOfSpan(span, window, limit),
    explain: (at) => skippedExplanation(at, span, history),
  })),
  ...openSource(history, circumstances),
  ...outsideSources(history),
]

const openSource = (history: TaskHistory, circumstances: Circumstances): Source[] => {
  const { state, plans } = history
  const plan = plans.at(-1)
  if (plan === undefined || (state.status !== 'Active' && state.status !== 'Paused')) return []
  return [
    {
      rank: 3,
      after: state.trigger.decidedThrough,
      through: farthest,
      instants: (window, limit) => instantsOn(plan, window, limit),
      explain: (at) => openExplanation(at, history, plan, circumstances),
    },
  ]
}

/** Before the task was added, and while it is deleted: what would have been planned. */
const outsideSources = ({ phases }: TaskHistory): Source[] =>
  phases.flatMap((phase, n): Source[] => {
    const { from, status, entry, plan } = phase
    const source = (verdict: 'not-added' | 'deleted', window: Window): Source => ({
      rank: 4,
      ...window,
      instants: (cut, limit) => instantsOn(plan, cut, limit),
      explain: (at) => outsideExplanation(at, verdict, entry, from),
    })
    const through = phases[n + 1]?.from ?? farthest
    if (status === 'Deleted') return [source('deleted', { after: from, through })]
    return n === 0 && entry.event.type === 'TaskAdded'
      ? [source('not-added', { after: earliest, through: from })]
      : []
  })

const instantsOn = (plan: Plan, { after, through }: Window, limit: number): Instant[] => {
  const timetable = compileTimetable(plan.definition.schedule)
  // A schedule this runtime no longer understands plans nothing.
  if (E.isLeft(timetable)) return []
  const found: Instant[] = []
  let at = timetable.right.next(plan.trigger, after)
  for (; at !== null && at <= through && found.length < limit;) {
    found.push(at)
    at = timetable.right.next(plan.trigger, at)
  }
  return found
}

/** Both ends are recorded and hold whatever the grid says; a late fire stands on none. */
const instantsOfSpan = (span: SkippedSpan, window: Window, limit: number): Instant[] => {
  const { first, last, count } = span.event
  const ends = [first, last].filter((end) => end > window.after && end <= window.through)
  const between = count > 2 ? instantsOn(span.plan, window, limit) : []
  const all = new Set([...ends, ...between])
  return [...all].sort((a, b) => a - b).slice(0, limit)
}
