// The attempts of a run as its events tell them, and the run as a whole: how late it began, each call,
// and the waits between them. Pure.
import { isRight } from 'fp-ts/lib/Either.js'
import { Report, type Event, type Run } from '../api/types.ts'

export interface Attempt extends Report {
  readonly revision: number
  readonly number: number
  /** Epoch milliseconds; null: the event does not tell. */
  readonly startedMs: number | null
  readonly type: string
  readonly reason: string | null
}

export const attemptsOf = (events: readonly Event[]): readonly Attempt[] =>
  events.flatMap(({ revision, type, data }) => {
    const report = Report.decode(data['report'])
    if (!isRight(report)) return []
    const reason = data['reason']
    return [
      {
        ...report.right,
        revision,
        type,
        number: Number(data['attempt']),
        startedMs: startOf(data['report']),
        reason: typeof reason === 'string' ? reason : null,
      },
    ]
  })

const startOf = (report: unknown): number | null => {
  if (typeof report !== 'object' || report === null || !('startedAt' in report)) return null
  const at = Date.parse(String(report.startedAt))
  return Number.isNaN(at) ? null : at
}

export interface Stretch {
  readonly name: 'late' | 'attempt' | 'wait' | 'report'
  /** Of an attempt. */
  readonly number: number | null
  readonly fromMs: number
  readonly toMs: number
}

/** From the planned instant, or from the fire when there was none, to the end. */
export const stretchesOf = (
  {
    scheduledFor,
    triggeredAt,
    finishedAt,
  }: Pick<Run, 'scheduledFor' | 'triggeredAt' | 'finishedAt'>,
  attempts: readonly Attempt[],
): readonly Stretch[] => {
  const beginMs = Date.parse(scheduledFor ?? triggeredAt)
  const stretches: Stretch[] = []
  let reachedMs = 0
  const until = (name: Stretch['name'], toMs: number, number: number | null = null) => {
    if (toMs <= reachedMs) return
    stretches.push({ name, number, fromMs: reachedMs, toMs })
    reachedMs = toMs
  }
  for (const { startedMs, durationMs, number } of attempts) {
    if (startedMs === null) continue
    until(stretches.length === 0 ? 'late' : 'wait', startedMs - beginMs)
    until('attempt', startedMs - beginMs + durationMs, number)
  }
  const isAwaited = attempts.at(-1)?.type === 'RecallAccepted'
  if (isAwaited && finishedAt !== null) until('report', Date.parse(finishedAt) - beginMs)
  return stretches
}
