// Counts a batch by group and minute, in memory, and only then adds each count to the rows it belongs
// to: minute and hour, of the group and of its tenant. A burst costs a few rows, not one a fire.
import type { TaskEventOf } from '../../domain/task/events.ts'
import { instantAt, type Instant } from '../../domain/instant.ts'
import type { EndedRun, OpenRun } from '../runs/table.ts'
import { record } from './sketch.ts'
import {
  countSkipped,
  emptyTally,
  mergeTally,
  startOfStep,
  tallyKey,
  tenantScope,
  type Tally,
  type TallyPlace,
  type TallyRow,
  type TallyStep,
} from './table.ts'

/** Whose count it is. */
interface Counted {
  readonly groupNo: number
  readonly tenantNo: number
}

export interface MinuteCount extends Counted {
  readonly minuteMs: number
  readonly tally: Tally
}

/** What a batch adds, by minute and then by group. */
export type Counts = Map<number, Map<number, MinuteCount>>

const countAt = (counts: Counts, { groupNo, tenantNo }: Counted, at: Instant): Tally => {
  const minuteMs = startOfStep(at, 'minute')
  let groups = counts.get(minuteMs)
  if (groups === undefined) counts.set(minuteMs, (groups = new Map<number, MinuteCount>()))
  let count = groups.get(groupNo)
  if (count === undefined)
    groups.set(groupNo, (count = { groupNo, tenantNo, minuteMs, tally: emptyTally() }))
  return count.tally
}

export const countFired = (counts: Counts, whose: Counted, { triggeredAt }: OpenRun): void => {
  countAt(counts, whose, triggeredAt).fired += 1
}

export const countSkips = (
  counts: Counts,
  whose: Counted,
  { decidedAt, verdict, count }: TaskEventOf<'OccurrencesSkipped'>,
): void => countSkipped(countAt(counts, whose, decidedAt), verdict, count)

/** `before`: the run as it stood; `ended`: null while it goes on. */
export const countProgress = (
  counts: Counts,
  whose: Counted,
  before: OpenRun,
  after: OpenRun,
  ended: EndedRun | null,
): void => {
  const { startedAt, scheduledFor } = after
  const begun = startedAt !== null && before.startedAt === null
  if (!begun && ended === null) return
  const tally = countAt(counts, whose, after.triggeredAt)
  if (begun && scheduledFor !== null) record(tally.lateness, startedAt - scheduledFor)
  if (ended === null) return
  tally.ended[ended.outcome] += 1
  if (startedAt !== null) record(tally.duration, ended.finishedAt - startedAt)
}

/** Every row a batch's counts belong to. */
export const placesOf = (counts: Counts): readonly TallyPlace[] => {
  const places = new Map<string, TallyPlace>()
  for (const count of inOrder(counts))
    for (const place of placesOfCount(count)) places.set(tallyKey(place), place)
  return [...places.values()]
}

const inOrder = (counts: Counts): readonly MinuteCount[] =>
  [...counts.values()].flatMap((groups) => [...groups.values()])

const placesOfCount = ({ groupNo, tenantNo, minuteMs }: MinuteCount): readonly TallyPlace[] =>
  [groupNo, tenantScope(tenantNo)].flatMap((scope) => [
    placeOf(scope, 'minute', minuteMs),
    placeOf(scope, 'hour', minuteMs),
  ])

const placeOf = (scope: number, step: TallyStep, minuteMs: number): TallyPlace => ({
  scope,
  step,
  fromMs: startOfStep(instantAt(minuteMs), step),
})

/** Adds a batch's counts to the rows; what is not among them begins at nothing. */
export const addCounts = (rows: Map<string, TallyRow>, counts: Counts): readonly TallyRow[] => {
  const changed = new Map<string, TallyRow>()
  for (const count of inOrder(counts))
    for (const place of placesOfCount(count)) {
      const key = tallyKey(place)
      const row = changed.get(key) ?? rows.get(key) ?? { ...place, tally: emptyTally() }
      mergeTally(row.tally, count.tally)
      changed.set(key, row)
    }
  // Those in use stay the newest, for when the oldest are forgotten.
  for (const [key, row] of changed) {
    rows.delete(key)
    rows.set(key, row)
  }
  return [...changed.values()]
}
