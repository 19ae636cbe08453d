// The gap alarm: silent while every planned instant has its verdict, and exact about what has none.
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { taskDecider } from '../../src/domain/task/decider.ts'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { taskOfStream, type TaskId } from '../../src/domain/task/ids.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { decodeTaskEvent } from '../../src/domain/task/stored.ts'
import type { GapView } from '../../src/projections/gaps/views.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createQueries } from '../../src/projections/queries.ts'
import type { Listed } from '../../src/projections/views.ts'
import { cron, definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { histories, tasks, writeHistory } from './history.ts'
import { createLog, project, usePostgres, type Written } from './kit.ts'

const postgres = usePostgres()
const page = { limit: 1_000, cursor: null }
const tenants = ['default', 'acme']

const gapsIn = async (db: Awaited<ReturnType<typeof postgres.fresh>>) => {
  const queries = createQueries(db)
  const lists = await Promise.all(
    tenants.map((tenant) => queries.gaps({ tenant }, page)().then(right)),
  )
  return lists.flatMap(({ items }) => items)
}

interface Told {
  readonly taskId: TaskId
  readonly event: TaskEvent
  readonly before: TaskState
}

/** Everything a log holds, each event with the state it met. */
const tale = async (log: Written): Promise<readonly Told[]> => {
  const states = new Map<string, TaskState>()
  const all = right(await log.store.readAll({ after: null, limit: 10_000, prefixes: [] })())
  return all.events.map((recorded) => {
    const event = right(decodeTaskEvent(recorded))
    const before = states.get(recorded.stream) ?? taskDecider.initialState
    states.set(recorded.stream, taskDecider.evolve(before, event))
    return { taskId: right(taskOfStream(recorded.stream)), event, before }
  })
}

/** The same log without one of its events. */
const retold = async (told: readonly Told[], without: Told | null): Promise<Written> => {
  const log = createLog()
  for (const one of told) if (one !== without) await log.append(one.taskId, [one.event])
  return log
}

/** A verdict whose loss can be told exactly: instants of the grid, which its decision leaves as it is. */
const spanOf = ({ event, before }: Told): { first: number; last: number } | null => {
  if (event.type !== 'TaskTriggered' && event.type !== 'OccurrencesSkipped') return null
  if (before.status !== 'Active' && before.status !== 'Paused') return null
  const { trigger } = before
  const moved = event.trigger.decidedThrough > trigger.decidedThrough
  if (!moved || event.trigger.startAt !== trigger.startAt) return null
  if (event.type === 'OccurrencesSkipped') return { first: event.first, last: event.last }
  const { cause, scheduledFor } = event
  return cause === 'schedule' && scheduledFor !== null
    ? { first: scheduledFor, last: scheduledFor }
    : null
}

const passed = (gaps: readonly GapView[]) => gaps.filter(({ state }) => state === 'passed')

test('no gap while every verdict is there, and exactly the one that is taken away', async () => {
  const db = await postgres.fresh()
  const projected = async (log: Written, batchMax: number) => {
    await sql`drop schema if exists carillon_read cascade`.execute(db)
    await migrate(db)
    await project(log.store, db, { batchMax, memory: { tasksMax: 1, runsMax: 20 } })
    return gapsIn(db)
  }
  let taken = 0
  await fc.assert(
    fc.asyncProperty(
      histories,
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      async (history, batchMax, pick) => {
        const log = createLog()
        await writeHistory(log, history)
        const told = await tale(log)
        const whole = await projected(log, batchMax)
        expect(passed(whole)).toEqual([])
        const open = tasks.filter((task) => log.stateOf(task).status === 'Active')
        expect(whole).toHaveLength(open.length)
        const candidates = told.filter((one) => spanOf(one) !== null)
        const lost = candidates[pick % Math.max(1, candidates.length)]
        if (lost === undefined) return
        const span = spanOf(lost)!
        const gaps = await projected(await retold(told, lost), batchMax)
        const missing = gaps.find(
          (gap) => gap.taskId.job === lost.taskId.job && gap.first === span.first,
        )
        expect(missing, JSON.stringify([lost, gaps])).toBeDefined()
        if (missing?.state === 'passed') expect(missing.last).toBe(span.last)
        expect(passed(gaps)).toEqual(missing?.state === 'passed' ? [missing] : [])
        taken += 1
      },
    ),
    { numRuns: 12 },
  )
  expect(taken).toBeGreaterThan(4)
})

describe('what nobody has decided', () => {
  let now = 0
  const at = (secondsAgo: number) => instantAt(now - secondsAgo * 1_000)
  const trigger = (secondsAgo: number) => ({
    ...{ decidedThrough: at(secondsAgo), startAt: null, repeatCount: -1, timesTriggered: 0 },
  })
  const added = (secondsAgo: number, startedAgo = 600): TaskEvent => ({
    ...{ type: 'TaskAdded', addedAt: at(secondsAgo), trigger: trigger(secondsAgo) },
    definition: definitionOf(every(10_000, { startAt: at(startedAgo) })),
  })
  const late = taskId('late', 'billing')
  const fresh = taskId('fresh', 'billing')
  const paused = taskId('paused', 'reports')

  const projected = async () => {
    now = Date.now()
    const log = createLog(now)
    await log.append(late, [added(200)])
    await log.append(fresh, [added(0)])
    const pausing = { pausedAt: at(100), until: null, trigger: trigger(100) } as const
    await log.append(paused, [added(200), { type: 'TaskPaused', ...pausing }])
    const db = await postgres.fresh()
    await project(log.store, db)
    return createQueries(db)
  }

  test('is a gap after the grace time, with every instant that was planned since', async () => {
    const queries = await projected()
    const { items } = right(await queries.gaps({ tenant: 'default', group: 'billing' }, page)())
    expect(items).toMatchObject([
      { taskId: late, state: 'undecided', first: at(190), since: at(190), countExact: true },
    ])
    // Each ten seconds from 190 seconds ago to the grace time ago; the machine may be slow.
    expect(items[0]!.count).toBeGreaterThanOrEqual(14)
    expect(items[0]!.count).toBeLessThanOrEqual(19)
  })

  test('is none while the task is paused', async () => {
    const queries = await projected()
    const { items } = right(await queries.gaps({ tenant: 'default', group: 'reports' }, page)())
    // Between the last decision and the pause lay instants that nobody settled.
    expect(items).toMatchObject([{ state: 'passed', first: at(190), last: at(100), count: 10 }])
  })

  test('is counted over all tenants, no further than asked', async () => {
    const queries = await projected()
    expect(right(await queries.gapCount(1_000)())).toBe(2)
    expect(right(await queries.gapCount(1)())).toBe(1)
  })
})

test('gaps come page by page, the longest waiting first', async () => {
  const log = createLog()
  const definition = definitionOf(cron('0 0 * * * ?'))
  const jobs = [5, 3, 4, 1, 2]
  const hour = (n: number) => instantAt(Date.UTC(2026, 10, 23, n))
  for (const n of jobs) {
    const trigger = { decidedThrough: hour(n), startAt: null, repeatCount: 0, timesTriggered: 0 }
    await log.append(taskId(`job-${n}`), [
      { type: 'TaskAdded', addedAt: hour(n), definition, trigger },
    ])
  }
  const fired: TaskEvent = {
    ...{ type: 'TaskTriggered', runId: runId(1), cause: 'schedule', scheduledFor: hour(4) },
    ...{ decidedAt: hour(4), waitsFor: null, calendars: {}, tzVersion: '1' },
    trigger: { decidedThrough: hour(4), startAt: null, repeatCount: 0, timesTriggered: 0 },
  }
  // Hours 2 and 3 of the first job are passed over.
  await log.append(taskId('job-1'), [fired])
  const db = await postgres.fresh()
  await project(log.store, db)
  const queries = createQueries(db)
  const told: string[] = []
  for (let cursor: string | null = null; ;) {
    const { items, next }: Listed<GapView> = right(
      await queries.gaps({ tenant: 'default' }, { limit: 2, cursor })(),
    )
    told.push(...items.map(({ taskId: { job }, state, count }) => `${job} ${state} ${count > 2}`))
    if (next === null) break
    cursor = next
  }
  expect(told).toEqual([
    'job-2 undecided true',
    'job-3 undecided true',
    'job-1 passed false',
    'job-4 undecided true',
    'job-1 undecided true',
    'job-5 undecided true',
  ])
})
