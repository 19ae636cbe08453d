// What was decided about each planned instant? Fires are runs, everything else is a skipped span;
// both are numbered in the order of the log, so that they are one list. Each branch of the union
// walks an index of its own and stops after a page.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { Cause, SkipVerdict } from '../../domain/task/events.ts'
import { RunId, TaskId } from '../../domain/task/ids.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { all, answering, instantParameter, readScope, unionAll, type Reading } from '../reading.ts'
import { missedBy, readRetained } from '../retention/horizons.ts'
import { asStored, nullable, runIdText, selectRows } from '../rows.ts'
import { OpenOutcome } from '../runs/stored.ts'
import { FinalOutcome } from '../tasks/stored.ts'
import type { History, PageRequest, QueryFault } from '../views.ts'
import type { LedgerFilter, VerdictView } from './views.ts'

const LedgerRow = t.intersection([
  TaskId,
  t.type({
    decidedAt: InstantFromNumber,
    seq: t.number,
    revision: t.number,
    verdict: t.union([t.literal('fired'), SkipVerdict]),
    first: nullable(InstantFromNumber),
    last: nullable(InstantFromNumber),
    count: t.number,
    countExact: t.boolean,
    runId: nullable(RunId),
    cause: nullable(Cause),
    outcome: nullable(t.union([OpenOutcome, FinalOutcome])),
    blockedBy: nullable(RunId),
  }),
])
type LedgerRow = t.TypeOf<typeof LedgerRow>
const StoredLedgerRow = asStored(LedgerRow)

const viewOf = (row: LedgerRow): VerdictView => {
  const { tenant, group, job, verdict, decidedAt, first, last, count, countExact } = row
  const { runId, cause, outcome, blockedBy, revision } = row
  const run = runId && cause && outcome ? { runId, cause, outcome } : null
  const span = { first, last, count, countExact }
  return { taskId: { tenant, group, job }, verdict, decidedAt, ...span, run, blockedBy, revision }
}

const newestFirst = sql`order by decided_at desc, seq desc`
const LedgerKey = t.tuple([InstantFromNumber, t.number])

export const listVerdicts = (
  reading: Reading,
  filter: LedgerFilter,
  page: PageRequest,
): TE.TaskEither<QueryFault, History<VerdictView>> => {
  const cursors = cursorsOf('ledger', LedgerKey, filter)
  const after = cursors.read(page.cursor)
  if (E.isLeft(after)) return TE.left(after.left)
  return answering(async () => {
    const { freshness, taskNo, conditions } = await readScope(reading, filter)
    if (conditions === null) return { items: [], next: null, freshness, retainedFrom: null }
    const retainedFrom = missedBy(filter.from, await readRetained(reading, taskNo))
    const limit = rowsOf(page.limit)
    const branches = branchesOf(reading, filter).map(({ select, at, only }) => {
      const where = all([...conditions, ...only, ...conditionsOf(at, filter, after.right)])
      return sql`${select} where ${where} order by r.${at} desc, r.seq desc limit ${limit}`
    })
    const rows = await selectRows(
      reading.db,
      StoredLedgerRow,
      sql`select decided_at as "decidedAt", seq, revision, verdict, first_at as "first",
          last_at as "last", count, count_exact as "countExact", ${runIdText('run_id')} as "runId",
          cause, outcome, ${runIdText('blocked_by')} as "blockedBy", tenant, task_group as "group", job
        from (${unionAll(branches)} ${newestFirst} limit ${limit}) r
          join ${reading.table('tasks')} using (task_no)
        ${newestFirst}`,
    )
    const cursorOf = ({ decidedAt, seq }: LedgerRow) => cursors.write([decidedAt, seq])
    return { ...pageOf(rows, page.limit, viewOf, cursorOf, freshness), retainedFrom }
  })
}

interface Branch {
  readonly select: RawBuilder<unknown>
  /** The column of when it was decided. */
  readonly at: RawBuilder<unknown>
  readonly only: readonly RawBuilder<unknown>[]
}

/** Open runs, ended runs and skipped spans, as the same columns of a table called `r`. */
export const branchesOf = (
  { table }: Reading,
  { verdicts }: Pick<LedgerFilter, 'verdicts'>,
): readonly Branch[] => {
  const fired = ['open_runs', 'runs'].map((runs) => ({
    select: sql`select r.task_no, r.triggered_at as decided_at, r.seq, r.revision,
        'fired'::text as verdict, r.scheduled_for as first_at, r.scheduled_for as last_at,
        1 as count, true as count_exact, r.run_id, r.cause, r.outcome, null::uuid as blocked_by
      from ${table(runs)} r`,
    at: sql`triggered_at`,
    only: [],
  }))
  const skipped = (only: readonly RawBuilder<unknown>[]): Branch => ({
    select: sql`select r.task_no, r.decided_at, r.seq, r.revision, r.verdict, r.first_at, r.last_at,
        r.count, r.count_exact, null::uuid as run_id, null::${table('run_cause')} as cause,
        null::${table('run_outcome')} as outcome, r.blocked_by
      from ${table('skips')} r`,
    at: sql`decided_at`,
    only,
  })
  const wanted = [...new Set(verdicts ?? [])]
  if (wanted.length === 0) return [...fired, skipped([])]
  return wanted.flatMap((verdict) =>
    verdict === 'fired' ? fired : [skipped([sql`r.verdict = ${verdict}`])],
  )
}

const conditionsOf = (
  at: RawBuilder<unknown>,
  { from, until }: LedgerFilter,
  before: t.TypeOf<typeof LedgerKey> | null,
): readonly RawBuilder<unknown>[] => {
  const conditions: RawBuilder<unknown>[] = []
  if (from !== undefined) conditions.push(sql`r.${at} >= ${instantParameter(from)}`)
  if (until !== undefined) conditions.push(sql`r.${at} < ${instantParameter(until)}`)
  if (before !== null) {
    const instant = instantParameter(before[0])
    // The first condition says less than the second, but partitions are chosen by it.
    conditions.push(sql`r.${at} <= ${instant}`)
    conditions.push(sql`(r.${at}, r.seq) < (${instant}, ${before[1]}::bigint)`)
  }
  return conditions
}
