// Each run's life, told by its events alone: it begins once, its attempts are counted without a gap,
// it is retried as often as its policy says, nothing follows its end but what is called late, and
// it does not overlap where it must not.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { dataOf, ms, type Definition } from './planned.ts'

interface Run {
  readonly definition: Definition
  readonly began: RecordedEvent
  readonly waitsFor: string | null
  attempt: number
  retries: number
  /** When the next thing is due to happen to it, if that was put off. */
  putOffTo: number | null
  /** Its callee is at it, and will report. */
  isAccepted: boolean
  /** Attempts whose outcome stands in the log, with the process that made the call. */
  readonly told: Set<string>
  ends: number
}

const terminalTypes = new Set(['RecallSucceeded', 'RecallTimedOut', 'RunCancelled'])

export const isTerminal = (event: RecordedEvent): boolean =>
  terminalTypes.has(event.type) ||
  (event.type === 'RecallFailed' && (event.data as { retryAt: unknown }).retryAt === null)

export const checkRuns = (events: readonly RecordedEvent[], until: number): string[] => {
  const findings: string[] = []
  const runs = new Map<string, Run>()
  let definition: Definition | null = null
  let deleted = false
  for (const event of events) {
    const data = dataOf(event)
    const { type, revision } = event
    const say = (what: string) => findings.push(`revision ${revision} ${what}`)
    if (type === 'TaskDeleted') deleted = true
    if (type === 'TaskAdded' || type === 'TaskReplaced') {
      deleted = false
      definition = data.definition ?? null
    }
    const { runId } = data
    if (runId === undefined || definition === null) continue
    if (type === 'TaskTriggered') {
      if (runs.has(runId)) findings.push(`run ${runId} was triggered twice`)
      checkOverlap(event, definition, runs, say)
      runs.set(runId, newRun(event, definition))
      continue
    }
    const run = runs.get(runId)
    if (type === 'RecallReportedLate') {
      if (run !== undefined && run.ends === 0) say(`calls a report on open run ${runId} late`)
      continue
    }
    if (run === undefined) {
      say(`is about run ${runId}, which never began`)
      continue
    }
    if (run.ends > 0) say(`comes after the end of run ${runId}`)
    follow(run, event, deleted, say)
    if (isTerminal(event)) run.ends += 1
  }
  // A clock set back leaves what was put off further ahead than the calm lasts.
  const mayBeOpen = ({ began, waitsFor, putOffTo }: Run): boolean => {
    const before = waitsFor === null ? undefined : runs.get(waitsFor)
    return (
      ms(dataOf(began)['decidedAt']) > until ||
      (putOffTo ?? 0) > until ||
      (before?.ends === 0 && mayBeOpen(before))
    )
  }
  for (const [runId, run] of runs)
    if (run.ends !== 1 && !(run.ends === 0 && mayBeOpen(run)))
      findings.push(`run ${runId} has ${run.ends} terminal events`)
  return findings
}

const newRun = (began: RecordedEvent, definition: Definition): Run => ({
  definition,
  began,
  waitsFor: (began.data as { waitsFor: string | null }).waitsFor,
  attempt: 1,
  retries: 0,
  putOffTo: null,
  isAccepted: false,
  told: new Set(),
  ends: 0,
})

const checkOverlap = (
  event: RecordedEvent,
  { policy }: Definition,
  runs: ReadonlyMap<string, Run>,
  say: (what: string) => void,
): void => {
  const { cause, waitsFor } = event.data as { cause: string; waitsFor: string | null }
  if (cause !== 'schedule' && cause !== 'catch-up') return
  const open = [...runs.values()].filter(({ ends }) => ends === 0)
  if (policy.overlap === 'skip' && open.length > 0) say('fired beside an open run')
  if (policy.overlap === 'queueOne' && open.length > 0 && waitsFor === null)
    say('fired beside an open run, and does not wait for it')
  const waits = open.some((run) => run.waitsFor !== null && runs.get(run.waitsFor)?.ends === 0)
  if (policy.overlap === 'queueOne' && waits) say('fired although one is waiting')
}

/** How an event moves its run on, and whether it may. */
const follow = (
  run: Run,
  { type, data: stored, metadata }: RecordedEvent,
  deleted: boolean,
  say: (what: string) => void,
): void => {
  const data = stored as {
    runId: string
    attempt?: number
    retryAt?: string | null
    deadlineAt?: string
    acceptedAt?: string
    timedOutAt?: string
    finishedAt?: string
    because?: string
    report?: object | null
  }
  const { runId, attempt = 0, report = null } = data
  if (type === 'RunCancelled') {
    if (run.isAccepted && data.because !== 'person')
      say(`withdraws run ${runId}, which was accepted`)
    const { cause } = run.began.data as { readonly cause: string }
    const isByHand = cause === 'manual' || cause === 'rerun'
    if (isByHand && (data.because === 'paused' || data.because === 'replaced'))
      say(`withdraws run ${runId}, which somebody has asked for`)
    return
  }
  if (type === 'RecallTakenOver') {
    if (attempt !== run.attempt + 1) say(`takes run ${runId} over as attempt ${attempt}`)
    run.attempt = attempt
    run.putOffTo = null
    return
  }
  if (attempt > run.attempt || attempt < 1)
    say(`tells of attempt ${attempt} of run ${runId}, which had only ${run.attempt}`)
  if (type === 'RecallAccepted') {
    run.isAccepted = true
    run.putOffTo = ms(data.deadlineAt)
    const { reportDeadlineMs } = run.definition.policy
    if (run.putOffTo - ms(data.acceptedAt) !== reportDeadlineMs)
      say(`gives the callee of run ${runId} other than ${reportDeadlineMs} ms to report`)
  }
  if (type === 'RecallTimedOut' && !(ms(data.timedOutAt) >= (run.putOffTo ?? Infinity)))
    say(`gives run ${runId} up before its deadline`)
  if (type !== 'RecallFailed') return
  // A callee may report what it has answered; which attempt it means, nobody can tell. A retry that one
  // process has begun and not told of before it stood still is begun by another as the same attempt.
  const { node } = metadata as { readonly node: string }
  const call = `${attempt} by ${node}`
  if (report !== null && run.told.has(call))
    say(`tells the end of attempt ${call} of run ${runId} again`)
  if (report !== null) run.told.add(call)
  if (data.retryAt === null && attempt < run.attempt)
    say(`ends run ${runId} by the failure of attempt ${attempt}, while ${run.attempt} goes on`)
  const { max, ...backoff } = run.definition.policy.retries
  if (data.retryAt === null && run.retries < max && !deleted)
    say(`ends run ${runId} after ${run.retries} of ${max} retries`)
  if (data.retryAt === null || attempt < run.attempt) return
  if (deleted) say(`tries run ${runId} again after its task was deleted`)
  run.isAccepted = false
  run.putOffTo = ms(data.retryAt)
  const waitMax = Math.min(backoff.backoffMaxMs, backoff.backoffMs * backoff.factor ** run.retries)
  const waits = run.putOffTo - ms(data.finishedAt)
  if (waits > waitMax || Math.ceil(waits) < Math.floor(waitMax * (1 - backoff.jitter)))
    say(`tries run ${runId} again after ${waits} ms`)
  run.attempt += 1
  run.retries += 1
  if (run.retries > max) say(`tries run ${runId} ${run.retries} times again, ${max} allowed`)
}
