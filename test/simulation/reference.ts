// The reference model: what must be true of a log, written as naively as it can be. It shares no
// code with the scheduler: planned instants are counted with a loop, verdicts looked up one by one.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { checkCalendars } from './check-calendars.ts'
import { checkDecisions } from './check-decisions.ts'
import { checkMisfires } from './check-misfires.ts'
import { checkRuns } from './check-runs.ts'
import { dataOf, ms, plannedIn, stretchesOf } from './planned.ts'

export interface Finding {
  readonly stream: string
  readonly what: string
}

/**
 * Everything planned before `until` must have been decided, and every run decided before it must have
 * ended; both by the shared clock. Empty: nothing is wrong.
 */
export const checkLog = (log: readonly RecordedEvent[], until: number): Finding[] => {
  const streams = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const events = streams.get(event.stream)
    if (events === undefined) streams.set(event.stream, [event])
    else events.push(event)
  }
  return [...streams].flatMap(([stream, events]) =>
    stream.startsWith('task-')
      ? [
          ...checkRevisions(events),
          ...checkRuns(events, until),
          ...checkVerdicts(events, until),
          ...checkDecisions(events, until),
          ...checkMisfires(events),
          ...checkPauses(events),
          ...checkCalendars(events, streams),
        ].map((what) => ({ stream, what }))
      : [],
  )
}

const checkRevisions = (events: readonly RecordedEvent[]): string[] =>
  events.flatMap(({ revision }, n) =>
    revision === n ? [] : [`revision ${revision} stands at ${n}`],
  )

/** Every planned instant of every stretch has exactly one verdict, and spans count what they hold. */
const checkVerdicts = (events: readonly RecordedEvent[], until: number): string[] => {
  const fires = new Map<number, number>()
  const spans: { readonly from: number; readonly to: number; readonly what: string }[] = []
  for (const event of events) {
    const data = dataOf(event)
    if (event.type === 'TaskTriggered' && data['scheduledFor'] !== null) {
      const at = ms(data['scheduledFor'])
      fires.set(at, (fires.get(at) ?? 0) + 1)
    }
    if (event.type === 'OccurrencesSkipped') {
      const what = `${String(data['verdict'])} at revision ${event.revision}`
      spans.push({ from: ms(data['first']), to: ms(data['last']), what })
    }
  }
  const findings: string[] = []
  for (const { grid, from, to } of stretchesOf(events, until)) {
    const near = spans.filter((span) => span.to >= from && span.from <= to)
    for (const instant of plannedIn(grid, from, to)) {
      const skipped = near.filter((span) => span.from <= instant && instant <= span.to)
      const fired = fires.get(instant) ?? 0
      if (fired + skipped.length === 1) continue
      const what = [`fired ${fired} times`, ...skipped.map((span) => span.what)].join(', ')
      const at = new Date(instant).toISOString()
      findings.push(`${at} has ${fired + skipped.length} verdicts: ${what}`)
    }
  }
  return findings
}

/** Nothing is decided by the schedule while a task is paused or deleted, and no pause ends by itself. */
const checkPauses = (events: readonly RecordedEvent[]): string[] => {
  const findings: string[] = []
  let stopped: string | null = 'not added'
  let pausedUntil = Number.POSITIVE_INFINITY
  for (const event of events) {
    const data = dataOf(event)
    const { cause } = event.data as { cause?: string }
    const bySchedule = cause === 'schedule' || cause === 'catch-up'
    if (event.type === 'TaskTriggered' && bySchedule && stopped !== null)
      findings.push(`revision ${event.revision} fired while ${stopped}`)
    if (event.type === 'TaskPaused') {
      stopped = 'paused'
      pausedUntil = data['until'] === null ? Number.POSITIVE_INFINITY : ms(data['until'])
    }
    if (event.type === 'TaskResumed') {
      const { source } = event.metadata as { source: string }
      if (source === 'scheduler' && ms(data['resumedAt']) < pausedUntil)
        findings.push(`revision ${event.revision} resumed what nobody asked to resume`)
    }
    if (event.type === 'TaskDeleted') stopped = 'deleted'
    if (event.type === 'TaskCompleted') stopped = 'completed'
    if (['TaskAdded', 'TaskReplaced', 'TaskResumed'].includes(event.type)) stopped = null
  }
  return findings
}
