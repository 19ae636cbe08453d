// Where buckets of time begin and what one shows: shared by the statistics that are kept and those
// that are counted when asked for. Minutes and hours are those of UTC, days those of a zone.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { Instant, InstantFromNumber, instantAt } from '../../domain/instant.ts'
import { instantParameter, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import { percentilesOf } from './kept-percentiles.ts'
import { startOfStep, tallySteps, type Tally } from './table.ts'
import type { StatsBucket, StatsFilter } from './views.ts'

export const bucketStarts = async (
  { db }: Reading,
  { step, zone, from, until }: StatsFilter,
): Promise<readonly Instant[]> => {
  if (step !== 'day') {
    const starts: Instant[] = []
    for (let at = startOfStep(from, step); at < until; at += tallySteps[step])
      starts.push(instantAt(at))
    return starts
  }
  const rows = await selectRows(
    db,
    t.type({ from: InstantFromNumber }),
    sql`select day at time zone ${zone} as "from"
      from generate_series(date_trunc('day', ${instantParameter(from)} at time zone ${zone}),
        ${instantParameter(until - 1)} at time zone ${zone}, interval '1 day') day
      order by 1`,
  )
  return rows.map((row) => row.from)
}

/** The begin of the bucket that an instant is in. */
export const bucketStart = (
  at: RawBuilder<unknown>,
  { step, zone }: Pick<StatsFilter, 'step' | 'zone'>,
): RawBuilder<unknown> =>
  sql`date_trunc(${step}::text, ${at}, ${step === 'day' ? zone : 'UTC'}::text)`

/** Where in the table the rows are that buckets are made of. */
export const placesIn = (
  scope: number,
  filter: Omit<StatsFilter, 'tenant'>,
): readonly RawBuilder<unknown>[] => [
  sql`scope = ${scope}`,
  sql`step = ${filter.step === 'day' ? 'hour' : filter.step}`,
  sql`from_at >= ${bucketStart(instantParameter(filter.from), filter)}`,
  sql`from_at < ${instantParameter(filter.until)}`,
]

/** As a bucket is shown. */
export const bucketJson = (bucket: StatsBucket) => ({
  ...bucket,
  from: Instant.encode(bucket.from),
})

export const bucketOf = (from: Instant, tally: Tally): StatsBucket => {
  const { fired, ended, skipped } = tally
  const { succeeded, failed, 'timed-out': timedOut, cancelled } = ended
  const running = fired - succeeded - failed - timedOut - cancelled
  const outcomes = { succeeded, failed, timedOut, cancelled, running }
  const lateness = percentilesOf(tally.lateness)
  const duration = percentilesOf(tally.duration)
  return { from, fired, ...outcomes, skipped, lateness, duration }
}
