// The questions and their answers, over one small world whose every row is known.
import { beforeEach, describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import type { TaskId } from '../../src/domain/task/ids.ts'
import type { TaskAt } from '../../src/projections/plans/tasks-at.ts'
import { readSchema } from '../../src/projections/migrate.ts'
import { createQueries, type Queries } from '../../src/projections/queries.ts'
import { sql } from 'kysely'
import type { ReadDatabase } from '../../src/projections/database.ts'
import type { Listed, PageRequest, QueryFault } from '../../src/projections/views.ts'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { left, right } from '../support/either.ts'
import { cron, definitionOf, every, runId, taskId } from '../support/definitions.ts'
import { reportAt } from './history.ts'
import { createLog, project, usePostgres } from './kit.ts'

const postgres = usePostgres()

const noon = Date.UTC(2026, 10, 23, 12)
const at = (seconds: number) => instantAt(noon + seconds * 1_000)
const dayMs = 86_400_000

const nightly = taskId('nightly', 'billing')
const hourly = taskId('hourly', 'billing')
const clearing = taskId('日终清算', '结算')
const gone = taskId('gone', 'billing')
const foreign = taskId('nightly', 'billing', 'acme')
const world = [nightly, hourly, clearing, gone, foreign]

const retries = { max: 1, backoffMs: 60_000, factor: 1, backoffMaxMs: 60_000, jitter: 0 }
const definitions = new Map([
  [nightly, definitionOf(cron('0 0 3 * * ?'), { name: 'Close 100% of the day_book' })],
  [
    hourly,
    definitionOf(every(3_600_000, { startAt: at(0) }), { dataJson: '{"ledger":"general"}' }),
  ],
  [
    clearing,
    definitionOf(every(60_000, { startAt: at(0), repeatCount: 3 }), {
      name: '日终清算',
      policy: { ...defaultPolicy, retries },
    }),
  ],
])

let queries: Queries
let db: ReadDatabase
let log: ReturnType<typeof createLog>

const planning = (taskId: TaskId, seconds: number, n: number) => ({
  taskId,
  issuedAt: at(seconds),
  runId: runId(n),
  context: { calendars: noCalendars, tzVersion: '1' },
})

const runNow = (taskId: TaskId, seconds: number, n: number) =>
  log.obey(
    { type: 'TriggerTask', ...planning(taskId, seconds, n) },
    { actor: 'li', source: 'console' },
  )

const finish = (
  taskId: TaskId,
  seconds: number,
  n: number,
  type: 'succeeded' | 'failed' | 'accepted',
) =>
  log.obey(
    {
      type: 'RecordAttempt',
      taskId,
      runId: runId(n),
      issuedAt: at(seconds),
      attempt: 1,
      chance: 0,
      report: reportAt(at(seconds) - 250),
      result:
        type === 'failed'
          ? { type, reason: 'refused', resultValue: null, retryable: true }
          : { type, resultValue: 'done' },
    },
    { source: 'recall' },
  )

beforeEach(async () => {
  log = createLog(noon)
  for (const taskId of world)
    await log.obey(
      {
        type: 'AddTask',
        taskId,
        issuedAt: at(-1),
        definition: definitions.get(taskId) ?? definitionOf(cron('0 0 3 * * ?')),
        replace: false,
      },
      { actor: 'wang', reason: '上线', source: 'api' },
    )
  await log.obey(
    { type: 'PauseTask', taskId: nightly, issuedAt: at(1), until: at(100) },
    { actor: 'li', reason: '维护' },
  )
  await log.obey({ type: 'DeleteTask', taskId: gone, issuedAt: at(1) }, { actor: 'li' })
  await log.obey({ type: 'DecideOccurrences', ...planning(hourly, 2, 1) })
  await finish(hourly, 3, 1, 'succeeded')
  for (let n = 10; n < 15; n++) await runNow(hourly, n, n)
  await finish(hourly, 20, 10, 'failed')
  await finish(hourly, 21, 11, 'succeeded')
  await finish(hourly, 22, 12, 'accepted')
  await runNow(clearing, 30, 30)
  await finish(clearing, 31, 30, 'failed')
  await runNow(foreign, 32, 32)
  // A day later, in another partition.
  await runNow(clearing, 86_400 + 5, 50)
  await finish(clearing, 86_400 + 6, 50, 'succeeded')
  db = await postgres.fresh()
  await project(log.store, db)
  queries = createQueries(db)
})

const tenant = 'default'
const first: PageRequest = { limit: 100, cursor: null }

/** Every item, by pages of one size. */
const paged = async <T>(
  ask: (page: PageRequest) => TE.TaskEither<QueryFault, Listed<T>>,
  limit: number,
): Promise<readonly T[]> => {
  const items: T[] = []
  for (let cursor: string | null = null; ;) {
    const page: Listed<T> = right(await ask({ limit, cursor })())
    expect(page.items.length).toBeLessThanOrEqual(limit)
    items.push(...page.items)
    cursor = page.next
    if (cursor === null) return items
  }
}

describe('tasks', () => {
  test.each([
    ['next', [clearing, hourly, nightly]],
    ['changed', [clearing, hourly, nightly]],
    ['key', [hourly, nightly, clearing]],
  ] as const)('in the order %s, page by page', async (order, expected) => {
    for (const limit of [1, 2, 100]) {
      const items = await paged((page) => queries.tasks({ tenant }, page, order), limit)
      expect(items.map(({ taskId }) => taskId)).toEqual(expected)
    }
  })

  test('a page goes on only in the order it began in', async () => {
    const { next: cursor } = right(
      await queries.tasks({ tenant }, { limit: 1, cursor: null }, 'next')(),
    )
    const turned = left(await queries.tasks({ tenant }, { limit: 1, cursor }, 'changed')())
    expect(turned).toMatchObject({ type: 'CursorInvalid' })
  })

  test('of which many fire never, and some at one time, are all listed once', async () => {
    const more = Array.from({ length: 9 }, (_, n) => taskId(`more-${n}`, 'more'))
    for (const [n, each] of more.entries()) {
      const schedule =
        n % 3 === 0 ? cron('0 0 3 * * ?') : every(1_000, { startAt: at(0), repeatCount: 0 })
      const definition = definitionOf(schedule)
      await log.obey({
        type: 'AddTask',
        taskId: each,
        issuedAt: at(200),
        definition,
        replace: false,
      })
      if (n % 3 === 1)
        await log.obey({ type: 'PauseTask', taskId: each, issuedAt: at(201), until: null })
    }
    await project(log.store, db)
    for (const order of ['next', 'changed'] as const)
      for (const limit of [1, 3, 4]) {
        const items = await paged((page) => queries.tasks({ tenant }, page, order), limit)
        const keys = items.map(({ taskId: { group, job } }) => `${group}/${job}`)
        expect(new Set(keys).size).toBe(keys.length)
        expect(keys.length).toBe(12)
        const times = items.map(({ nextFireAt, changedAt }) =>
          order === 'next' ? (nextFireAt ?? Infinity) : -Number(changedAt),
        )
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      }
  })

  const jobs = async (filter: Omit<Parameters<Queries['tasks']>[0], 'tenant'>) =>
    right(await queries.tasks({ tenant, ...filter }, first)()).items.map(({ taskId }) => taskId.job)

  test('are listed by group and job, deleted ones only when asked for', async () => {
    expect(await jobs({})).toEqual(['hourly', 'nightly', '日终清算'])
    expect(await jobs({ group: 'billing' })).toEqual(['hourly', 'nightly'])
    expect(await jobs({ statuses: ['Deleted', 'Paused'] })).toEqual(['gone', 'nightly'])
    expect(await jobs({ group: 'nobody' })).toEqual([])
  })

  test('are found by any part of key, name or payload, whatever its case', async () => {
    expect(await jobs({ text: 'GENERAL' })).toEqual(['hourly'])
    expect(await jobs({ text: '清' })).toEqual(['日终清算'])
    expect(await jobs({ text: '100%' })).toEqual(['nightly'])
    expect(await jobs({ text: 'day_b' })).toEqual(['nightly'])
    expect(await jobs({ text: 'dayxb' })).toEqual([])
    expect(await jobs({ text: '\\' })).toEqual([])
  })

  test('tell what they are, how they are and who made them so', async () => {
    const { item } = right(await queries.task(nightly)())
    expect(item).toMatchObject({
      taskId: nightly,
      status: 'Paused',
      statusSince: at(1),
      statusBy: 'li',
      statusReason: '维护',
      pausedUntil: at(100),
      scheduleKind: 'cron',
      scheduleRule: '0 0 3 * * ?',
      nextFireAt: null,
      addedAt: at(-1),
      addedBy: 'wang',
      changedReason: '上线',
      revision: 1,
      definition: definitions.get(nightly),
      lastRun: null,
    })
    const counted = right(await queries.task(hourly)()).item
    expect(counted).toMatchObject({
      scheduleRule: 'R/PT3600S',
      nextFireAt: at(3_600),
      counts: { fired: 6, succeeded: 2, failed: 1, running: 3, skipped: 0 },
      lastRun: { runId: runId(11), outcome: 'succeeded', finishedAt: at(21) },
    })
    expect(right(await queries.task(gone)()).item).toMatchObject({ status: 'Deleted' })
    expect(right(await queries.task(taskId('never'))()).item).toBeNull()
  })

  test('are listed as of a moment, those left out that came later, in however many groups', async () => {
    const added = async (group: string, seconds: number) => {
      const definition = definitionOf(cron('0 0 3 * * ?'))
      const trigger = { decidedThrough: at(seconds), startAt: null, repeatCount: 0 }
      const event = { type: 'TaskAdded', addedAt: at(seconds), definition } as const
      const task = taskId('one', group)
      return log.append(task, [{ ...event, trigger: { ...trigger, timesTriggered: 0 } }])
    }
    const early = Array.from({ length: 150 }, (_, n) => `early-${String(999 + n).padStart(4, '0')}`)
    let position = await added('early-0999', 10)
    for (const group of early.slice(1)) position = await added(group, 10)
    for (let n = 0; n < 20; n += 1) await added(`between-${n}`, 20)
    await project(log.store, db)
    const around = { now: at(100), followedAt: null }
    const compare: typeof log.store.comparePositions = (a, b) => log.store.comparePositions(a, b)
    const moment = right(await queries.momentOf(position, compare, around)())
    const pagesOf = async (from: Queries, wished: { readonly text?: string }) => {
      const pages: string[][] = []
      for (let cursor: string | null = null; ;) {
        const page: PageRequest = { limit: 60, cursor }
        const listed = right<Listed<TaskAt>>(
          await from.tasksAt({ tenant, ...wished }, moment!.through, page)(),
        )
        pages.push(listed.items.map(({ taskId: { group } }) => group))
        cursor = listed.next
        if (cursor === null) return pages
      }
    }
    const groups = (await pagesOf(queries, {})).flat()
    expect(groups.filter((group) => !['billing', '结算'].includes(group))).toEqual(early)
    const [found, ...others] = await pagesOf(queries, { text: 'early-1100' })
    expect([found, others]).toEqual([['early-1100'], []])
    // However few are wanted, a page looks at so many.
    const patient = await pagesOf(createQueries(db, readSchema, 20), { text: 'early-1100' })
    expect(patient.flat()).toEqual(['early-1100'])
    expect(patient.length).toBeGreaterThanOrEqual(150 / 20)
  })

  test('are counted by group', async () => {
    expect(right(await queries.groups(tenant)()).items).toEqual([
      { group: 'billing', active: 1, paused: 1, completed: 0, failing: 0, running: 3 },
      { group: '结算', active: 1, paused: 0, completed: 0, failing: 0, running: 1 },
    ])
  })

  test('come in pages that join without gap or overlap', async () => {
    const all = right(await queries.tasks({ tenant }, first)()).items
    expect(await paged((page) => queries.tasks({ tenant }, page), 1)).toEqual(all)
  })
})

describe('runs', () => {
  const ids = async (filter: Omit<Parameters<Queries['runs']>[0], 'tenant'>) =>
    right(await queries.runs({ tenant, ...filter }, first)()).items.map(({ runId }) =>
      Number.parseInt(runId, 16),
    )

  test('are listed newest first, open and ended ones together', async () => {
    expect(await ids({})).toEqual([50, 30, 14, 13, 12, 11, 10, 1])
  })

  test('are filtered by group, job, outcome, cause and time', async () => {
    expect(await ids({ group: '结算' })).toEqual([50, 30])
    expect(await ids({ group: 'billing', job: 'hourly' })).toEqual([14, 13, 12, 11, 10, 1])
    expect(await ids({ group: 'billing', job: 'never' })).toEqual([])
    expect(await ids({ outcomes: ['failed'] })).toEqual([10])
    expect(await ids({ outcomes: ['succeeded', 'accepted'] })).toEqual([50, 12, 11, 1])
    expect(await ids({ outcomes: ['retrying'] })).toEqual([30])
    expect(await ids({ causes: ['schedule'] })).toEqual([1])
    expect(await ids({ causes: ['schedule', 'manual'], outcomes: ['failed'] })).toEqual([10])
    expect(await ids({ from: at(11), until: at(14) })).toEqual([13, 12, 11])
    expect(await ids({ from: instantAt(noon + dayMs) })).toEqual([50])
    expect(await ids({ from: instantAt(-8.64e15), until: instantAt(8.64e15) })).toHaveLength(8)
    expect(right(await queries.runs({ tenant: 'acme' }, first)()).items).toHaveLength(1)
  })

  test('tell what happened to the call', async () => {
    expect(right(await queries.run(runId(1))()).item).toEqual({
      runId: runId(1),
      taskId: hourly,
      cause: 'schedule',
      scheduledFor: at(0),
      triggeredAt: at(2),
      startedAt: at(2.75),
      finishedAt: at(3),
      outcome: 'succeeded',
      attempts: 1,
      latenessMs: 2_750,
      durationMs: 250,
      reason: null,
      resultValue: 'done',
      statusCode: 200,
      target: 'http://callee.test/run',
      revision: 1,
      retryAt: null,
      deadlineAt: null,
    })
    expect(right(await queries.run(runId(30))()).item).toMatchObject({
      outcome: 'retrying',
      reason: 'refused',
      attempts: 1,
      retryAt: at(91),
      finishedAt: null,
    })
    expect(right(await queries.run(runId(99))()).item).toBeNull()
  })

  test('lead to their task by run id alone, while open and afterwards', async () => {
    const taskOf = async (n: number) => right(await queries.taskOfRun(runId(n))()).item
    expect(await taskOf(12)).toEqual(hourly)
    expect(await taskOf(50)).toEqual(clearing)
    expect(await taskOf(32)).toEqual(foreign)
    expect(await taskOf(99)).toBeNull()
  })

  test('come in pages that join without gap or overlap, whatever the filter', async () => {
    for (const filter of [
      {},
      { group: 'billing' },
      { outcomes: ['succeeded', 'running'] as const },
    ]) {
      const ask = (page: PageRequest) => queries.runs({ tenant, ...filter }, page)
      const all = right(await ask(first)()).items
      for (const limit of [1, 2, 3]) expect(await paged(ask, limit)).toEqual(all)
    }
  })
})

describe('activity', () => {
  const told = async (filter: Omit<Parameters<Queries['activity']>[0], 'tenant'>) =>
    right(await queries.activity({ tenant, ...filter }, first)()).items.map(
      ({ type, taskId }): [string, string | undefined] => [type, taskId?.job],
    )

  test('is every event, newest first', async () => {
    const { items } = right(await queries.activity({ tenant }, first)())
    expect(items).toHaveLength(20)
    expect(items[0]).toMatchObject({
      taskId: clearing,
      type: 'RecallSucceeded',
      runId: runId(50),
      actor: null,
      source: 'recall',
      detail: { attempt: 1, durationMs: 12.5, statusCode: 200 },
    })
    expect(items.at(-1)).toMatchObject({
      taskId: nightly,
      type: 'TaskAdded',
      revision: 0,
      actor: 'wang',
      reason: '上线',
      detail: { rule: '0 0 3 * * ?', zone: 'UTC' },
    })
  })

  test('is filtered by task, type, person, door and time', async () => {
    expect(await told({ group: 'billing', job: 'gone' })).toEqual([
      ['TaskDeleted', 'gone'],
      ['TaskAdded', 'gone'],
    ])
    expect(await told({ types: ['TaskPaused', 'TaskDeleted'] })).toEqual([
      ['TaskDeleted', 'gone'],
      ['TaskPaused', 'nightly'],
    ])
    expect(await told({ actor: 'wang', group: '结算' })).toEqual([['TaskAdded', '日终清算']])
    expect(await told({ source: 'console', group: '结算' })).toHaveLength(2)
    expect(await told({ actor: 'wang', source: 'console' })).toEqual([])
    // The log's clock ticks once for each append.
    expect(await told({ from: instantAt(noon + 2), until: instantAt(noon + 4) })).toEqual([
      ['TaskAdded', '日终清算'],
      ['TaskAdded', 'hourly'],
    ])
  })

  test('comes in pages that join without gap or overlap', async () => {
    for (const filter of [{}, { types: ['TaskAdded', 'TaskTriggered'] as const }]) {
      const ask = (page: PageRequest) => queries.activity({ tenant, ...filter }, page)
      expect(await paged(ask, 2)).toEqual(right(await ask(first)()).items)
    }
  })
})

describe('activity of one run', () => {
  test('is what happened to it, and nobody else sees it', async () => {
    const { items } = right(await queries.activity({ tenant, runId: runId(30) }, first)())
    expect(items.map(({ type, taskId }) => [type, taskId])).toEqual([
      ['RecallFailed', clearing],
      ['TaskTriggered', clearing],
    ])
    const asked = { tenant: 'nobody', runId: runId(30) }
    expect(right(await queries.activity(asked, first)()).items).toEqual([])
    const unknown = right(await queries.activity({ tenant, runId: runId(999_999) }, first)())
    expect([unknown.items, unknown.next]).toEqual([[], null])
    const failures = { tenant, runId: runId(30), types: ['RecallFailed'] as const }
    expect(right(await queries.activity(failures, first)()).items).toHaveLength(1)
  })
})

describe('every answer', () => {
  test('says how far it reaches and how old it is', async () => {
    const head = right(await log.store.head()())
    const { freshness } = right(await queries.tasks({ tenant }, first)())
    expect(freshness.position).toBe(head)
    expect(freshness.ageMs).toBeGreaterThanOrEqual(0)
    expect(freshness.ageMs).toBeLessThan(60_000)
    expect(right(await queries.position()())).toMatchObject({ position: head })
  })

  test('refuses a cursor of another filter, another list, or nobody', async () => {
    const { next } = right(await queries.runs({ tenant }, { limit: 1, cursor: null })())
    const refused = { type: 'CursorInvalid', retryable: false }
    const page = { limit: 1, cursor: next }
    expect(left(await queries.runs({ tenant, group: 'billing' }, page)())).toEqual(refused)
    expect(left(await queries.activity({ tenant }, page)())).toEqual(refused)
    expect(left(await queries.tasks({ tenant }, { ...page, cursor: 'x' })())).toEqual(refused)
  })

  test('is a fault while there is no database', async () => {
    await sql`drop schema carillon_read cascade`.execute(db)
    const fault = left(await queries.groups(tenant)())
    expect(fault).toMatchObject({ type: 'ReadModelUnavailable', retryable: true })
  })
})
