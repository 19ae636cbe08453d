// The statistics of one task, counted from its runs and skipped spans: exact, and bounded by how many
// of the newest are looked at.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, instantAt, type Instant } from '../../domain/instant.ts'
import { SkipVerdict } from '../../domain/task/events.ts'
import { all, instantParameter, unionAll, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import { bucketStart } from './buckets.ts'
import type { Percentiles, StatsBucket, StatsFilter } from './views.ts'

/** Runs, and skipped spans, that one answer looks at. */
const rowsMax = 20_000

const Shares = nullable(t.array(t.number))

const CountedRow = t.type({
  from: InstantFromNumber,
  oldest: InstantFromNumber,
  fired: t.number,
  succeeded: t.number,
  failed: t.number,
  timedOut: t.number,
  cancelled: t.number,
  latenessShares: Shares,
  latenessMax: nullable(t.number),
  durationShares: Shares,
  durationMax: nullable(t.number),
})
type CountedRow = t.TypeOf<typeof CountedRow>

const SkippedRow = t.type({ from: InstantFromNumber, verdict: SkipVerdict, count: t.number })

export const countTaskBuckets = async (
  reading: Reading,
  taskNo: number,
  filter: StatsFilter,
): Promise<{
  readonly buckets: readonly StatsBucket[]
  readonly countedFrom: Instant | null
}> => {
  const { db } = reading
  const counted = await selectRows(db, CountedRow, countedRuns(reading, taskNo, filter))
  const skipped = await selectRows(db, SkippedRow, countedSkips(reading, taskNo, filter))
  const looked = counted.reduce((sum, { fired }) => sum + fired, 0)
  const oldest = Math.min(...counted.map((row) => row.oldest))
  return {
    buckets: bucketsOf(counted, skipped),
    countedFrom: looked < rowsMax ? null : instantAt(oldest),
  }
}

const bucketsOf = (
  counted: readonly CountedRow[],
  skipped: readonly t.TypeOf<typeof SkippedRow>[],
): readonly StatsBucket[] => {
  const runs = new Map(counted.map((row) => [row.from, row]))
  const verdicts = new Map<Instant, Partial<Record<SkipVerdict, number>>>()
  for (const { from, verdict, count } of skipped)
    verdicts.set(from, { ...verdicts.get(from), [verdict]: count })
  return [...new Set([...runs.keys(), ...verdicts.keys()])].map((from) =>
    bucketOfRow(from, runs.get(from), verdicts.get(from) ?? {}),
  )
}

const bucketOfRow = (
  from: Instant,
  row: CountedRow | undefined,
  skipped: StatsBucket['skipped'],
): StatsBucket => {
  const { fired = 0, succeeded = 0, failed = 0, timedOut = 0, cancelled = 0 } = row ?? {}
  const running = fired - succeeded - failed - timedOut - cancelled
  const outcomes = { succeeded, failed, timedOut, cancelled, running }
  const lateness = percentilesOf(row?.latenessShares ?? null, row?.latenessMax ?? null)
  const duration = percentilesOf(row?.durationShares ?? null, row?.durationMax ?? null)
  return { from, fired, ...outcomes, skipped, lateness, duration }
}

const percentilesOf = (
  shares: readonly number[] | null,
  max: number | null,
): Percentiles | null => {
  const [p50, p95, p99] = shares ?? []
  if (p50 === undefined || p95 === undefined || p99 === undefined || max === null) return null
  return { p50, p95, p99, max }
}

const countedRuns = (reading: Reading, taskNo: number, filter: StatsFilter) => {
  const newest = (runs: string, finishedAt: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`select triggered_at, scheduled_for, started_at, ${finishedAt} as finished_at, outcome
      from ${reading.table(runs)}
      where ${all([sql`task_no = ${taskNo}`, ...within(sql`triggered_at`, filter)])}
      order by triggered_at desc, seq desc limit ${rowsMax}`
  const runs = unionAll([
    newest('open_runs', sql`null::timestamptz`),
    newest('runs', sql`finished_at`),
  ])
  const shares = sql`percentile_disc(array[0.5, 0.95, 0.99]) within group`
  return sql`select ${bucketStart(sql`triggered_at`, filter)} as "from",
      min(triggered_at) as oldest, count(*) as fired,
      count(*) filter (where outcome = 'succeeded') as succeeded,
      count(*) filter (where outcome = 'failed') as failed,
      count(*) filter (where outcome = 'timed-out') as "timedOut",
      count(*) filter (where outcome = 'cancelled') as cancelled,
      ${shares} (order by lateness) as "latenessShares", max(lateness) as "latenessMax",
      ${shares} (order by duration) as "durationShares", max(duration) as "durationMax"
    from (select *, ${milliseconds(sql`scheduled_for`, sql`started_at`)} as lateness,
        ${milliseconds(sql`started_at`, sql`finished_at`)} as duration
      from (${runs}) r order by triggered_at desc limit ${rowsMax}) r
    group by 1`
}

const countedSkips = ({ table }: Reading, taskNo: number, filter: StatsFilter) =>
  sql`select ${bucketStart(sql`decided_at`, filter)} as "from", verdict, sum(count)::float8 as count
    from (select decided_at, verdict, count from ${table('skips')}
      where ${all([sql`task_no = ${taskNo}`, ...within(sql`decided_at`, filter)])}
      order by decided_at desc, seq desc limit ${rowsMax}) r
    group by 1, 2`

const within = (at: RawBuilder<unknown>, filter: StatsFilter): readonly RawBuilder<unknown>[] => [
  sql`${at} >= ${bucketStart(instantParameter(filter.from), filter)}`,
  sql`${at} < ${instantParameter(filter.until)}`,
]

/** Never below 0: clocks differ. */
const milliseconds = (from: RawBuilder<unknown>, until: RawBuilder<unknown>) =>
  sql`case when ${until} >= ${from}
    then round(extract(epoch from ${until} - ${from}) * 1000)::float8
    when ${until} < ${from} then 0 end`
