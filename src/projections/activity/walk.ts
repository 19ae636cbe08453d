// Along which index does a list of activity go, and how far? Where one index finds nothing but what is
// asked, to the end of the page. Otherwise the newest few thousand along the narrowest index are looked
// at, and the next page goes on behind them, so that a wish that hardly anything fulfils costs no more.
import { sql, type RawBuilder } from 'kysely'
import { recallTested } from '../../domain/task/recall-test.ts'
import { all, instantParameter, unionAll, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import type { ActivityFilter, ActivityType } from '../views.ts'
import { ActivityKey, newestFirst } from './order.ts'

/** Their indexes leave out what nearly every event is. */
const isRareType = (type: ActivityType): boolean =>
  type !== 'TaskTriggered' && type !== 'RecallSucceeded'
const isRareSource = (source: ActivityFilter['source']): boolean =>
  source !== 'scheduler' && source !== 'recall'

type Conditions = readonly RawBuilder<unknown>[]

export interface AskedActivity {
  readonly reading: Reading
  readonly filter: ActivityFilter
  /** What narrows the list to a tenant, a group or a task. */
  readonly scope: Conditions
}

/** Whether one index finds what is asked for, in order, and nothing else. */
export const isIndexed = ({ filter, scope }: AskedActivity): boolean => {
  const { group, job, runId, actor, source, types = [] } = filter
  // Its task's events, of its time alone.
  if (runId !== undefined) return true
  const isNarrow = group !== undefined || job !== undefined
  // Beside other tenants' events, a tenant's own are met by walking.
  if (!isNarrow && scope.length > 0) return false
  const wishes = [
    isNarrow ? true : null,
    actor === undefined ? null : true,
    source === undefined ? null : isRareSource(source),
    types.length === 0 ? null : types.every(isRareType),
  ].filter((wish) => wish !== null)
  return wishes.length <= 1 && !wishes.includes(false)
}

/** One branch for each type asked for: the index of the rarer types begins with the type. */
export const typesOf = ({ types }: ActivityFilter): readonly Conditions[] =>
  types === undefined || types.length === 0
    ? [[]]
    : [...new Set(types)]
        .filter((type) => type !== recallTested)
        .map((type) => [sql`r.type = ${type}`])

/** On the narrowest index that there is, one branch for each walk along it. */
const branchesOf = ({ filter, scope }: AskedActivity): readonly Conditions[] => {
  const { group, job, actor, source, types = [] } = filter
  if (job !== undefined) return [scope]
  if (actor !== undefined) return [[isBy(actor)]]
  if (source !== undefined && isRareSource(source)) return [[sql`r.source = ${source}`]]
  if (types.length > 0 && types.every(isRareType)) return typesOf(filter)
  return [group === undefined ? [] : scope]
}

export const isBy = (actor: string): RawBuilder<unknown> =>
  sql`r.actor = ${actor.replaceAll('\0', '\uFFFD')}`

/** The last of those that a page looks at, within its conditions of time; null: the list ends before. */
export const floorOf = async (
  asked: AskedActivity,
  within: Conditions,
): Promise<ActivityKey | null> => {
  const { db, table, walkedMax } = asked.reading
  const branches = branchesOf(asked).map(
    (conditions) => sql`select r.at, r.seq from ${table('activity')} r
      where ${all([...conditions, ...within])} ${newestFirst} limit ${walkedMax}`,
  )
  if (branches.length === 0) return null
  const [floor] = await selectRows(
    db,
    ActivityKey,
    sql`select at, seq from (${unionAll(branches)}) r
      ${newestFirst} offset ${walkedMax - 1} limit 1`,
  )
  return floor ?? null
}

export const isNotBefore = ({ at, seq }: ActivityKey): RawBuilder<unknown> =>
  sql`(r.at, r.seq) >= (${instantParameter(at)}, ${seq}::bigint)`
