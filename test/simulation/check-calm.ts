// Once nothing goes wrong any more, nothing is late, nothing is done twice, and nobody gets in
// anybody's way. This is where it shows that a process has forgotten something which others, or the
// next change of a task, would put right in time.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Call } from './callees.ts'
import { dataOf, ms, newDefinition, type Definition } from './planned.ts'
import type { Finding } from './reference.ts'

/** Whoever stood still goes on, and what was under way and who looks after what has settled by then. */
export const settledAfterMs = 70_000
const lateMaxMs = 2_000

export const checkCalm = (
  log: readonly RecordedEvent[],
  heard: readonly Call[],
  {
    from,
    until,
    conflicts,
  }: { readonly from: number; readonly until: number; readonly conflicts: number },
): Finding[] => {
  const findings: Finding[] = []
  if (conflicts > 0)
    findings.push({
      stream: 'calm',
      what: `${conflicts} appends met another process's in the calm`,
    })
  const calls = new Map<string, Call[]>()
  for (const call of heard)
    if (call.at < until) calls.set(call.runId, [...(calls.get(call.runId) ?? []), call])
  const definitions = new Map<string, Definition>()
  for (const event of log) {
    const definition = newDefinition(event)
    if (definition !== null) definitions.set(event.stream, definition)
    if (event.type !== 'TaskTriggered') continue
    if (event.recordedAtMs < from || event.recordedAtMs >= until) continue
    const data = dataOf(event)
    const say = (what: string) =>
      findings.push({ stream: event.stream, what: `in the calm, run ${data.runId ?? ''} ${what}` })
    const { jitterMs = 0 } = definitions.get(event.stream)?.schedule ?? {}
    const lateMs = ms(data['decidedAt']) - ms(data['scheduledFor'])
    if (data['cause'] === 'schedule' && lateMs > lateMaxMs + jitterMs)
      say(`was decided ${lateMs} ms late`)
    const made = calls.get(data.runId ?? '') ?? []
    if (made.length > 1) say(`was called ${made.length} times`)
  }
  return findings
}

/** A pause with an end has ended by then. */
export const checkEnds = (log: readonly RecordedEvent[], now: number): Finding[] => {
  const pausedUntil = new Map<string, number>()
  for (const event of log) {
    const { until } = event.data as { until?: string | null }
    if (event.type === 'TaskPaused' && typeof until === 'string')
      pausedUntil.set(event.stream, ms(until))
    else if (
      event.type === 'TaskPaused' ||
      /^Task(Added|Replaced|Resumed|Deleted)$/.test(event.type)
    )
      pausedUntil.delete(event.stream)
  }
  return [...pausedUntil].flatMap(([stream, until]) =>
    until < now
      ? [{ stream, what: `its pause should have ended at ${new Date(until).toISOString()}` }]
      : [],
  )
}
