// The read models are a function of the log: however it is cut into batches, however little is
// remembered, and however often a page is shown, the rows are the same.
import fc from 'fast-check'
import { sql } from 'kysely'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { nextPlanned } from '../../src/domain/schedule/settle.ts'
import { compileTimetable } from '../../src/domain/schedule/timetable.ts'
import { spreadOf } from '../../src/domain/task/occurrences.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import type { TaskId } from '../../src/domain/task/ids.ts'
import { createQueries } from '../../src/projections/queries.ts'
import type { GroupView, TaskSummary } from '../../src/projections/views.ts'
import { right } from '../support/either.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { histories, tasks, writeHistory } from './history.ts'
import { createLog, everyRow, project, usePostgres } from './kit.ts'

const postgres = usePostgres()

describe('a replay gives identical rows', () => {
  test('in batches of any size, with any memory', async () => {
    const db = postgres.connect(await postgres.freshUrl())
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 40 }),
        fc.nat(3),
        async (history, batchMax, remembered) => {
          const log = createLog()
          await writeHistory(log, history)
          await migrate(db, 'whole')
          await migrate(db, 'pieces')
          await project(log.store, db, { schema: 'whole' })
          const memory = { tasksMax: remembered, runsMax: remembered }
          await project(log.store, db, { schema: 'pieces', batchMax, memory })
          expect(await everyRow(db, 'pieces')).toEqual(await everyRow(db, 'whole'))
          await sql`drop schema whole cascade`.execute(db)
          await sql`drop schema pieces cascade`.execute(db)
        },
      ),
      { numRuns: 20 },
    )
  })
})

/** What the rules' own fold says of a task, as far as the read models tell the same. */
const expectedOf = (taskId: TaskId, state: TaskState) => {
  if (state.status === 'Absent') return null
  const { schedule } = state.definition
  const timetable = compileTimetable(schedule)
  const planned =
    state.status === 'Active' && E.isRight(timetable)
      ? nextPlanned(timetable.right, state.trigger)
      : null
  return {
    status: state.status,
    statusSince: state.since,
    pausedUntil: state.status === 'Paused' ? state.until : null,
    addedAt: state.addedAt,
    definition: state.definition,
    nextFireAt: planned === null ? null : planned + spreadOf(taskId, schedule.jitterMs),
    open: [...state.runs.values()]
      .map(({ runId, phase, phaseAt, cause, scheduledFor, triggeredAt }) => ({
        ...{ runId, cause, scheduledFor, triggeredAt },
        outcome: { calling: 'running', waiting: 'retrying', accepted: 'accepted' }[phase],
        retryAt: phase === 'waiting' ? phaseAt : null,
        deadlineAt: phase === 'accepted' ? phaseAt : null,
      }))
      .toSorted(byRunId),
  }
}

/** Counted task by task. */
const groupsOf = (listed: readonly TaskSummary[]): readonly GroupView[] =>
  [...new Set(listed.map(({ taskId }) => taskId.group))].toSorted().flatMap((group) => {
    const tasksIn = listed.filter(({ taskId }) => taskId.group === group)
    const inState = (status: string) => tasksIn.filter((task) => task.status === status)
    const [active, paused, completed] = ['Active', 'Paused', 'Completed'].map(inState)
    const failing = active?.filter(({ failingSince }) => failingSince !== null)
    const counts = [active, paused, completed, failing].map((some) => some?.length ?? 0)
    const [actives = 0, pauses = 0, completions = 0, failures = 0] = counts
    if (actives + pauses + completions === 0) return []
    const running = tasksIn.reduce((sum, { counts: { running: n } }) => sum + n, 0)
    const states = { active: actives, paused: pauses, completed: completions }
    return [{ group, ...states, failing: failures, running }]
  })

const byRunId = (a: { runId: string }, b: { runId: string }): number => (a.runId < b.runId ? -1 : 1)

test('tasks and open runs agree with what the rules fold from the same events', async () => {
  const db = await postgres.fresh()
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 1, max: 40 }), async (history, batchMax) => {
      const log = createLog()
      await writeHistory(log, history)
      await sql`drop schema carillon_read cascade`.execute(db)
      await migrate(db)
      await project(log.store, db, { batchMax })
      const queries = createQueries(db)
      const { items: groups } = right(await queries.groups('default')())
      const anyStatus = ['Active', 'Paused', 'Completed', 'Deleted'] as const
      const whole = { tenant: 'default', statuses: anyStatus }
      const listed = right(await queries.tasks(whole, { limit: 1_000, cursor: null })()).items
      expect(groups).toEqual(groupsOf(listed))
      for (const taskId of tasks) {
        const { item } = right(await queries.task(taskId)())
        const openOnes = { ...taskId, outcomes: ['running', 'retrying', 'accepted'] as const }
        const runs = right(await queries.runs(openOnes, { limit: 100, cursor: null })())
        const expected = expectedOf(taskId, log.stateOf(taskId))
        if (expected === null || item === null) {
          expect(item).toBe(expected)
          continue
        }
        const { open, ...task } = expected
        const { sinceChange } = log.stateOf(taskId)
        expect(item.changeRevision).toBe(item.revision - sinceChange)
        expect(item).toMatchObject({ ...task, counts: { running: open.length } })
        expect(runs.items.toSorted(byRunId)).toMatchObject(open)
        const state = log.stateOf(taskId)
        if (state.status === 'Absent') continue
        const { items } = right(
          await queries.standings({ version: 0, seq: 0, events: 0 }, 10_000)(),
        )
        const standing = items.findLast(
          (row) =>
            row.tenant === taskId.tenant && row.group === taskId.group && row.job === taskId.job,
        )
        expect(standing).toMatchObject({
          status: state.status,
          pausedUntil: task.pausedUntil,
          schedule: state.definition.schedule,
          startAt: state.trigger.startAt,
          repeatCount: state.trigger.repeatCount,
        })
      }
    }),
    { numRuns: 20 },
  )
})
