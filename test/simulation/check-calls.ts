// What callees heard, held against the log: each call belongs to a run and carries its id, its attempt
// and its time limit; nobody is called again after the end; every outcome was heard by somebody, and
// each is told once.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Call } from './callees.ts'
import { isTerminal } from './check-runs.ts'
import { newDefinition, type Definition } from './planned.ts'
import type { Finding } from './reference.ts'

interface Run {
  readonly definition: Definition
  readonly waitsFor: string | null
  end: RecordedEvent | null
  /** Outcomes that a process wrote down, by attempt. */
  readonly told: Map<number, number>
  /** Good outcomes, with the process that wrote them. */
  readonly good: { readonly attempt: number; readonly node: string; readonly said: string }[]
}

/** A process that knew nothing of the end has lost its office by then. */
const callsLateMaxMs = 15_000

const saidBy: Readonly<Record<string, string>> = {
  RecallSucceeded: 'succeeded',
  RecallAccepted: 'accepted',
}

const runsOf = (log: readonly RecordedEvent[]): ReadonlyMap<string, Run> => {
  const runs = new Map<string, Run>()
  const definitions = new Map<string, Definition>()
  for (const event of log) {
    const definition = newDefinition(event)
    if (definition !== null) definitions.set(event.stream, definition)
    const { runId, waitsFor } = event.data as { runId?: string; waitsFor?: string | null }
    const current = definitions.get(event.stream)
    if (runId === undefined || current === undefined) continue
    if (event.type === 'TaskTriggered')
      runs.set(runId, {
        definition: current,
        waitsFor: waitsFor ?? null,
        end: null,
        told: new Map(),
        good: [],
      })
    const run = runs.get(runId)
    if (run === undefined) continue
    if (isTerminal(event)) run.end ??= event
    const { attempt, report } = event.data as { attempt?: number | null; report?: object | null }
    const isOutcome = event.type.startsWith('Recall') && event.type !== 'RecallTakenOver'
    const { source, node } = event.metadata as { source: string; node: string }
    if (!isOutcome || source !== 'recall' || report === null || typeof attempt !== 'number')
      continue
    run.told.set(attempt, (run.told.get(attempt) ?? 0) + 1)
    const said = saidBy[event.type]
    if (said !== undefined) run.good.push({ attempt, node, said })
  }
  return runs
}

/** `answered`: see World. */
export const checkCalls = (
  log: readonly RecordedEvent[],
  heard: readonly Call[],
  answered: ReadonlyMap<string, number>,
): Finding[] => {
  const runs = runsOf(log)
  const findings: Finding[] = []
  const calls = new Map<string, Call[]>()
  for (const call of heard) {
    const { runId, attempt, node, stream } = call
    const say = (what: string) =>
      findings.push({
        stream,
        what: `run ${runId}, called by ${node} as attempt ${attempt}, ${what}`,
      })
    const known = calls.get(runId) ?? []
    calls.set(runId, [...known, call])
    const run = runs.get(runId)
    if (run === undefined) say('does not exist')
    else {
      checkCall(call, run, runs, say)
      checkEnded(call, run, answered, say)
    }
    if (known.some((earlier) => earlier.node === node && earlier.attempt >= attempt))
      say('was called so before')
  }
  for (const [runId, { told }] of runs)
    for (const [attempt, times] of told) {
      const ofRun = calls.get(runId) ?? []
      const made = ofRun.filter((call) => call.attempt === attempt)
      if (times > made.length)
        findings.push({
          stream: made[0]?.stream ?? ofRun[0]?.stream ?? 'nobody',
          what: `attempt ${attempt} of run ${runId} ended ${times} times and was called ${made.length} times`,
        })
    }
  for (const [runId, { good }] of runs)
    for (const { attempt, node, said } of good) {
      const made = calls
        .get(runId)
        ?.filter((call) => call.attempt === attempt && call.node === node)
      if (made?.some((call) => call.said() === said)) continue
      const what = `${node} says that attempt ${attempt} of run ${runId} ${said}; the callee did not`
      findings.push({ stream: calls.get(runId)?.[0]?.stream ?? 'nobody', what })
    }
  return [...findings, ...checkTogether(heard, runs)]
}

const checkCall = (
  { body, runId, timeoutMs, at }: Call,
  { definition, waitsFor }: Run,
  runs: ReadonlyMap<string, Run>,
  say: (what: string) => void,
): void => {
  if (!body.includes(`"tasklogid":"${runId}"`)) say('was not told its id')
  if (timeoutMs !== definition.policy.timeoutMs) say(`was given ${timeoutMs} ms`)
  const awaited = waitsFor === null ? undefined : runs.get(waitsFor)
  if (awaited !== undefined && (awaited.end === null || awaited.end.recordedAtMs > at))
    say(`did not wait for ${waitsFor}`)
}

/** Who has ended a run knows of it once that is answered; others, once they have lost their office. */
const checkEnded = (
  { stream, at, node }: Call,
  { end }: Run,
  answered: ReadonlyMap<string, number>,
  say: (what: string) => void,
): void => {
  if (end === null) return
  const { node: by } = end.metadata as { node: string }
  const known = by === node ? answered.get(`${stream}@${end.revision}`) : undefined
  const lateMs = at - end.recordedAtMs
  if (lateMs > callsLateMaxMs || (known !== undefined && known < at))
    say(`had ended ${lateMs} ms before`)
}

/** Limits of one task hold in each process. */
const checkTogether = (heard: readonly Call[], runs: ReadonlyMap<string, Run>): Finding[] => {
  const underWay = new Map<string, Call[]>()
  return heard.flatMap((call) => {
    const max = runs.get(call.runId)?.definition.policy.concurrencyMax ?? null
    // Each counts those that are called under the same limit.
    const place = `${call.node} ${call.stream} ${max}`
    const others = (underWay.get(place) ?? []).filter(({ endedAt }) => endedAt() > call.at)
    underWay.set(place, [...others, call])
    if (max === null || others.length < max) return []
    return [
      { stream: call.stream, what: `run ${call.runId} is called beside ${others.length} others` },
    ]
  })
}
