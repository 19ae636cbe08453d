// What happened to this call? Open and ended runs are one list, newest first, and a page costs the
// same however many runs there are. What no index answers is searched for stretch by stretch.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { sql, type RawBuilder } from 'kysely'
import { instantAt, type Instant } from '../../domain/instant.ts'
import { TaskId, type RunId } from '../../domain/task/ids.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { answering, readFreshness, readScope, unionAll, type Reading } from '../reading.ts'
import { missedBy, readLatestRetained, readRetained } from '../retention/horizons.ts'
import { selectRows } from '../rows.ts'
import type {
  Found,
  FoundRun,
  History,
  PageRequest,
  QueryFault,
  RunsFilter,
  RunView,
} from '../views.ts'
import { conditionsOf, isBefore, isIndexed, RunKey, selectRuns } from './run-conditions.ts'
import { endedRuns, named, openRuns, StoredRunRow, type RunRow, viewOf } from './run-rows.ts'
import { searchRuns } from './search.ts'

export const listRuns = (
  reading: Reading,
  filter: RunsFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, History<RunView>> => {
  const cursors = cursorsOf('runs', RunKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  const before = after.right
  return answering(async () => {
    const { freshness, taskNo, conditions: scope } = await readScope(reading, filter)
    if (scope === null) return { items: [], next: null, freshness, retainedFrom: null }
    const retainedFrom = missedBy(filter.from, await readRetained(reading, taskNo))
    const asked = { reading, filter, scope, limit: rowsOf(page.limit) }
    const cursorOf = ({ triggeredAt, seq }: RunRow) => cursors.write([triggeredAt, seq])
    if (isIndexed(filter, scope)) {
      const rows = await selectRuns(asked, [...conditionsOf(asked), ...isBefore(before)])
      return { ...pageOf(rows, page.limit, viewOf, cursorOf, freshness), retainedFrom }
    }
    const { rows, searchedTo } = await searchRuns(asked, before)
    if (searchedTo === null || rows.length >= asked.limit)
      return { ...pageOf(rows, page.limit, viewOf, cursorOf, freshness), retainedFrom }
    return { items: rows.map(viewOf), next: cursors.write(searchedTo), freshness, retainedFrom }
  })
}

const byId = (reading: Reading, runId: RunId): RawBuilder<unknown> =>
  unionAll(
    [openRuns(reading), endedRuns(reading)].map(
      (select) => sql`${select} where r.run_id = ${runId}::uuid`,
    ),
  )

export const findRun = (reading: Reading, runId: RunId): TE.TaskEither<QueryFault, FoundRun> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const query = sql`${named(reading, byId(reading, runId))} limit 1`
    const [row] = await selectRows(reading.db, StoredRunRow, query)
    if (row !== undefined) return { item: viewOf(row), freshness, retainedFrom: null }
    const retainedFrom = missedBy(mintedAt(runId), await readLatestRetained(reading))
    return { item: null, freshness, retainedFrom }
  })

/** Run ids begin with the time, as UUIDs of version 7 do; those of other origin tell nothing. */
const mintedAt = (runId: RunId): Instant =>
  instantAt(/^.{12}7/.test(runId) ? Number.parseInt(runId.slice(0, 12), 16) : maxMs)

const maxMs = 8.64e15

export const findTaskOfRun = (
  reading: Reading,
  runId: RunId,
): TE.TaskEither<QueryFault, Found<TaskId>> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const { db, table } = reading
    const taskIn = (runs: string) =>
      selectRows(
        db,
        TaskId,
        sql`select tenant, task_group as "group", job
          from ${table(runs)} join ${table('tasks')} using (task_no)
          where run_id = ${runId}::uuid limit 1`,
      )
    // A run that is still open is found without a look at the history.
    const [open] = await taskIn('open_runs')
    const [found] = open === undefined ? await taskIn('runs') : [open]
    return { item: found ?? null, freshness }
  })
