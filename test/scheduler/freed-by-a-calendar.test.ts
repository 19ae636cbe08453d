// A calendar edit that frees what was excluded, for many tasks at once: what was excluded stays so, the
// next fire of each task is on time, and nothing is caught up in a burst.
import { expect, test } from 'vitest'
import { CalendarId, streamOfCalendar } from '../../src/domain/calendar/ids.ts'
import { noCalendars, snapshotOf } from '../../src/domain/calendar/snapshot.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import { createChance } from '../support/chance.ts'
import { cron, definitionOf, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { obligingCallee } from '../support/obliging.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const startAt = Date.UTC(2026, 10, 23, 8)
const tasks = 300

/** Excludes every day. */
const excludingAll = () => {
  const calendarId = right(CalendarId.decode({ tenant: 'default', name: 'c' }))
  const rules = [{ type: 'cron', expression: '* * * * * ?' } as const]
  const definition = { zone: 'UTC', rules, exemptDates: [] }
  return snapshotOf(
    new Map([[streamOfCalendar(calendarId), { calendarId, definition, revision: 0 }]]),
  )
}

test('what a calendar no longer excludes fires from then on, once a slot and on time', async () => {
  const clock = createVirtualClock(startAt)
  const { store, log } = createMemoryEventStore({ now: () => clock.now() })
  let calendars = excludingAll()
  let calls = 0
  const transport = obligingCallee(
    () => clock.now(),
    () => void (calls += 1),
  )
  const onError = (message: string): void => {
    throw new Error(message)
  }
  const world = {
    clock,
    store,
    agenda: createMemoryAgenda(),
    transport,
    chance: createChance(1),
    onError,
    calendars: () => calendars,
  }
  const { commands } = startProcess(world, 'n')
  await clock.settle()
  const definition = definitionOf(cron('0/10 * * * * ?', { calendars: ['c'] }))
  for (let n = 0; n < tasks; n += 1) {
    const add = { type: 'AddTask', taskId: taskId(`t${n}`), definition, replace: false } as const
    const issuedAt = instantAt(startAt)
    right(await commands.handle({ ...add, issuedAt }, { source: 'api', correlationId: `${n}` })())
  }
  await clock.advanceTo(startAt + 65_000)
  expect(calls).toBe(0)
  const before = log().length
  calendars = noCalendars
  await clock.advanceTo(startAt + 69_000)
  expect(log().length).toBe(before)
  await clock.advanceTo(startAt + 71_000)
  expect(calls).toBe(tasks)
  const fired = log().filter(({ type }) => type === 'TaskTriggered')
  const planned = fired.map(({ data }) => (data as { scheduledFor: string }).scheduledFor)
  expect(new Set(planned)).toEqual(new Set([new Date(startAt + 70_000).toISOString()]))
})
