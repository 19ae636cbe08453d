// Each planned instant has one verdict, and the overlap policy has its say.
import { describe, expect, test } from 'vitest'
import { CalendarId, streamOfCalendar } from '../../../src/domain/calendar/ids.ts'
import { snapshotOf } from '../../../src/domain/calendar/snapshot.ts'
import { definitionOf, every, runId } from '../../support/definitions.ts'
import { right } from '../../support/either.ts'
import {
  added,
  at,
  context,
  decide,
  decided,
  given,
  policyWith,
  skipped,
  task,
  triggered,
  withPolicy,
} from './story.ts'

test('a due occurrence fires and carries the trigger it leaves behind', () => {
  given(added())
    .when(decide(at(10.004)))
    .then(triggered(runId(1), at(10), { decidedAt: at(10.004), trigger: decided(at(10.004), 1) }))
})

test('an occurrence that was decided is not decided again', () => {
  given(added(), triggered(runId(1), at(10)))
    .when(decide(at(10)))
    .then()
})

test('several late occurrences within the misfire threshold all fire, each with an id of its own', () => {
  const events = given(added())
    .when(decide(at(31), runId(5)))
    .events()
  expect(events).toMatchObject([
    { type: 'TaskTriggered', scheduledFor: at(10), runId: runId(5) },
    { type: 'TaskTriggered', scheduledFor: at(20), runId: runId(6) },
    { type: 'TaskTriggered', scheduledFor: at(30), runId: runId(7) },
  ])
})

test('a task with no fire left is completed in the same decision', () => {
  const once = definitionOf(every(0, { startAt: at(10), repeatCount: 0 }))
  const events = given(added(once))
    .when(decide(at(10)))
    .events()
  expect(events.map((event) => event.type)).toEqual(['TaskTriggered', 'TaskCompleted'])
})

test('a misfired endless task skips what it missed and goes on with its grid', () => {
  const events = given(added())
    .when(decide(at(3_605)))
    .events()
  expect(events).toMatchObject([
    { type: 'OccurrencesSkipped', verdict: 'misfired', first: at(10), last: at(3_600), count: 360 },
  ])
})

describe('while a run is open', () => {
  const skip = withPolicy({ overlap: 'skip' })
  const queueOne = withPolicy({ overlap: 'queueOne' })

  test('overlap "skip" skips the occurrence and names the run in its way', () => {
    given(added(skip), triggered(runId(1), at(10)))
      .when(decide(at(20)))
      .then(
        skipped('overlapping', at(20), at(20), 1, {
          blockedBy: runId(1),
          trigger: decided(at(20), 2),
        }),
      )
  })
  test('overlap "queue one" lets one occurrence wait for the named run and skips further ones', () => {
    given(added(queueOne), triggered(runId(1), at(10)))
      .when(decide(at(30), runId(5)))
      .then(
        triggered(runId(5), at(20), {
          decidedAt: at(30),
          waitsFor: runId(1),
          trigger: decided(at(30), 3),
        }),
        skipped('overlapping', at(30), at(30), 1, {
          blockedBy: runId(5),
          trigger: decided(at(30), 3),
        }),
      )
  })
})

test('instants that overlap are one span only as far as no calendar excludes one between them', () => {
  const definition = definitionOf(every(10_000, { startAt: at(10), calendars: ['c'] }), {
    policy: policyWith({ overlap: 'skip' }),
  })
  const events = given(added(definition), triggered(runId(1), at(10)))
    .when({
      type: 'DecideOccurrences',
      taskId: task,
      issuedAt: at(52),
      runId: runId(9),
      context: { ...context, calendars: excluding('40 * * * * ?') },
    })
    .events()
  expect(events).toMatchObject([
    { verdict: 'calendar', first: at(40), last: at(40), count: 1 },
    { verdict: 'overlapping', first: at(20), last: at(30), count: 2 },
    { verdict: 'overlapping', first: at(50), last: at(50), count: 1 },
  ])
})

const excluding = (expression: string) => {
  const calendarId = right(CalendarId.decode({ tenant: task.tenant, name: 'c' }))
  const rules = [{ type: 'cron', expression } as const]
  const definition = { zone: 'UTC', rules, exemptDates: [] }
  return snapshotOf(
    new Map([[streamOfCalendar(calendarId), { calendarId, definition, revision: 0 }]]),
  )
}
