// What must be true of the log and of the deliveries, whatever befell the processes. Shares no code
// with the service: verdicts are counted instant by instant against the planned ones.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Delivery } from './receiver.ts'
import { plannedInstants, type ChaosTask } from './tasks.ts'

export interface ChaosReport {
  readonly findings: readonly string[]
  readonly planned: number
  readonly fired: number
  readonly skipped: number
  readonly runs: number
  readonly deliveries: number
  readonly repeatedDeliveries: number
  readonly takeOvers: number
  readonly failed: number
}

interface Data {
  readonly [key: string]: unknown
  readonly runId?: string
}

const dataOf = (event: RecordedEvent): Data => event.data as Data
const instant = (iso: unknown): number => Date.parse(String(iso))

const isTerminal = (event: RecordedEvent): boolean =>
  event.type === 'RecallSucceeded' ||
  event.type === 'RecallTimedOut' ||
  event.type === 'RunCancelled' ||
  (event.type === 'RecallFailed' && dataOf(event)['retryAt'] === null)

export const openRuns = (log: readonly RecordedEvent[]): number => {
  const open = new Set<string>()
  for (const event of log) {
    const { runId } = dataOf(event)
    if (runId === undefined) continue
    if (event.type === 'TaskTriggered') open.add(runId)
    if (isTerminal(event)) open.delete(runId)
  }
  return open.size
}

export const checkChaos = (
  log: readonly RecordedEvent[],
  tasks: readonly ChaosTask[],
  deliveries: readonly Delivery[],
): ChaosReport => {
  const streams = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const events = streams.get(event.stream) ?? []
    events.push(event)
    streams.set(event.stream, events)
  }
  const findings: string[] = []
  const counts = { planned: 0, fired: 0, skipped: 0 }
  for (const task of tasks) {
    const events = streams.get(`task-${task.name}`) ?? []
    events.forEach(({ revision }, n) => {
      if (revision !== n) findings.push(`${task.name}: revision ${n} is missing`)
    })
    for (const what of checkVerdicts(task, events, counts)) findings.push(`${task.name}: ${what}`)
  }
  findings.push(...checkRuns(log, deliveries))
  const typed = (type: string): number => log.filter((event) => event.type === type).length
  return {
    findings,
    ...counts,
    runs: typed('TaskTriggered'),
    deliveries: deliveries.length,
    repeatedDeliveries: deliveries.length - new Set(deliveries.map(({ runId }) => runId)).size,
    takeOvers: typed('RecallTakenOver'),
    failed: typed('RecallFailed'),
  }
}

const checkVerdicts = (
  task: ChaosTask,
  events: readonly RecordedEvent[],
  counts: { planned: number; fired: number; skipped: number },
): string[] => {
  const added = events.find(({ type }) => type === 'TaskAdded')
  const paused = events.findLast(({ type }) => type === 'TaskPaused')
  if (added === undefined || paused === undefined) return ['was not added, or not paused']
  const addedAt = instant(dataOf(added)['addedAt'])
  // What was decided while the pause was on its way is decided, though it lies after its instant.
  const decided = events
    .filter(({ revision }) => revision < paused.revision)
    .map((event) => (dataOf(event)['trigger'] as Data | undefined)?.['decidedThrough'])
    .map((through) => (through === undefined ? 0 : instant(through)))
  const until = Math.max(instant(dataOf(paused)['pausedAt']), ...decided)
  const planned = plannedInstants(task, addedAt, until)
  const verdicts = new Map(planned.map((at) => [at, [] as string[]]))
  const findings: string[] = []
  for (const [n, event] of events.entries()) {
    const data = dataOf(event)
    const before = events[n - 1]
    const told = `${event.type} at revision ${event.revision}`
    if (event.type === 'TaskTriggered' && data['scheduledFor'] !== null) {
      counts.fired += 1
      const found = verdicts.get(instant(data['scheduledFor']))
      // One run that makes up for a span of misfires has the time of its decision.
      const makesUp = data['cause'] === 'catch-up' && before?.type === 'OccurrencesSkipped'
      if (found !== undefined) found.push(told)
      else if (!makesUp)
        findings.push(`${told}: ${JSON.stringify(data['scheduledFor'])} was not planned`)
    }
    if (event.type === 'OccurrencesSkipped')
      for (let at = instant(data['first']); at <= instant(data['last']); at += task.everyMs) {
        counts.skipped += 1
        verdicts.get(at)?.push(`${told} (${String(data['verdict'])})`)
      }
  }
  counts.planned += planned.length
  for (const [at, found] of verdicts)
    if (found.length !== 1)
      findings.push(
        `${new Date(at).toISOString()} has ${found.length} verdicts: ${found.join(', ')}`,
      )
  return findings
}

/** Every run ends once, was delivered unless it was withdrawn, and is the only one of its instant. */
const checkRuns = (log: readonly RecordedEvent[], deliveries: readonly Delivery[]): string[] => {
  const findings: string[] = []
  const ends = new Map<string, string[]>()
  for (const event of log) {
    const { runId } = dataOf(event)
    if (runId === undefined) continue
    if (event.type === 'TaskTriggered') {
      if (ends.has(runId)) findings.push(`run ${runId} was triggered twice`)
      ends.set(runId, [])
    }
    if (isTerminal(event)) ends.get(runId)?.push(event.type)
  }
  const delivered = new Set(deliveries.map(({ runId }) => runId))
  for (const [runId, ended] of ends) {
    if (ended.length !== 1)
      findings.push(`run ${runId} has ${ended.length} ends: ${ended.join(', ')}`)
    if (!delivered.has(runId) && ended[0] !== 'RunCancelled')
      findings.push(`run ${runId} was never delivered`)
  }
  const runOf = new Map<string, string>()
  for (const { runId, task, scheduledFor } of deliveries) {
    if (!ends.has(runId)) findings.push(`delivered run ${runId} is not in the log`)
    if (scheduledFor === null) continue
    const key = `${task} ${scheduledFor}`
    const other = runOf.get(key) ?? runId
    if (other !== runId) findings.push(`${key} was delivered as ${other} and as ${runId}`)
    runOf.set(key, runId)
  }
  return findings
}

/** Every process that was killed is lost in the log, every one that was stopped has said so. */
export const checkNodes = (
  log: readonly RecordedEvent[],
  fates: ReadonlyMap<number, 'killed' | 'stopped' | 'running'>,
): readonly string[] => {
  const ends = new Map<string, string>()
  const pids = new Map<string, number>()
  for (const { stream, type, data } of log) {
    if (type === 'NodeStarted') pids.set(stream, (data as { readonly pid: number }).pid)
    if (['NodeStopped', 'NodeLost', 'NodeReturned'].includes(type)) ends.set(stream, type)
  }
  return [...pids].flatMap(([stream, pid]) => {
    const fate = fates.get(pid)
    const end = ends.get(stream) ?? 'nothing'
    const expected = {
      killed: ['NodeLost'],
      stopped: ['NodeStopped', 'NodeLost'],
      running: ['nothing', 'NodeReturned'],
    }
    return fate === undefined || expected[fate].includes(end)
      ? []
      : [`${stream} was ${fate}, and the log says ${end} of its end`]
  })
}
