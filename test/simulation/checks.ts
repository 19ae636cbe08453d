// What must be true beyond the reference model: nothing acknowledged is missing or rests on what was
// old already, the schedule never ran ahead of the shared time, and processes tell their lives.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Acknowledged, Outrun } from './asking.ts'
import type { Call } from './callees.ts'
import type { Finding } from './reference.ts'
import type { World } from './world.ts'

export const checkAcknowledged = (
  log: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
): Finding[] => {
  const types = new Map(log.map(({ stream, revision, type }) => [`${stream}@${revision}`, type]))
  return acknowledged.flatMap(({ stream, revision, types: told, headWhenAsked, isAskedAgain }) => {
    if (revision < headWhenAsked && !isAskedAgain)
      return [{ stream, what: `an answer as of revision ${revision} came after ${headWhenAsked}` }]
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

const changes = new Set(['TaskAdded', 'TaskReplaced', 'TaskPaused', 'TaskResumed', 'TaskDeleted'])

/** Who names the revision they have seen is served if nothing has changed since, and only then. */
export const checkExpected = (
  log: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  outrun: readonly Outrun[],
): Finding[] => {
  const changesOf = new Map<string, number[]>()
  for (const { stream, revision, type } of log)
    if (changes.has(type)) changesOf.set(stream, [...(changesOf.get(stream) ?? []), revision])
  const unseen = acknowledged.flatMap(({ stream, revision, types, expected }) => {
    const first = revision - types.length + 1
    const between = changesOf.get(stream)?.find((at) => at > (expected ?? at) && at < first)
    const what = `revision ${first} rests on ${expected ?? ''}, and ${between ?? ''} came between`
    return between === undefined ? [] : [{ stream, what }]
  })
  const inVain = outrun.flatMap(({ stream, expected, changedAt }) =>
    changedAt !== null && changedAt > expected && changesOf.get(stream)?.includes(changedAt)
      ? []
      : [{ stream, what: `refused as changed at ${changedAt ?? 'no time'} since ${expected}` }],
  )
  return [...unseen, ...inVain]
}

/** A person who asks once gets it once, however often the answer was lost on its way. */
export const checkAskedOnce = (log: readonly RecordedEvent[]): Finding[] => {
  const done = new Map<string, number>()
  return log.flatMap(({ stream, revision, type, data, metadata }) => {
    const { cause } = data as { cause?: string }
    const { correlationId, source } = metadata as { correlationId: string; source: string }
    const byHand = type === 'TaskTriggered' && (cause === 'manual' || cause === 'rerun')
    if (source !== 'api' || !(byHand || changes.has(type))) return []
    const before = done.get(correlationId)
    done.set(correlationId, revision)
    if (before === undefined) return []
    const what = `${correlationId} took effect twice, at revisions ${before} and ${revision}`
    return [{ stream, what }]
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

interface Failed {
  readonly runId: string
  readonly attempt: number
  readonly retryAt: string | null
}

/** Nobody is called again before the wait is over. `ahead`: of the shared time, of the steady hand. */
export const checkWaits = (
  log: readonly RecordedEvent[],
  heard: readonly Call[],
  ahead: number,
): Finding[] => {
  const waits = new Map<string, number>()
  const attempts = new Map<string, number>()
  for (const { type, data } of log) {
    const { runId = '', attempt = 0, retryAt = null } = data as Partial<Failed>
    if (type === 'RecallTakenOver') attempts.set(runId, attempt)
    // Of an attempt that another has taken the place of, nothing is waited for.
    if (type !== 'RecallFailed' || retryAt === null || attempt < (attempts.get(runId) ?? 0))
      continue
    attempts.set(runId, attempt + 1)
    waits.set(`${runId} ${attempt + 1}`, Date.parse(retryAt))
  }
  return heard.flatMap(({ runId, attempt, stream, at }) => {
    const early = (waits.get(`${runId} ${attempt}`) ?? 0) - aheadMaxMs - (at + ahead)
    return early > 0
      ? [{ stream, what: `run ${runId} is called again ${early} ms before its time` }]
      : []
  })
}

/** Who has the wrong time decides nothing by the schedule. */
export const checkWrongTimes = (
  log: readonly RecordedEvent[],
  wrongTimes: World['wrongTimes'],
): Finding[] =>
  log.flatMap(({ stream, revision, type, data, metadata }) => {
    const { node, source } = metadata as { node: string; source: string }
    const isDecision = type === 'TaskTriggered' || type === 'OccurrencesSkipped'
    if (!isDecision || source !== 'scheduler') return []
    const decidedAt = Date.parse((data as { decidedAt: string }).decidedAt)
    const isWrong = wrongTimes.some(
      (one) => one.node === node && decidedAt > one.from + noticedMs && decidedAt < one.until,
    )
    const what = `revision ${revision} was decided by ${node}, whose clock was wrong`
    return isWrong ? [{ stream, what }] : []
  })

/** Whoever has the wrong time for long says so. */
export const checkConfessed = (
  log: readonly RecordedEvent[],
  { wrongTimes, deaths, clock }: Pick<World, 'wrongTimes' | 'deaths' | 'clock'>,
): Finding[] => {
  const ahead = clock.now() - clock.monotonicNow()
  const said = log.filter(({ type }) => type === 'ClockSuspected' || type === 'ClockTrusted')
  return wrongTimes.flatMap(({ node, from, until }) => {
    const stream = `node-${node}`
    const ends = Math.min(until, (deaths.get(node) ?? Infinity) + ahead, clock.now())
    const its = said.filter((event) => event.stream === stream)
    const before = its.findLast(({ recordedAtMs }) => recordedAtMs < from)
    const since = its.filter(({ recordedAtMs }) => recordedAtMs >= from)
    // Put right and wrong again between two looks, it has been wrong all the time.
    const has = [before, ...since].some((event) => event?.type === 'ClockSuspected')
    const what = `has the wrong time from ${new Date(from).toISOString()} on and does not say so`
    return has || ends - from < confessedWithinMs ? [] : [{ stream, what }]
  })
}

/** Longer than anybody stands still. */
const confessedWithinMs = 90_000

/** What is under way then may end; what is decided is as of a moment before. */
const noticedMs = 1_000

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
