// The buckets of the statistics read back from the JSON that is shown of them.
import * as t from 'io-ts'
import { Instant } from '../../src/domain/instant.ts'
import { right } from '../support/either.ts'

const Percentiles = t.union([
  t.null,
  t.strict({ p50: t.number, p95: t.number, p99: t.number, max: t.number }),
])

const Buckets = t.array(
  t.type({
    from: Instant,
    fired: t.number,
    succeeded: t.number,
    failed: t.number,
    timedOut: t.number,
    cancelled: t.number,
    running: t.number,
    skipped: t.record(t.string, t.number),
    lateness: Percentiles,
    duration: Percentiles,
  }),
)

export const bucketsIn = ({ buckets }: { readonly buckets: string }): t.TypeOf<typeof Buckets> =>
  right(Buckets.decode(JSON.parse(buckets)))
