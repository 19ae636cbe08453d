// Where buckets of time begin and what one shows: shared by the statistics that are kept and those
// that are counted when asked for. Minutes and hours are those of UTC, days those of a zone.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, instantAt, type Instant } from '../../domain/instant.ts'
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

export const bucketOf = (from: Instant, tally: Tally): StatsBucket => {
  const { fired, ended, skipped } = tally
  const { succeeded, failed, 'timed-out': timedOut, cancelled } = ended
  const running = fired - succeeded - failed - timedOut - cancelled
  const outcomes = { succeeded, failed, timedOut, cancelled, running }
  const lateness = percentilesOf(tally.lateness)
  const duration = percentilesOf(tally.duration)
  return { from, fired, ...outcomes, skipped, lateness, duration }
}
