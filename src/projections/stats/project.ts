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
} from './table.ts'

/** Whose count it is. */
interface Counted {
  readonly groupNo: number
  readonly tenantNo: number
}

interface MinuteCount extends Counted {
  readonly tally: Tally
}

/** What a batch adds, by minute and then by group. */
export type Counts = Map<number, Map<number, MinuteCount>>

const countAt = (counts: Counts, { groupNo, tenantNo }: Counted, at: Instant): Tally => {
  const minuteMs = startOfStep(at, 'minute')
  let groups = counts.get(minuteMs)
  if (groups === undefined) counts.set(minuteMs, (groups = new Map<number, MinuteCount>()))
  let count = groups.get(groupNo)
  if (count === undefined) groups.set(groupNo, (count = { groupNo, tenantNo, tally: emptyTally() }))
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

/**
 * What a batch adds to each row it belongs to. Hours are made of minutes and tenants of groups, so that
 * most counts are merged twice and not once for every row.
 */
export const additionsOf = (counts: Counts): readonly TallyRow[] => {
  const minutes: TallyRow[] = []
  const hours = new Map<number, Map<number, TallyRow>>()
  const addToHour = (scope: number, minuteMs: number, tally: Tally): void => {
    const hourMs = startOfStep(instantAt(minuteMs), 'hour')
    const scopes = hours.get(hourMs) ?? new Map<number, TallyRow>()
    hours.set(hourMs, scopes)
    mergeTally(tallyIn(scopes, { scope, step: 'hour', fromMs: hourMs }), tally)
  }
  for (const [minuteMs, groups] of counts) {
    const tenants = new Map<number, TallyRow>()
    for (const { groupNo, tenantNo, tally } of groups.values()) {
      minutes.push({ scope: groupNo, step: 'minute', fromMs: minuteMs, tally })
      addToHour(groupNo, minuteMs, tally)
      const place = { scope: tenantScope(tenantNo), step: 'minute', fromMs: minuteMs } as const
      mergeTally(tallyIn(tenants, place), tally)
    }
    for (const row of tenants.values()) {
      minutes.push(row)
      addToHour(row.scope, minuteMs, row.tally)
    }
  }
  return [...minutes, ...[...hours.values()].flatMap((scopes) => [...scopes.values()])]
}

const tallyIn = (rows: Map<number, TallyRow>, place: TallyPlace): Tally => {
  const { tally } = rows.get(place.scope) ?? { ...place, tally: emptyTally() }
  if (!rows.has(place.scope)) rows.set(place.scope, { ...place, tally })
  return tally
}

/** Rows as a batch leaves them, by whether they were there before. */
export interface ChangedTallies {
  readonly begun: readonly TallyRow[]
  readonly grown: readonly TallyRow[]
}

/** Adds to the rows; what is not among them begins with what is added. */
export const addTallies = (
  rows: Map<string, TallyRow>,
  additions: readonly TallyRow[],
): ChangedTallies => {
  const begun: TallyRow[] = []
  const grown: TallyRow[] = []
  for (const addition of additions) {
    const key = tallyKey(addition)
    const row = rows.get(key)
    if (row !== undefined) {
      mergeTally(row.tally, addition.tally)
      // Those in use stay the newest, for when the oldest are forgotten.
      rows.delete(key)
    }
    rows.set(key, row ?? addition)
    if (row === undefined) begun.push(addition)
    else grown.push(row)
  }
  return { begun, grown }
}
