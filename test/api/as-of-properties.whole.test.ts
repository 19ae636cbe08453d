// As of every position and every instant of random pasts, what is answered is what a fold of the log by
// hand says: one task, the list, and the agenda. Many events share a millisecond, and the store's clock
// is set back now and then, which positions must not mind.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCalendarCommands } from '../../src/commands/calendars.ts'
import { CalendarId } from '../../src/domain/calendar/ids.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { compileTimetable } from '../../src/domain/schedule/timetable.ts'
import { TaskDefinition } from '../../src/domain/task/definition.ts'
import { evolve } from '../../src/domain/task/evolve.ts'
import { streamOfTask, type TaskId } from '../../src/domain/task/ids.ts'
import { spreadOf } from '../../src/domain/task/occurrences.ts'
import { absent, type TaskState } from '../../src/domain/task/state.ts'
import { decodeTaskEvent } from '../../src/domain/task/stored.ts'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { histories, tasks, writeHistory } from '../projections/history.ts'
import { createLog, usePostgres } from '../projections/kit.ts'
import { right } from '../support/either.ts'
import { startOverReadModels, type ApiOverReadModels } from './over-read-models.ts'

const postgres = usePostgres()
const beginMs = Date.UTC(2026, 10, 23, 8)
const ours = tasks.filter(({ tenant }) => tenant === 'default')
const agendaMs = 60_000

/** Between one command and the next the store's clock moves so far, and a calendar may change. */
const gaps = (atLeastMs: number) =>
  fc.array(
    fc.record({
      ms: fc.constantFrom(0, 0, 0, 0, 1, 2, 700, 40_000, Math.min(0, atLeastMs)),
      calendar: fc.constantFrom(null, null, null, null, 'defined', 'removed'),
    }),
    { minLength: 70, maxLength: 70 },
  )

/** Nothing fires in the first half of each minute. */
const quiet = {
  zone: 'UTC',
  rules: [{ type: 'cron' as const, expression: '0-29 * * * * ?' }],
  exemptDates: [],
}
const isQuiet = (ms: number): boolean => ms % 60_000 < 30_000

interface Past {
  readonly api: ApiOverReadModels
  readonly events: readonly RecordedEvent[]
}

type Gaps = ReturnType<typeof gaps> extends fc.Arbitrary<infer G> ? G : never
type History = typeof histories extends fc.Arbitrary<infer H> ? H : never

const lived = async (history: History, gapsBefore: Gaps): Promise<Past> => {
  const log = createLog(beginMs)
  let recordedMs = beginMs
  const calendars = createCalendarCommands({
    ...{ store: log.store, node: 'n', newEventId: () => randomUUID(), now: () => 0 },
    ...{ sleep: () => Promise.resolve(), giveUpAfterMs: 100 },
  })
  const calendarId = right(CalendarId.decode({ tenant: 'default', name: 'quiet' }))
  const context = { source: 'api', correlationId: 'c' } as const
  await writeHistory(log, history, async (n) => {
    const gap = gapsBefore[n]
    recordedMs += gap?.ms ?? 0
    log.moveTo(recordedMs)
    const change = { calendarId, issuedAt: instantAt(recordedMs) }
    if (gap?.calendar === 'defined')
      await calendars.handle(
        { type: 'DefineCalendar', ...change, definition: quiet, replace: true },
        context,
      )()
    if (gap?.calendar === 'removed')
      await calendars.handle({ type: 'RemoveCalendar', ...change }, context)()
    log.moveTo(recordedMs - 1) // an append moves it by one
  })
  const all = { after: null, prefixes: [], limit: 10_000 }
  const { events } = right(await log.store.readAll(all)())
  const beside = { store: log.store, log: () => events }
  const now = () => beginMs + 30 * 86_400_000
  return { api: await startOverReadModels(await postgres.freshUrl(), now, beside), events }
}

/** How everything stood once these had happened, folded by hand. */
const standing = (happened: readonly RecordedEvent[]) => {
  const states = new Map<string, { readonly state: TaskState; readonly revision: number }>()
  let isDefined = false
  for (const event of happened) {
    const { stream, revision, type } = event
    if (stream.startsWith('calendar-')) isDefined = type === 'CalendarDefined'
    if (!stream.startsWith('task-')) continue
    const before = states.get(stream)?.state ?? absent
    states.set(stream, { state: evolve(before, right(decodeTaskEvent(event))), revision })
  }
  return { of: (taskId: TaskId) => states.get(streamOfTask(taskId)), isDefined }
}
type Standing = ReturnType<typeof standing>

const iso = (ms: number): string => new Date(ms).toISOString()

const summaryOf = (taskId: TaskId, state: TaskState) => {
  if (state.status === 'Absent') return null
  return {
    group: taskId.group,
    job: taskId.job,
    status: state.status,
    statusSince: iso(state.since),
    pausedUntil: state.status === 'Paused' && state.until !== null ? iso(state.until) : null,
    addedAt: iso(state.addedAt),
    name: state.definition.name,
  }
}

const inOrder = (a: TaskId, b: TaskId): number =>
  a.group < b.group || (a.group === b.group && a.job < b.job) ? -1 : 1

/** Every planned instant of the window one after the other. */
const firesOf = (then: Standing, fromMs: number) =>
  [...ours]
    .sort(inOrder)
    .flatMap((taskId) => {
      const state = then.of(taskId)?.state ?? absent
      const pausedUntil = state.status === 'Paused' ? state.until : null
      if (state.status !== 'Active' && pausedUntil === null) return []
      if (state.status !== 'Active' && state.status !== 'Paused') return []
      const { schedule } = state.definition
      const timetable = right(compileTimetable(schedule))
      const spread = spreadOf(taskId, schedule.jitterMs)
      const found: { readonly at: number; readonly taskId: TaskId }[] = []
      let planned = timetable.next(state.trigger, instantAt(fromMs - spread - 1))
      for (; planned !== null && planned + spread < fromMs + agendaMs;) {
        const isSilent = pausedUntil !== null && planned <= pausedUntil
        const isExcluded =
          schedule.calendars.includes('quiet') && then.isDefined && isQuiet(planned)
        if (!isSilent && !isExcluded) found.push({ at: planned + spread, taskId })
        planned = timetable.next(state.trigger, planned)
      }
      return found
    })
    .sort((a, b) => a.at - b.at)
    .map(({ at, taskId }) => ({ at: iso(at), group: taskId.group, job: taskId.job }))

const compare = async (api: ApiOverReadModels, asOf: string, then: Standing): Promise<void> => {
  const list = (await api.get(`/api/v1/tasks?asOf=${asOf}`)).json
  const there = [...ours].sort(inOrder).flatMap((taskId) => {
    const summary = summaryOf(taskId, then.of(taskId)?.state ?? absent)
    return summary === null || summary.status === 'Deleted' ? [] : [summary]
  })
  expect(list.tasks, asOf).toMatchObject(there)
  expect(list.tasks, asOf).toHaveLength(there.length)
  for (const taskId of ours) {
    const { group, job } = taskId
    const path = `/api/v1/tasks/${encodeURIComponent(group)}/${encodeURIComponent(job)}`
    const { status, json } = await api.get(`${path}?asOf=${asOf}`)
    const known = then.of(taskId)
    if (known === undefined || known.state.status === 'Absent') {
      expect([status, asOf]).toEqual([404, asOf])
      continue
    }
    const { state, revision } = known
    expect(json, asOf).toMatchObject({
      ...summaryOf(taskId, state),
      revision,
      definition: TaskDefinition.encode(known.state.definition),
    })
    expect(
      (json.openRuns as Record<string, unknown>[]).map(({ runId, attempt, phase }) => [
        runId,
        attempt,
        phase,
      ]),
    ).toEqual([...state.runs.values()].map(({ runId, attempt, phase }) => [runId, attempt, phase]))
  }
  const fromMs = Date.parse(list.asOf.at as string)
  const to = iso(fromMs + agendaMs)
  const agenda = (await api.get(`/api/v1/agenda?asOf=${asOf}&to=${to}&limit=1000`)).json
  expect(agenda.fires, asOf).toEqual(firesOf(then, fromMs))
}

/** Of random lives, one after the other. */
const ofPasts = (gapAtLeastMs: number, look: (past: Past) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(histories, gaps(gapAtLeastMs), async (history, gapsBefore) => {
      const past = await lived(history, gapsBefore)
      try {
        await past.api.get(`/api/v1/groups?after=${past.events.at(-1)?.position ?? ''}`)
        await look(past)
      } finally {
        await past.api.close()
      }
    }),
    // A database for each: a smaller example is not worth a hundred of them.
    { numRuns: 4, endOnFailure: true },
  )

test('as of every position: the log up to there, whatever the clock said', async () => {
  let compared = 0
  await ofPasts(-90_000, async ({ api, events }) => {
    for (const [n, { position }] of events.entries()) {
      await compare(api, position, standing(events.slice(0, n + 1)))
      compared += 1
    }
  })
  expect(compared).toBeGreaterThan(20)
})

test('as of every instant: what was recorded by then', async () => {
  let compared = 0
  await ofPasts(0, async ({ api, events }) => {
    const instants = events.flatMap(({ recordedAtMs: ms }) => [ms - 1, ms, ms + 1])
    for (const ms of new Set(instants)) {
      const happened = events.filter(({ recordedAtMs }) => recordedAtMs <= ms)
      await compare(api, iso(ms), standing(happened))
      compared += 1
    }
    for (const { position, recordedAtMs } of events.filter(({ stream }) =>
      stream.startsWith('task-'),
    )) {
      const { asOf } = (await api.get(`/api/v1/tasks?asOf=${position}`)).json
      expect(asOf).toEqual({ position, at: iso(recordedAtMs) })
    }
  })
  expect(compared).toBeGreaterThan(20)
})
