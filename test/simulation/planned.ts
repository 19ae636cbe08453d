// Which instants a stream of events has planned, counted with a loop: no code is shared with the
// schedules of the product. A task's history falls into stretches, each with one grid of instants; a
// new one begins when the task is added or replaced, and when a misfire moves a simple trigger.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'

/** Instants offset + n × every, from the offset (n = 0) on where `countMax` or `everyMs` 0 says so. */
export interface Grid {
  readonly everyMs: number
  readonly offsetMs: number
  /** Instants in all; null: endless. */
  readonly countMax: number | null
  /** The last instant at which it may fire. */
  readonly endMs: number
  readonly isSimple: boolean
}

export interface Stretch {
  readonly grid: Grid
  /** Planned instants in [from, to] have their verdict, both inclusive. */
  readonly from: number
  readonly to: number
  /** Revisions of the events decided on this grid, from the first that could to the last. */
  readonly fromRevision: number
  readonly toRevision: number
  /** It is the task's grid still. */
  readonly isCurrent: boolean
}

export interface Trigger {
  readonly decidedThrough: string
  readonly startAt: string | null
  readonly repeatCount: number
  readonly timesTriggered: number
}

export interface Definition {
  readonly schedule: {
    readonly type: string
    readonly expression?: string
    readonly intervalMs?: number
    readonly endAt: string | null
    readonly misfire: string
    readonly misfireThresholdMs: number
    readonly catchUpMax: number
    readonly catchUpWindowMs: number | null
    readonly jitterMs: number
    readonly calendars: readonly string[]
  }
  readonly policy: {
    readonly overlap: string
    readonly timeoutMs: number
    readonly concurrencyMax: number | null
    readonly reportDeadlineMs: number
    readonly retries: {
      readonly max: number
      readonly backoffMs: number
      readonly factor: number
      readonly backoffMaxMs: number
      readonly jitter: number
    }
  }
}

export const ms = (iso: unknown): number => Date.parse(String(iso))

export const dataOf = (event: RecordedEvent) =>
  event.data as Readonly<Record<string, unknown>> & {
    readonly runId?: string
    readonly trigger?: Trigger
    readonly definition?: Definition
  }

/** What the task is from this event on; null: what it was. */
export const newDefinition = (event: RecordedEvent): Definition | null =>
  event.type === 'TaskAdded' || event.type === 'TaskReplaced'
    ? (dataOf(event).definition ?? null)
    : null

/** Null: a loop cannot count it. */
export const gridOf = ({ schedule }: Definition, trigger: Trigger): Grid | null => {
  const endMs = schedule.endAt === null ? Number.POSITIVE_INFINITY : ms(schedule.endAt)
  if (schedule.type === 'simple') {
    const { repeatCount } = trigger
    return {
      everyMs: schedule.intervalMs ?? 0,
      offsetMs: ms(trigger.startAt),
      countMax: repeatCount === -1 ? null : repeatCount + 1,
      // A simple trigger's end is the first instant that is too late.
      endMs: endMs - 1,
      isSimple: true,
    }
  }
  const fields = (schedule.expression ?? '').split(' ')
  const field = fields.findIndex((text) => text.startsWith('0/'))
  const everyMs = Number(fields[field]?.slice(2)) * (field === 0 ? 1_000 : 60_000)
  if (!(everyMs > 0)) return null
  return { everyMs, offsetMs: 0, countMax: null, endMs, isSimple: false }
}

/** Planned instants in [from, to]. */
export function* plannedIn(grid: Grid, from: number, to: number): Generator<number> {
  const { everyMs, offsetMs, countMax, endMs, isSimple } = grid
  let n =
    everyMs === 0 ? 0 : Math.max(Math.ceil((from - offsetMs) / everyMs), isSimple ? 0 : -Infinity)
  for (; countMax === null || n < countMax; n += 1) {
    const instant = offsetMs + n * everyMs
    // The first fire of a simple trigger does not ask for its end.
    if (instant > to || (instant > endMs && !(isSimple && n === 0))) return
    if (instant >= from) yield instant
    if (everyMs === 0) return
  }
}

/** How long after they are planned a task's occurrences are due: FNV-1a of its stream's name. */
export const spreadOf = (stream: string, jitterMs: number): number => {
  if (jitterMs === 0) return 0
  let hash = 0x811c9dc5n
  for (const letter of stream)
    hash = ((hash ^ BigInt(letter.charCodeAt(0))) * 0x01000193n) % 0x100000000n
  return Number(hash % BigInt(jitterMs))
}

const settling = new Set(['TaskAdded', 'TaskReplaced'])

/** `until`: of a task that goes on, everything planned before this must have been decided. */
export const stretchesOf = (events: readonly RecordedEvent[], until: number): Stretch[] => {
  const stretches: Stretch[] = []
  let open: Omit<Stretch, 'to' | 'toRevision' | 'isCurrent'> | null = null
  let definition: Definition | null = null
  let trigger: Trigger | null = null
  let pausedAt: number | null = null
  let before = Number.NEGATIVE_INFINITY

  /** Whether there was one to close. */
  const close = (to: number, toRevision: number, isCurrent = false): boolean => {
    if (open === null) return false
    stretches.push({ ...open, to, toRevision, isCurrent })
    open = null
    return true
  }
  const begin = (fromRevision: number): void => {
    if (definition === null || trigger === null) return
    const from = ms(trigger.decidedThrough) + 1
    const grid = gridOf(definition, trigger)
    open = grid === null ? null : { grid, from, fromRevision }
  }

  for (const event of events) {
    const data = dataOf(event)
    const { revision, type } = event
    const known: Trigger | null = trigger
    if (settling.has(type)) {
      // What came before is decided up to here, however late that is known.
      const at = ms(data['addedAt'] ?? data['replacedAt'])
      close(Math.max(at, before), revision - 1)
      definition = data.definition ?? null
      trigger = data.trigger ?? null
      pausedAt = null
      begin(revision)
    } else if (data.trigger !== undefined) {
      trigger = data.trigger
      const isMoved =
        known !== null &&
        (known.startAt !== trigger.startAt || known.repeatCount !== trigger.repeatCount)
      if (isMoved && close(ms(trigger.decidedThrough), revision)) begin(revision)
    }
    if (type === 'TaskPaused') pausedAt ??= ms(data['pausedAt'])
    if (type === 'TaskResumed') pausedAt = null
    if (type === 'TaskDeleted') close(Math.max(before, ms(data['deletedAt'])), revision)
    if (type === 'TaskCompleted') close(ms(data['completedAt']), revision, true)
    if (data.trigger !== undefined) before = Math.max(before, ms(data.trigger.decidedThrough))
  }
  // What a pause swallowed gets its verdict on resuming.
  close(pausedAt === null ? until : Math.min(until, pausedAt), events.length, true)
  return stretches
}
