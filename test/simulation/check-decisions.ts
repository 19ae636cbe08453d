// Whether each decision was one the task's own words allow: on the grid and within its bounds, not
// before its time, no more late fires than its misfire instruction grants, and a trigger that only
// decisions move.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import {
  dataOf,
  ms,
  newDefinition,
  plannedIn,
  spreadOf,
  stretchesOf,
  type Definition,
  type Trigger,
} from './planned.ts'

export const checkDecisions = (events: readonly RecordedEvent[], until: number): string[] => [
  ...checkGrid(events, until),
  ...checkTriggers(events),
  ...checkCatchUp(events),
  ...checkCompletion(events, until),
]

const isPlanned = (instant: number, events: ReturnType<typeof stretchesOf>, revision: number) =>
  events.some(
    ({ grid, fromRevision, toRevision }) =>
      fromRevision <= revision &&
      revision <= toRevision &&
      [...plannedIn(grid, instant, instant)].length === 1,
  )

/** What fires by the schedule is planned, is due, and is no misfire. */
const checkGrid = (events: readonly RecordedEvent[], until: number): string[] => {
  const stretches = stretchesOf(events, until)
  let definition: Definition | null = null
  return events.flatMap((event) => {
    const data = dataOf(event)
    const { revision, type } = event
    definition = newDefinition(event) ?? definition
    if (type !== 'TaskTriggered' || data['cause'] !== 'schedule' || definition === null) return []
    const [planned, decided] = [ms(data['scheduledFor']), ms(data['decidedAt'])]
    const { misfireThresholdMs, jitterMs } = definition.schedule
    const findings: string[] = []
    if (stretches.length > 0 && !isPlanned(planned, stretches, revision))
      findings.push('was never planned')
    if (planned + spreadOf(event.stream, jitterMs) > decided) findings.push('was not yet due')
    if (decided - planned >= misfireThresholdMs + jitterMs)
      findings.push('was late, and did not say so')
    return findings.map((what) => `revision ${revision} fired what ${what}`)
  })
}

/** `decidedThrough` follows the decisions: never back, never ahead; runs by hand leave all as it is. */
const checkTriggers = (events: readonly RecordedEvent[]): string[] => {
  const findings: string[] = []
  let last: Trigger | null = null
  let reached = Number.NEGATIVE_INFINITY
  for (const event of events) {
    const data = dataOf(event)
    const say = (what: string) => findings.push(`revision ${event.revision} ${what}`)
    if (event.type === 'TaskDeleted') reached = Math.max(reached, ms(data['deletedAt']))
    const { trigger } = data
    if (trigger === undefined || event.type === 'TaskCarriedForward') continue
    const through = ms(trigger.decidedThrough)
    const byHand = ['manual', 'rerun', 'backfill'].includes(String(data['cause']))
    const said = ['decidedAt', 'pausedAt', 'resumedAt', 'addedAt', 'replacedAt']
    const at = ms(data[said.find((name) => data[name] !== undefined) ?? ''])
    const begins = event.type === 'TaskAdded' || event.type === 'TaskReplaced'
    if (byHand && last !== null && last.timesTriggered !== trigger.timesTriggered)
      say('was a run by hand, and counted as one of the schedule')
    if (byHand && through > reached) say('was a run by hand, and decided planned instants')
    if (!byHand && !(begins && last === null) && through < reached) say('undid earlier decisions')
    if (!byHand && through > Math.max(at, reached)) say('decided what was still to come')
    if (last !== null && !begins && trigger.repeatCount > last.repeatCount) say('gained repeats')
    last = trigger
    reached = Math.max(reached, through)
  }
  return findings
}

const lateFiresMax = (definition: Definition): number => {
  const { type, misfire, catchUpMax } = definition.schedule
  if (misfire === 'ignore') return catchUpMax
  const never = type === 'cron' ? ['doNothing'] : ['nextExisting', 'nextRemaining']
  return never.includes(misfire) ? 0 : 1
}

/** Events of one append are told by one correlation id, one after the other. */
const checkCatchUp = (events: readonly RecordedEvent[]): string[] => {
  const findings: string[] = []
  let definition: Definition | null = null
  let append = ''
  let late = 0
  for (const event of events) {
    const data = dataOf(event)
    definition = newDefinition(event) ?? definition
    if (data['cause'] !== 'catch-up' || definition === null) continue
    const decision = `${String(data['decidedAt'])} ${JSON.stringify(data.trigger)}`
    late = decision === append ? late + 1 : 1
    append = decision
    if (late > lateFiresMax(definition))
      findings.push(`revision ${event.revision} is late fire ${late} of one decision`)
  }
  return findings
}

/** A task is completed when nothing is left, and then it is. */
const checkCompletion = (events: readonly RecordedEvent[], until: number): string[] => {
  const findings: string[] = []
  let completedAt: number | null = null
  let paused = false
  for (const { type, revision } of events) {
    if (type === 'TaskCompleted') completedAt = revision
    if (type === 'TaskAdded' || type === 'TaskReplaced') [completedAt, paused] = [null, false]
    if (type === 'TaskPaused') paused = true
    if (type === 'TaskResumed') paused = false
  }
  const last = stretchesOf(events, until).at(-1)
  if (last?.isCurrent !== true || paused) return findings
  const from = Math.max(last.from, decidedThrough(events) + 1)
  const isOver = [...takeOne(plannedIn(last.grid, from, Number.POSITIVE_INFINITY))].length === 0
  if (isOver && completedAt === null)
    findings.push('nothing is left to fire, and it is not completed')
  if (!isOver && completedAt !== null)
    findings.push(`revision ${completedAt} completed what goes on`)
  return findings
}

const decidedThrough = (events: readonly RecordedEvent[]): number =>
  Math.max(
    ...events.map((event) => ms(dataOf(event).trigger?.decidedThrough)).filter((at) => at > 0),
  )

function* takeOne(instants: Generator<number>): Generator<number> {
  const { value, done } = instants.next()
  if (done !== true) yield value
}
