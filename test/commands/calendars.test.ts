// A calendar shapes decisions: what it excludes is skipped, with the revision that excluded it.
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { snapshotOf } from '../../src/domain/calendar/snapshot.ts'
import { streamOfCalendar, calendarOfStream } from '../../src/domain/calendar/ids.ts'
import { CalendarDefinition } from '../../src/domain/schedule/calendar.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import { added, at, given, task } from '../domain/task/story.ts'
import { definitionOf, every, runId } from '../support/definitions.ts'
import { right } from '../support/either.ts'

const calendarId = right(calendarOfStream('calendar-default/no-eights'))
const definition = right(
  CalendarDefinition.decode({
    zone: 'UTC',
    rules: [{ type: 'dailyRanges', ranges: [{ from: '08:00:15', to: '08:00:35' }] }],
    exemptDates: [],
  }),
)
const calendars = snapshotOf(
  new Map([[streamOfCalendar(calendarId), { calendarId, definition, revision: 3 }]]),
)

test('an excluded occurrence is skipped and the verdict names the calendar’s revision', () => {
  const schedule = every(10_000, { startAt: at(10), calendars: ['no-eights', 'nobody'] })
  const decide: TaskCommand = {
    type: 'DecideOccurrences',
    taskId: task,
    issuedAt: at(40),
    runId: runId(1),
    context: { calendars, tzVersion: '2025c' },
  }
  const events = given(added(definitionOf(schedule)))
    .when(decide)
    .events()
  expect(events).toMatchObject([
    { verdict: 'calendar', first: at(20), last: at(30), count: 2, calendars: { 'no-eights': 3 } },
    { type: 'TaskTriggered', scheduledFor: at(10), calendars: { 'no-eights': 3 } },
    { type: 'TaskTriggered', scheduledFor: at(40) },
  ])
})

test('a combination of calendars says which of them are missing', () => {
  const consulted = calendars.consult(calendarId.tenant, ['no-eights', 'nobody'])
  expect(consulted.missing).toEqual(['nobody'])
  expect(consulted.exclusions?.excludes(at(20))).toBe(true)
  expect(consulted.exclusions?.excludes(at(40))).toBe(false)
  expect(E.isLeft(calendarOfStream('task-a/b/c'))).toBe(true)
})
