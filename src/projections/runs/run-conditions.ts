// What a list of runs asks of each run, on a table called `r`; and the branches its union has.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { all, instantParameter, unionAll, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import type { RunsFilter } from '../views.ts'
import { endedRuns, named, openRuns, StoredRunRow, type RunRow } from './run-rows.ts'
import { OpenOutcome } from './stored.ts'

/** Where in the list a page ends: its order is newest first by both. */
export const RunKey = t.tuple([InstantFromNumber, t.number])
export type RunKey = t.TypeOf<typeof RunKey>

export const newestFirst = sql`order by triggered_at desc, seq desc`

export interface AskedRuns {
  readonly reading: Reading
  readonly filter: RunsFilter
  /** What narrows the list to a tenant, a group or a task. */
  readonly scope: readonly RawBuilder<unknown>[]
  /** Rows to ask for. */
  readonly limit: number
}

export const conditionsOf = ({ filter, scope }: AskedRuns): readonly RawBuilder<unknown>[] => {
  const { causes, from, until, durationMinMs, latenessMinMs } = filter
  const conditions: RawBuilder<unknown>[] = [...scope]
  if (causes !== undefined && causes.length > 0)
    conditions.push(sql`r.cause in (${sql.join(causes)})`)
  if (from !== undefined) conditions.push(sql`r.triggered_at >= ${instantParameter(from)}`)
  if (until !== undefined) conditions.push(sql`r.triggered_at < ${instantParameter(until)}`)
  if (durationMinMs !== undefined)
    conditions.push(...atLeast(sql`r.finished_at - r.started_at`, durationMinMs))
  if (latenessMinMs !== undefined)
    conditions.push(...atLeast(sql`r.started_at - r.scheduled_for`, latenessMinMs))
  return conditions
}

/** From here on there is an index of runs that last, or come, so late. */
export const indexedFromMs = 1_000

const atLeast = (length: RawBuilder<unknown>, ms: number): readonly RawBuilder<unknown>[] => [
  sql`${length} >= ${ms}::float8 * interval '1 millisecond'`,
  // Word for word what the index says of itself.
  ...(ms >= indexedFromMs ? [sql`${length} >= interval '1 second'`] : []),
]

export const isBefore = (key: RunKey | null): readonly RawBuilder<unknown>[] => {
  if (key === null) return []
  const [triggeredAt, seq] = key
  const instant = instantParameter(triggeredAt)
  // The first condition says less than the second, but partitions are chosen by it.
  return [
    sql`r.triggered_at <= ${instant}`,
    sql`(r.triggered_at, r.seq) < (${instant}, ${seq}::bigint)`,
  ]
}

export const isNotBefore = (key: RunKey | null): readonly RawBuilder<unknown>[] => {
  if (key === null) return []
  const [triggeredAt, seq] = key
  const instant = instantParameter(triggeredAt)
  return [
    sql`r.triggered_at >= ${instant}`,
    sql`(r.triggered_at, r.seq) >= (${instant}, ${seq}::bigint)`,
  ]
}

/** Newest first, each branch along an index of its own and no further than the limit. */
export const unionOfRuns = (
  { reading, filter }: AskedRuns,
  where: readonly RawBuilder<unknown>[],
  limit: number,
  selects: RunSelects = { open: openRuns(reading), ended: endedRuns(reading) },
): RawBuilder<unknown> => {
  const branches = branchesOf(selects, filter).map(
    ({ select, outcome }) =>
      sql`${select} where ${all([...where, ...outcome])} ${newestFirst} limit ${limit}`,
  )
  return sql`${unionAll(branches)} ${newestFirst} limit ${limit}`
}

export const selectRuns = (
  asked: AskedRuns,
  where: readonly RawBuilder<unknown>[],
): Promise<readonly RunRow[]> => {
  const { reading, limit } = asked
  const query = sql`${named(reading, unionOfRuns(asked, where, limit))} ${newestFirst}`
  return selectRows(reading.db, StoredRunRow, query)
}

/** What is read of either kind. */
interface RunSelects {
  readonly open: RawBuilder<unknown>
  readonly ended: RawBuilder<unknown>
}

interface Branch {
  readonly select: RawBuilder<unknown>
  readonly outcome: readonly RawBuilder<unknown>[]
}

/**
 * The places of the newest runs along one index, whatever else is asked of them: where a search looks at
 * one run after the other, this is the order it goes in. They stand in the index itself.
 */
export const walkOfRuns = (
  asked: AskedRuns,
  where: readonly RawBuilder<unknown>[],
  limit: number,
): RawBuilder<unknown> => {
  const { outcomes, durationMinMs, latenessMinMs, job, causes } = asked.filter
  const { filter, scope } = asked
  const placesIn = (name: string) =>
    sql`select r.triggered_at, r.seq from ${asked.reading.table(name)} r`
  const places = { open: placesIn('open_runs'), ended: placesIn('runs') }
  const along = (one: RunsFilter, own: readonly RawBuilder<unknown>[] = []): RawBuilder<unknown> =>
    unionOfRuns({ ...asked, filter: one }, [...own, ...where], limit, places)
  if (job !== undefined) return along({ tenant: filter.tenant }, scope)
  if ((latenessMinMs ?? 0) >= indexedFromMs) return along({ ...filter, outcomes: [] }, [isLate])
  if ((durationMinMs ?? 0) >= indexedFromMs) return along({ ...filter, outcomes: [] }, [isSlow])
  if (isRareCause(filter)) return along({ tenant: filter.tenant }, [causedBy(causes ?? [])])
  if (isRareOutcome(filter)) return along({ tenant: filter.tenant, outcomes })
  return along({ tenant: filter.tenant }, filter.group === undefined ? [] : scope)
}

const isLate = sql`r.started_at - r.scheduled_for >= interval '1 second'`
const isSlow = sql`r.finished_at - r.started_at >= interval '1 second'`
const causedBy = (causes: readonly string[]): RawBuilder<unknown> =>
  sql`r.cause in (${sql.join(causes)})`

const isRareCause = ({ causes = [] }: RunsFilter): boolean =>
  causes.length > 0 && !causes.includes('schedule')
const isRareOutcome = ({ outcomes = [] }: RunsFilter): boolean =>
  outcomes.length > 0 && !outcomes.includes('succeeded')

/** Whether one index finds what is asked for, in order, and nothing else. */
export const isIndexed = (filter: RunsFilter, scope: AskedRuns['scope']): boolean => {
  const { text, durationMinMs, latenessMinMs, outcomes = [], causes = [], group, job } = filter
  const lengths = [durationMinMs, latenessMinMs].filter((ms) => ms !== undefined)
  if (text !== undefined || lengths.some((ms) => ms !== indexedFromMs)) return false
  const isNarrow = group !== undefined || job !== undefined
  // Beside other tenants' runs, a tenant's own are met by walking.
  if (!isNarrow && scope.length > 0) return false
  const wishes = [isNarrow, outcomes.length > 0, causes.length > 0].filter(Boolean).length
  const ofGroup = isNarrow && job === undefined && causes.length === 0 && isRareOutcome(filter)
  return lengths.length + wishes <= 1 || (ofGroup && lengths.length === 0)
}

/** One for each outcome asked for, because there is an index for each. */
const branchesOf = (
  selects: RunSelects,
  { outcomes, durationMinMs }: RunsFilter,
): readonly Branch[] => {
  // Only a run that has ended has lasted.
  const open = durationMinMs === undefined ? [selects.open] : []
  if (outcomes === undefined || outcomes.length === 0)
    return [...open, selects.ended].map((select) => ({ select, outcome: [] }))
  const wanted = [...new Set(outcomes)].flatMap((outcome) =>
    (OpenOutcome.is(outcome) ? open : [selects.ended]).map((select) => ({
      select,
      outcome: [sql`r.outcome = ${outcome}`],
    })),
  )
  return wanted.length > 0 ? wanted : [{ select: selects.ended, outcome: [sql`false`] }]
}
