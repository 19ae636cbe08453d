// Calendars, naively: those of the simulation exclude some seconds of every minute. Each verdict is
// held against the revisions it names, and those against what had long been known by then.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { dataOf, ms, newDefinition, plannedIn, stretchesOf, type Definition } from './planned.ts'

type Excludes = (instant: number) => boolean

/** A subscription is slow now and then, and a process may stand still for a minute. */
const knownWithinMs = 90_000

const excludes = (event: RecordedEvent): Excludes => {
  const { definition } = event.data as { definition?: { rules: readonly { expression: string }[] } }
  const bounds = /^(\d+)-(\d+) /.exec(definition?.rules[0]?.expression ?? '')
  if (bounds === null) return () => false
  const [from, to] = [Number(bounds[1]), Number(bounds[2])]
  return (instant) => {
    const second = Math.floor(instant / 1_000) % 60
    return from <= second && second <= to
  }
}

export const checkCalendars = (
  events: readonly RecordedEvent[],
  streams: ReadonlyMap<string, readonly RecordedEvent[]>,
): string[] => {
  const findings: string[] = []
  const ofCalendar = (name: string) => streams.get(`calendar-default/${name}`) ?? []
  const stretches = stretchesOf(events, Number.POSITIVE_INFINITY)
  let definition: Definition | null = null
  for (const event of events) {
    const data = dataOf(event)
    definition = newDefinition(event) ?? definition
    const named = data['calendars'] as Readonly<Record<string, number>> | undefined
    if (named === undefined || definition === null) continue
    const consulted = Object.entries(named)
    const used = consulted.map(([name, revision]) => ofCalendar(name)[revision])
    const isExcluded: Excludes = (instant) =>
      used.some((calendar) => calendar !== undefined && excludes(calendar)(instant))
    const say = (what: string) => findings.push(`revision ${event.revision} ${what}`)
    if (event.type === 'TaskTriggered' && isExcluded(ms(data['scheduledFor'])))
      say(`fired what ${consulted.map(String).join(' and ')} exclude`)
    const verdict = String(data['verdict'])
    if (event.type === 'OccurrencesSkipped' && verdict === 'calendar') {
      const [first, last] = [ms(data['first']), ms(data['last'])]
      const stretch = stretches.findLast(({ fromRevision }) => fromRevision <= event.revision)
      const instants = stretch === undefined ? [] : plannedIn(stretch.grid, first, last)
      for (const instant of instants)
        if (!isExcluded(instant)) say(`skipped ${new Date(instant).toISOString()}, not excluded`)
    }
    const byHand = ['manual', 'rerun'].includes(String(data['cause']))
    if (byHand || ['paused', 'replaced', 'deleted', 'overlapping'].includes(verdict)) continue
    for (const name of definition.schedule.calendars) {
      const known = ofCalendar(name).findLast(
        ({ recordedAtMs }) => recordedAtMs < event.recordedAtMs - knownWithinMs,
      )
      const wanted = known?.type === 'CalendarDefined' ? known.revision : null
      if (wanted !== null && (named[name] ?? -1) < wanted && !isGoneSince(ofCalendar(name), wanted))
        say(`was decided by ${name} at ${named[name] ?? 'none'}, long after ${wanted}`)
    }
  }
  return findings
}

/** Removed later, and so named by nobody who knew. */
const isGoneSince = (calendar: readonly RecordedEvent[], revision: number): boolean =>
  calendar.slice(revision + 1).some(({ type }) => type === 'CalendarRemoved')
