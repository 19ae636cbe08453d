// The reference model: what must be true of a log, written as naively as it can be. It shares no
// code with the scheduler: planned instants are counted with a loop, verdicts looked up one by one.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'

export interface Finding {
  readonly stream: string
  readonly what: string
}

interface Verdict {
  readonly from: number
  readonly to: number
  readonly what: string
}

/** Grid of the schedules the simulation uses: an endless interval, or a cron that is one. */
interface Grid {
  readonly everyMs: number
  readonly offsetMs: number
}

const terminalTypes = new Set(['RecallSucceeded', 'RecallTimedOut', 'RunCancelled'])

const ms = (iso: unknown): number => Date.parse(String(iso))

const isTerminal = (event: RecordedEvent): boolean =>
  terminalTypes.has(event.type) ||
  (event.type === 'RecallFailed' && (event.data as { retryAt: unknown }).retryAt === null)

/** Empty: nothing is wrong. `until`: everything planned before this must have been decided. */
export const checkLog = (log: readonly RecordedEvent[], until: number): Finding[] => {
  const streams = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const events = streams.get(event.stream) ?? []
    events.push(event)
    streams.set(event.stream, events)
  }
  return [...streams].flatMap(([stream, events]) =>
    [...checkRuns(events, until), ...checkVerdicts(events, until), ...checkPauses(events)].map(
      (what) => ({
        stream,
        what,
      }),
    ),
  )
}

/** Every run begins once and ends once; those that began after `until` may still be under way. */
const checkRuns = (events: readonly RecordedEvent[], until: number): string[] => {
  const ends = new Map<string, number>()
  const findings: string[] = []
  for (const event of events) {
    const { runId } = event.data as { runId?: string }
    if (runId === undefined) continue
    if (event.type === 'TaskTriggered') {
      if (ends.has(runId)) findings.push(`run ${runId} was triggered twice`)
      ends.set(runId, 0)
    }
    if (isTerminal(event)) ends.set(runId, (ends.get(runId) ?? 0) + 1)
  }
  const late = new Set(
    events
      .filter((event) => event.type === 'TaskTriggered' && event.recordedAtMs > until)
      .map((event) => (event.data as { runId: string }).runId),
  )
  for (const [runId, count] of ends)
    if (count !== 1 && !(count === 0 && late.has(runId)))
      findings.push(`run ${runId} has ${count} terminal events`)
  return findings
}

const gridOf = (definition: {
  schedule: {
    type: string
    expression?: string
    intervalMs?: number
    startAt?: string
    repeatCount?: number
  }
}): Grid | null => {
  const { schedule } = definition
  if (schedule.type === 'simple')
    return schedule.repeatCount === -1
      ? { everyMs: schedule.intervalMs ?? 0, offsetMs: ms(schedule.startAt) }
      : null
  const seconds = /^0\/(\d+) \* \* \* \* \?$/.exec(schedule.expression ?? '')
  return seconds === null ? null : { everyMs: Number(seconds[1]) * 1000, offsetMs: 0 }
}

/** Every planned instant of every life has exactly one verdict. */
const checkVerdicts = (events: readonly RecordedEvent[], until: number): string[] => {
  const verdicts: Verdict[] = []
  for (const event of events) {
    const data = event.data as Record<string, unknown>
    if (event.type === 'TaskTriggered' && data['scheduledFor'] !== null) {
      const at = ms(data['scheduledFor'])
      verdicts.push({ from: at, to: at, what: `fired at revision ${event.revision}` })
    }
    if (event.type === 'OccurrencesSkipped')
      verdicts.push({
        from: ms(data['first']),
        to: ms(data['last']),
        what: `${String(data['verdict'])} at revision ${event.revision}`,
      })
  }
  const findings: string[] = []
  for (const life of livesOf(events, until)) {
    if (life.grid === null) continue
    const { everyMs, offsetMs } = life.grid
    const first = offsetMs + Math.ceil((life.from - offsetMs) / everyMs) * everyMs
    for (let instant = first; instant <= life.to; instant += everyMs) {
      const found = verdicts.filter((verdict) => verdict.from <= instant && instant <= verdict.to)
      if (found.length === 1) continue
      const what = found.map((verdict) => verdict.what).join(', ')
      findings.push(`${new Date(instant).toISOString()} has ${found.length} verdicts: ${what}`)
    }
  }
  return findings
}

interface Life {
  readonly grid: Grid | null
  /** Planned instants in [from, to], both inclusive. */
  readonly from: number
  readonly to: number
}

/** These carry the trigger of the life they begin. */
const defining = new Set(['TaskAdded', 'TaskReplaced'])

const decidedThroughOf = (data: Record<string, unknown>): number => {
  const { trigger } = data as { trigger?: { decidedThrough: string } }
  return trigger === undefined ? Number.NEGATIVE_INFINITY : ms(trigger.decidedThrough)
}

const livesOf = (events: readonly RecordedEvent[], until: number): Life[] => {
  const lives: Life[] = []
  let open: { grid: Grid | null; from: number } | null = null
  let before = Number.NEGATIVE_INFINITY
  let paused = false
  const close = (at: number) => {
    if (open !== null) lives.push({ ...open, to: at })
    open = null
    before = Math.max(before, at)
  }
  for (const event of events) {
    const data = event.data as Record<string, unknown>
    const decided = decidedThroughOf(data)
    switch (event.type) {
      case 'TaskAdded':
      case 'TaskReplaced': {
        const at = ms(data['addedAt'] ?? data['replacedAt'])
        close(at)
        const grid = gridOf(data['definition'] as Parameters<typeof gridOf>[0])
        const simple =
          (data['definition'] as { schedule: { type: string } }).schedule.type === 'simple'
        // A fresh simple trigger plans from its start on, also when that has passed.
        const start = simple ? (grid?.offsetMs ?? at) : at + 1
        const from = simple && lives.length === 0 ? start : Math.max(start, at + 1)
        open = { grid, from: Math.max(from, before + 1) }
        paused = false
        break
      }
      case 'TaskPaused':
        paused = true
        break
      case 'TaskResumed':
        paused = false
        break
      case 'TaskDeleted':
      case 'TaskCompleted':
        close(ms(data['deletedAt'] ?? data['completedAt']))
        break
    }
    // A clock that is set back does not take back what was decided.
    if (!defining.has(event.type)) before = Math.max(before, decided)
  }
  // What a pause swallowed gets its verdict on resuming.
  if (!paused) close(until)
  return lives
}

/** Nothing is decided by the schedule while a task is paused or deleted, and no pause ends by itself. */
const checkPauses = (events: readonly RecordedEvent[]): string[] => {
  const findings: string[] = []
  let stopped: string | null = 'not added'
  let pausedUntil = Number.POSITIVE_INFINITY
  for (const event of events) {
    const { cause } = event.data as { cause?: string }
    const bySchedule = cause === 'schedule' || cause === 'catch-up'
    if (event.type === 'TaskTriggered' && bySchedule && stopped !== null)
      findings.push(`revision ${event.revision} fired while ${stopped}`)
    if (event.type === 'TaskPaused') {
      stopped = 'paused'
      const { until } = event.data as { until: string | null }
      pausedUntil = until === null ? Number.POSITIVE_INFINITY : ms(until)
    }
    if (event.type === 'TaskResumed') {
      const { source } = event.metadata as { source: string }
      const { resumedAt } = event.data as { resumedAt: string }
      if (source === 'scheduler' && ms(resumedAt) < pausedUntil)
        findings.push(`revision ${event.revision} resumed what nobody asked to resume`)
    }
    if (event.type === 'TaskDeleted') stopped = 'deleted'
    if (['TaskAdded', 'TaskReplaced', 'TaskResumed'].includes(event.type)) stopped = null
  }
  return findings
}
