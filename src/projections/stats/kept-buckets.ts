// Buckets as they are kept, minutes and hours: a line of text for each row, made in the database, because
// a day of minutes is a thousand rows and taking each apart column by column would be most of its cost.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { instantAt } from '../../domain/instant.ts'
import { problemsOf } from '../../domain/problems.ts'
import type { Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import { numberIn, readPercentiles } from './kept-percentiles.ts'
import { Skipped } from './stored.ts'
import { tallySteps, type TallyStep } from './table.ts'
import type { StatsBucket } from './views.ts'

const Lines = t.type({ lines: nullable(t.string), whole: nullable(t.boolean) })

/** Null: a row is from before percentiles were kept. */
export const readKeptBuckets = async (
  { db, table }: Reading,
  step: TallyStep,
  where: RawBuilder<unknown>,
): Promise<readonly StatsBucket[] | null> => {
  const number = sql`(extract(epoch from from_at) / ${tallySteps[step] / 1_000}::int)::int8`
  const [row] = await selectRows(
    db,
    Lines,
    sql`select bool_and(percentiles is not null) as whole,
        string_agg(concat_ws(' ', ${number}, fired, succeeded, failed, timed_out, cancelled,
          percentiles, skipped), E'\n') as lines
      from ${table('stats')} where ${where}`,
  )
  if (row?.whole === false) return null
  return (row?.lines ?? '') === '' ? [] : (row?.lines ?? '').split('\n').map(bucketIn(step))
}

const bucketIn =
  (step: TallyStep) =>
  (line: string): StatsBucket => {
    const words = line.split(' ')
    const at = (n: number): number => numberIn(words, n)
    const [fired, succeeded, failed, timedOut, cancelled] = [at(1), at(2), at(3), at(4), at(5)]
    const [lateness, next] = readPercentiles(words, 6)
    const [duration, end] = readPercentiles(words, next)
    return {
      from: instantAt(at(0) * tallySteps[step]),
      ...{ fired, succeeded, failed, timedOut, cancelled },
      running: fired - succeeded - failed - timedOut - cancelled,
      skipped: words.length > end ? skippedIn(words.slice(end).join(' ')) : {},
      ...{ lateness, duration },
    }
  }

const skippedIn = (json: string): StatsBucket['skipped'] => {
  const decoded = Skipped.decode(JSON.parse(json))
  if (E.isLeft(decoded)) throw new Error(`unexpected row: ${problemsOf(decoded.left).join('; ')}`)
  return decoded.right
}
