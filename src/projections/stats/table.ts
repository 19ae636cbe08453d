// What happened in a stretch of time: a row for each minute and each hour (UTC) in which something
// did, for each group and for each tenant as a whole. A run counts where it was triggered, with all
// that becomes of it, so that fired is what ended and what still runs; a skipped span counts where it
// was decided. Rows are written whole, like every other: written twice it is the same row.
import type { Instant } from '../../domain/instant.ts'
import type { SkipVerdict } from '../../domain/task/events.ts'
import { columnType, int4, int8, json, text, timestamptz, type Column } from '../columns.ts'
import type { FinalOutcome } from '../views.ts'
import { keptPercentiles } from './kept-percentiles.ts'
import { emptySketch, mergeSketch, putSketch, type Sketch } from './sketch.ts'

export interface Tally {
  fired: number
  /** Ended runs by outcome. */
  readonly ended: Record<FinalOutcome, number>
  /** Occurrences that were decided not to fire. */
  skipped: Readonly<Partial<Record<SkipVerdict, number>>>
  /** From the planned instant to the begin of the first attempt. */
  readonly lateness: Sketch
  /** From the begin of the first attempt to the end of the run. */
  readonly duration: Sketch
}

const nothingSkipped: Tally['skipped'] = {}

export const emptyTally = (): Tally => ({
  fired: 0,
  ended: { succeeded: 0, failed: 0, 'timed-out': 0, cancelled: 0 },
  skipped: nothingSkipped,
  lateness: emptySketch(),
  duration: emptySketch(),
})

export const mergeTally = (into: Tally, from: Tally): void => {
  into.fired += from.fired
  into.ended.succeeded += from.ended.succeeded
  into.ended.failed += from.ended.failed
  into.ended['timed-out'] += from.ended['timed-out']
  into.ended.cancelled += from.ended.cancelled
  if (from.skipped !== nothingSkipped)
    for (const [verdict, count] of skippedOf(from)) countSkipped(into, verdict, count)
  mergeSketch(into.lateness, from.lateness)
  mergeSketch(into.duration, from.duration)
}

export const countSkipped = (tally: Tally, verdict: SkipVerdict, count: number): void => {
  tally.skipped = { ...tally.skipped, [verdict]: (tally.skipped[verdict] ?? 0) + count }
}

// Object.entries forgets which keys there can be.
const skippedOf = ({ skipped }: Tally) => Object.entries(skipped) as [SkipVerdict, number][]

export const tallySteps = { minute: 60_000, hour: 3_600_000 } as const
export type TallyStep = keyof typeof tallySteps

export interface TallyPlace {
  /** A group by its number, a tenant by its own, negative. */
  readonly scope: number
  readonly step: TallyStep
  readonly fromMs: number
}

export interface TallyRow extends TallyPlace {
  readonly tally: Tally
}

export const tallyKey = ({ scope, step, fromMs }: TallyPlace): string =>
  `${scope} ${step} ${fromMs}`

export const tenantScope = (tenantNo: number): number => -tenantNo

export const startOfStep = (at: Instant, step: TallyStep): number =>
  Math.floor(at / tallySteps[step]) * tallySteps[step]

export const placeColumns: readonly Column<TallyPlace>[] = [
  int4('scope', (row) => row.scope),
  text('step', (row) => row.step, 'stats_step'),
  timestamptz('from_at', (row) => row.fromMs),
]

const sketched = columnType<Sketch>('bytea', 17, putSketch)

const heldBy = (sketch: Sketch): Sketch | null => (sketch.count === 0 ? null : sketch)

/** In one order, however the log was cut into batches. */
const skippedJson = (tally: Tally): string | null => {
  if (tally.skipped === nothingSkipped) return null
  const skipped = skippedOf(tally)
  if (skipped.length === 0) return null
  return JSON.stringify(Object.fromEntries(skipped.sort(([a], [b]) => (a < b ? -1 : 1))))
}

export const tallyColumns: readonly Column<TallyRow>[] = [
  ...placeColumns,
  int8('fired', ({ tally }) => tally.fired),
  int8('succeeded', ({ tally }) => tally.ended.succeeded),
  int8('failed', ({ tally }) => tally.ended.failed),
  int8('timed_out', ({ tally }) => tally.ended['timed-out']),
  int8('cancelled', ({ tally }) => tally.ended.cancelled),
  json('skipped', ({ tally }) => skippedJson(tally)),
  sketched('lateness', ({ tally }) => heldBy(tally.lateness)),
  sketched('duration', ({ tally }) => heldBy(tally.duration)),
  text('percentiles', ({ tally }) => keptPercentiles(tally.lateness, tally.duration)),
]
