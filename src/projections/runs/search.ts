// Runs that no index finds in their order: a text within, a length that none is made for, or several
// wishes at once. The newest few thousand are looked at one by one, which fills a page wherever matches
// are common. Where
// they are rare, the days behind that have a text index are asked; where a day has none yet, the page
// ends there, half full or empty, and the next one goes on. So every page costs about the same.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { instantAt } from '../../domain/instant.ts'
import { all, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import { containing, foldCase, gramsOf, mayContain } from '../search.ts'
import { textConditions } from '../tasks/queries.ts'
import { dayMs, dayOf } from './partitions.ts'
import {
  conditionsOf,
  isBefore,
  isNotBefore,
  newestFirst,
  RunKey,
  selectRuns,
  unionOfRuns,
  walkOfRuns,
  type AskedRuns,
} from './run-conditions.ts'
import { endedRuns, named, StoredRunRow, type RunRow } from './run-rows.ts'
import { readTextDays } from './text-index.ts'

/** Days that one page asks by their text index. */
const daysMax = 31
/** More tasks of which the text tells than this are common: their runs are met by walking. */
const tasksMax = 200

interface Found {
  readonly rows: readonly RunRow[]
  /** Null: to the end. */
  readonly searchedTo: RunKey | null
}

export const searchRuns = async (asked: AskedRuns, before: RunKey | null): Promise<Found> => {
  const text = await wantedText(asked)
  const floor = await floorOf(asked, before)
  const where = [...conditionsOf(asked), ...isBefore(before), ...isNotBefore(floor)]
  const walked = await selectRuns(asked, text === null ? where : [...where, text.matches])
  if (floor === null || walked.length >= asked.limit) return { rows: walked, searchedTo: null }
  const limit = asked.limit - walked.length
  const { rows, searchedTo } = await searchDays({ ...asked, limit }, floor, text)
  return { rows: [...walked, ...rows], searchedTo }
}

interface WantedText {
  readonly matches: RawBuilder<unknown>
  readonly inExtract: RawBuilder<unknown>
  readonly grams: readonly string[] | null
  /** Tasks whose texts hold it; null: too many. */
  readonly tasks: readonly number[] | null
}

const wantedText = async ({ reading, filter, scope }: AskedRuns): Promise<WantedText | null> => {
  const { text, tenant } = filter
  if (text === undefined) return null
  const { db, table } = reading
  const ofTask = [sql`r.tenant = ${tenant}`, ...textConditions(reading, text)]
  const found = await selectRows(
    db,
    t.type({ taskNo: t.number }),
    sql`select task_no as "taskNo" from ${table('tasks')} r
      where ${all([...scope, ...ofTask])} limit ${tasksMax + 1}`,
  )
  const folded = foldCase(text)
  const inExtract = sql`${extract} like ${containing(folded)}`
  const tasks = found.length > tasksMax ? null : found.map(({ taskNo }) => taskNo)
  const matches =
    tasks === null
      ? sql`(${inExtract} or exists (select from ${table('tasks')} named
          where named.task_no = r.task_no and ${textConditions(reading, text)[0]}))`
      : sql`(${inExtract} or r.task_no = any(${sql.val([...tasks])}::int4[]))`
  return { matches, inExtract, grams: gramsOf(folded), tasks }
}

/** As `run_extract` has it, which the index knows by its name, but without a call for each row. */
const extract = sql`lower(left(concat_ws(E'\\n', r.reason, r.result_value), 512) collate "C")`

const extractOf = ({ table }: Reading): RawBuilder<unknown> =>
  sql`${table('run_extract')}(r.reason, r.result_value)`

/** A text takes longer to look for than anything else. */
const walkedMaxOf = ({ reading, filter }: AskedRuns): number =>
  filter.text === undefined ? reading.walkedMax : Math.ceil(reading.walkedMax * 0.4)

/** The last run of those that are looked at one by one; null: the list ends before. */
const floorOf = async (asked: AskedRuns, before: RunKey | null): Promise<RunKey | null> => {
  const walkedMax = walkedMaxOf(asked)
  const { from, until, tenant } = asked.filter
  const range = conditionsOf({ ...asked, scope: [], filter: { tenant, from, until } })
  const where = [...range, ...isBefore(before)]
  const [row] = await selectRows(
    asked.reading.db,
    t.type({ at: RunKey.types[0], seq: t.number }),
    sql`select triggered_at as "at", seq from (${walkOfRuns(asked, where, walkedMax)}) r
      ${newestFirst} offset ${walkedMax - 1}`,
  )
  return row === undefined ? null : [row.at, row.seq]
}

const searchDays = async (
  asked: AskedRuns,
  floor: RunKey,
  text: WantedText | null,
): Promise<Found> => {
  const goOn = { rows: [], searchedTo: floor }
  if (text === null || text.grams === null || text.tasks === null) return goOn
  const days = await readTextDays(asked.reading)
  const behind = days.filter(({ day }) => day <= dayOf(floor[0]))
  const gap = behind.findIndex(({ indexed }) => !indexed)
  const ready = behind.slice(0, gap < 0 ? daysMax : Math.min(gap, daysMax))
  const oldest = ready.at(-1)
  if (oldest === undefined) return behind.length === 0 ? { ...goOn, searchedTo: null } : goOn
  const end: RunKey = [instantAt(oldest.day * dayMs), 0]
  const { reading } = asked
  const where = [...conditionsOf(asked), ...isBefore(floor), ...isNotBefore(end)]
  const outcomes = asked.filter.outcomes ?? []
  if (outcomes.length > 0) where.push(sql`r.outcome in (${sql.join([...outcomes])})`)
  const grams = mayContain(text.grams, sql`${reading.table('search_grams')}(${extractOf(reading)})`)
  const perTask = sql`select ended.* from unnest(${sql.val([...text.tasks])}::int4[]) wanted (no)
    cross join lateral (${endedRuns(reading)} where ${all([...where, sql`r.task_no = wanted.no`])}
      ${newestFirst} limit ${asked.limit}) ended`
  const union = sql`select * from (
      (with hits as materialized (${endedRuns(reading)}
        where ${all([...where, grams, text.inExtract])}) select * from hits)
      union ${perTask} union ${unionOfOpen(asked, [...where, text.matches])}
    ) r ${newestFirst} limit ${asked.limit}`
  const query = sql`${named(reading, union)} ${newestFirst}`
  const rows = await selectRows(reading.db, StoredRunRow, query)
  return { rows, searchedTo: ready.length === behind.length ? null : end }
}

const unionOfOpen = (asked: AskedRuns, where: readonly RawBuilder<unknown>[]) =>
  sql`(select * from (${unionOfRuns(
    { ...asked, filter: { ...asked.filter, outcomes: ['running', 'retrying', 'accepted'] } },
    where,
    asked.limit,
  )}) open)`
