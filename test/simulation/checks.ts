// What must be true beyond the reference model: nothing acknowledged is missing, whoever succeeded
// was called, the schedule never ran ahead of the shared time, and processes tell their lives.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Call } from './callees.ts'
import type { Finding } from './reference.ts'

/** What a caller was told had been written. */
export interface Acknowledged {
  readonly stream: string
  readonly revision: number
  /** Of the events the command caused, in order; books carried forward are among them. */
  readonly types: readonly string[]
  readonly node: string
  /** On the hand of the world's clock that nobody sets. */
  readonly at: number
}

export const checkAcknowledged = (
  log: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
): Finding[] => {
  const types = new Map(log.map(({ stream, revision, type }) => [`${stream}@${revision}`, type]))
  return acknowledged.flatMap(({ stream, revision, types: told }) => {
    const first = revision - told.length + 1
    const found = told.map((_, n) => types.get(`${stream}@${first + n}`) ?? 'nothing')
    return JSON.stringify(found) === JSON.stringify(told)
      ? []
      : [
          {
            stream,
            what: `acknowledged ${told.join(', ')} up to revision ${revision} is missing: found ${found.join(', ')}`,
          },
        ]
  })
}

/** A person who asks once for a run gets one, however often the answer was lost on its way. */
export const checkAskedOnce = (log: readonly RecordedEvent[]): Finding[] => {
  const started = new Map<string, number>()
  return log.flatMap(({ stream, revision, type, data, metadata }) => {
    const { cause } = data as { cause?: string }
    if (type !== 'TaskTriggered' || (cause !== 'manual' && cause !== 'rerun')) return []
    const { correlationId } = metadata as { correlationId: string }
    const before = started.get(correlationId)
    started.set(correlationId, revision)
    return before === undefined
      ? []
      : [
          {
            stream,
            what: `${correlationId} took effect twice, at revisions ${before} and ${revision}`,
          },
        ]
  })
}

/** A run that succeeded or failed was called; a run that was never called was withdrawn. */
export const checkCalls = (log: readonly RecordedEvent[], heard: readonly Call[]): Finding[] => {
  const called = new Set<string>(heard.map(({ runId }) => runId))
  return log.flatMap(({ stream, type, data }) => {
    const { runId } = data as { runId?: string }
    const needsCall = type === 'RecallSucceeded' || type === 'RecallFailed'
    return needsCall && runId !== undefined && !called.has(runId)
      ? [{ stream, what: `run ${runId} has ended and was never called` }]
      : []
  })
}

const stops = ['TaskPaused', 'TaskReplaced', 'TaskDeleted']

/**
 * Once a process has acknowledged a pause, a replace or a delete, it begins no run that was decided
 * before. (Another process may, for as long as its subscription lags.)
 */
export const checkWithdrawn = (
  log: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  heard: readonly Call[],
): Finding[] => {
  const firstCalls = heard.filter(({ attempt }) => attempt === 1)
  const decided = new Map(
    log
      .filter(({ type }) => type === 'TaskTriggered')
      .map((event) => [(event.data as { runId: string }).runId, event]),
  )
  const byTask = new Map<string, Acknowledged[]>()
  for (const stop of acknowledged.filter(({ types }) => types.some((type) => stops.includes(type))))
    byTask.set(stop.stream, [...(byTask.get(stop.stream) ?? []), stop])
  return firstCalls.flatMap(({ runId, node, at }) => {
    const event = decided.get(runId)
    if (event === undefined) return []
    const { stream, revision } = event
    const { cause } = event.data as { cause: string }
    const byHand = cause === 'manual' || cause === 'rerun'
    const broken = (byTask.get(stream) ?? []).find(
      (stop) =>
        stop.node === node &&
        stop.at < at &&
        stop.revision - stop.types.length >= revision &&
        (!byHand || stop.types.includes('TaskDeleted')),
    )
    return broken === undefined
      ? []
      : [
          {
            stream,
            what: `run ${runId} was begun after ${broken.types.join(', ')} was acknowledged`,
          },
        ]
  })
}

/** A process may believe the time to be a second later than it is, and no more. */
const aheadMaxMs = 1_000

export const checkTime = (log: readonly RecordedEvent[]): Finding[] =>
  log.flatMap(({ stream, revision, type, data, recordedAtMs }) => {
    if (type !== 'TaskTriggered' && type !== 'OccurrencesSkipped') return []
    const { trigger } = data as { trigger: { decidedThrough: string } }
    const aheadMs = Date.parse(trigger.decidedThrough) - recordedAtMs
    return aheadMs > aheadMaxMs
      ? [{ stream, what: `revision ${revision} was decided ${aheadMs} ms ahead of the time` }]
      : []
  })

/** Every life begins once, and each that did not end in order was given up by somebody else. */
export const checkLives = (
  log: readonly RecordedEvent[],
  killed: ReadonlySet<string>,
): Finding[] => {
  const stories = new Map<string, string[]>()
  for (const { stream, type } of log)
    if (stream.startsWith('node-')) stories.set(stream, [...(stories.get(stream) ?? []), type])
  return [...stories].flatMap(([stream, story]) => {
    const findings: Finding[] = []
    if (story[0] !== 'NodeStarted' || story.lastIndexOf('NodeStarted') > 0)
      findings.push({ stream, what: `does not begin once: ${story.join(', ')}` })
    const ends = story.filter((type) => ['NodeLost', 'NodeReturned', 'NodeStopped'].includes(type))
    const isOver = ends.at(-1) === 'NodeLost' || ends.at(-1) === 'NodeStopped'
    if (isOver !== killed.has(stream))
      findings.push({ stream, what: `its end is told wrong: ${story.join(', ')}` })
    return findings
  })
}
