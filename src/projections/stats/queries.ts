// How is the service doing? Buckets of the service or of a group are read from their rows, hours
// merged into days of the caller's zone. A task has no rows of its own (a burst would cost one for
// every fire): its newest runs are counted when somebody asks, so many and no more.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { all, answering, instantParameter, readScope, type Reading } from '../reading.ts'
import { missedBy, readRetained } from '../retention/horizons.ts'
import { selectRows } from '../rows.ts'
import type { QueryFault } from '../views.ts'
import { bucketOf, bucketStart, bucketStarts } from './buckets.ts'
import { readKeptBuckets } from './kept-buckets.ts'
import { StoredTally, storedTally, tallyOf } from './stored.ts'
import { emptyTally, mergeTally, tenantScope, type Tally } from './table.ts'
import { countTaskBuckets } from './task-buckets.ts'
import type { StatsBucket, StatsFilter, StatsView } from './views.ts'

export const readStats = (
  reading: Reading,
  filter: StatsFilter,
): TE.TaskEither<QueryFault, StatsView> =>
  answering(async () => {
    const { freshness, groupNo, taskNo, tenantNo } = await readScope(reading, filter)
    const starts = await bucketStarts(reading, filter)
    if (filter.job !== undefined) {
      const counted = taskNo === null ? null : await countTaskBuckets(reading, taskNo, filter)
      const buckets = filled(starts, counted?.buckets ?? [])
      const retainedFrom = missedBy(filter.from, await readRetained(reading, taskNo))
      return { buckets, countedFrom: counted?.countedFrom ?? null, retainedFrom, freshness }
    }
    const tenant = tenantNo === null ? null : tenantScope(tenantNo)
    const scope = filter.group === undefined ? tenant : groupNo
    const buckets = scope === null ? [] : await readBuckets(reading, scope, filter)
    // Hours, of which days are made, are kept.
    const retained = filter.step === 'minute' ? await readRetained(reading, null) : null
    const retainedFrom = missedBy(filter.from, retained)
    return { buckets: filled(starts, buckets), countedFrom: null, retainedFrom, freshness }
  })

const filled = (
  starts: readonly Instant[],
  buckets: readonly StatsBucket[],
): readonly StatsBucket[] => {
  const found = new Map(buckets.map((bucket) => [bucket.from, bucket]))
  return starts.map((from) => found.get(from) ?? bucketOf(from, emptyTally()))
}

const BucketRow = t.type({ from: InstantFromNumber, ...StoredTally.props })

export const readBuckets = async (
  reading: Reading,
  scope: number,
  filter: Omit<StatsFilter, 'tenant'>,
): Promise<readonly StatsBucket[]> => {
  const { step, from, until } = filter
  const where = all([
    sql`scope = ${scope}`,
    sql`step = ${step === 'day' ? 'hour' : step}`,
    sql`from_at >= ${bucketStart(instantParameter(from), filter)}`,
    sql`from_at < ${instantParameter(until)}`,
  ])
  const kept = step === 'day' ? null : await readKeptBuckets(reading, step, where)
  return kept ?? mergedBuckets(reading, filter, where)
}

const mergedBuckets = async (
  { db, table }: Reading,
  filter: Omit<StatsFilter, 'tenant'>,
  where: RawBuilder<unknown>,
): Promise<readonly StatsBucket[]> => {
  const rows = await selectRows(
    db,
    BucketRow,
    sql`select ${bucketStart(sql`from_at`, filter)} as "from", ${storedTally}
      from ${table('stats')} where ${where}`,
  )
  const tallies = new Map<Instant, Tally>()
  for (const row of rows) {
    const tally = tallies.get(row.from)
    if (tally === undefined) tallies.set(row.from, tallyOf(row))
    else mergeTally(tally, tallyOf(row))
  }
  return [...tallies].map(([at, tally]) => bucketOf(at, tally))
}
