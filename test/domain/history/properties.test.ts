// What holds for every history the decider can make: each planned instant has exactly one
// explanation, and it is the one the events tell.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { historyOf } from '../../../src/domain/history/history.ts'
import { occurrencesIn } from '../../../src/domain/history/occurrences.ts'
import { explain } from '../../../src/domain/history/why.ts'
import { compileTimetable } from '../../../src/domain/schedule/timetable.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import type { TaskState } from '../../../src/domain/task/state.ts'
import { right } from '../../support/either.ts'
import { histories } from '../task/histories.ts'
import { at } from '../task/story.ts'
import { circumstances, recorded } from './tale.ts'

const farAhead = 10_000

/** Planned by the schedule as it stood, in what one command decided. */
const plannedBetween = (before: TaskState, through: Instant): Instant[] => {
  if (before.status !== 'Active' && before.status !== 'Paused') return []
  const timetable = right(compileTimetable(before.definition.schedule))
  const found: Instant[] = []
  let next = timetable.next(before.trigger, before.trigger.decidedThrough)
  for (; next !== null && next <= through; next = timetable.next(before.trigger, next))
    found.push(next)
  return found
}

/** What the events of one command say of an instant, each of them that speaks of it. */
const said = (events: readonly TaskEvent[], instant: Instant): string[] =>
  events.flatMap((event) => {
    if (event.type === 'OccurrencesSkipped')
      return event.first <= instant && instant <= event.last ? [event.verdict] : []
    const fires = event.type === 'TaskTriggered' && event.scheduledFor === instant
    return fires ? ['fired'] : []
  })

test('every planned instant has exactly one explanation, and it agrees with the events', () => {
  let compared = 0
  fc.assert(
    fc.property(histories, ({ events, steps, seconds }) => {
      const history = historyOf(recorded(events))
      const now = circumstances(at(seconds))
      const window = { after: at(-1), through: at(seconds) }
      const { occurrences, more } = occurrencesIn(history, now, window, farAhead)
      expect(more).toBe(false)
      const instants = occurrences.map((row) => row.at)
      expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b))
      const byInstant = new Map(occurrences.map((row) => [row.at, row]))

      for (const { before, events: made, after } of steps) {
        if (after.status === 'Absent') continue
        for (const planned of plannedBetween(before, after.trigger.decidedThrough)) {
          const row = byInstant.get(planned)
          expect([row?.verdict]).toEqual(said(made, planned))
          expect(row?.decided).toBe(true)
          const [rests] = row?.events ?? []
          const event = rests === undefined ? undefined : events[rests.revision]
          expect(event !== undefined && made.includes(event)).toBe(true)
          expect(explain(history, now, planned)).toEqual(row)
          compared += 1
        }
      }

      const decided = occurrences.filter((row) => row.decided)
      const skipped = events.filter((event) => event.type === 'OccurrencesSkipped')
      const fired = events.filter(
        (event) =>
          event.type === 'TaskTriggered' &&
          (event.cause === 'schedule' || event.cause === 'catch-up'),
      )
      const total = skipped.reduce((sum, { count }) => sum + count, fired.length)
      expect(decided).toHaveLength(total)
    }),
    { numRuns: 300 },
  )
  expect(compared).toBeGreaterThan(1_000)
})
