// Every task's standing, kept in memory by this process: read once, then change by change from the
// read models, so that a question about the whole service reads only what is new since the last one.
// Tasks of a tenant stand together as rules; these are made again when a task or a calendar changed.
import * as E from 'fp-ts/lib/Either.js'
import { createRuleBook, type SharedRule, type Standing } from '../../../domain/agenda/standing.ts'
import type { CalendarSnapshot } from '../../../domain/calendar/snapshot.ts'
import type { KeyPart } from '../../../domain/task/ids.ts'
import type { StandingRow } from '../../../projections/plans/queries.ts'
import type { Queries } from '../../../projections/queries.ts'
import type { Freshness, QueryFault } from '../../../projections/views.ts'

/** Lets other work of the process go first. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface Roster {
  readonly rules: readonly SharedRule[]
  readonly freshness: Freshness
}

export interface RosterKeeper {
  /** Equal `rules` are one object: what was computed from them still holds. */
  readonly current: (
    tenant: KeyPart,
    calendars: CalendarSnapshot,
  ) => Promise<E.Either<QueryFault, Roster>>
}

const pageSize = 2_000
const tenantsMax = 100

interface Made {
  readonly seq: number
  readonly calendars: CalendarSnapshot
  readonly rules: readonly SharedRule[]
}

export const createRosterKeeper = (queries: Pick<Queries, 'standings'>): RosterKeeper => {
  const standings = new Map<number, Standing>()
  const made = new Map<string, Made>()
  let reached = 0
  let turn: Promise<unknown> = Promise.resolve()

  const refresh = async (): Promise<E.Either<QueryFault, Freshness>> => {
    for (;;) {
      const page = await queries.standings(reached, pageSize)()
      if (E.isLeft(page)) return page
      const { items, events, freshness } = page.right
      if (events < reached) {
        // The read models begin anew.
        standings.clear()
        reached = 0
        continue
      }
      for (const row of items) standings.set(row.taskNo, standingOf(row))
      reached = items.at(-1)?.seq ?? reached
      if (items.length < pageSize) return E.right(freshness)
    }
  }

  const rulesOf = async (tenant: KeyPart, calendars: CalendarSnapshot) => {
    const known = made.get(tenant)
    if (known?.seq === reached && known.calendars === calendars) return known.rules
    const seq = reached
    const rules = await gather([...standings.values()], tenant, calendars)
    if (made.size >= tenantsMax) made.clear()
    made.set(tenant, { seq, calendars, rules })
    return rules
  }

  const answer = async (
    tenant: KeyPart,
    calendars: CalendarSnapshot,
  ): Promise<E.Either<QueryFault, Roster>> => {
    const freshness = await refresh()
    return E.isLeft(freshness)
      ? freshness
      : E.right({ freshness: freshness.right, rules: await rulesOf(tenant, calendars) })
  }

  return {
    // One after the other: nobody is answered from a reading that began before they asked.
    current: (tenant, calendars) => {
      const mine = turn.then(() => answer(tenant, calendars))
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

const tasksAtOnce = 1_000

/** The rules that the tasks of a tenant make together. */
export const gather = async (
  standings: readonly Standing[],
  tenant: KeyPart,
  calendars: CalendarSnapshot,
): Promise<readonly SharedRule[]> => {
  const book = createRuleBook(
    (schedule) => calendars.consult(tenant, schedule.calendars).exclusions,
  )
  for (let start = 0; start < standings.length; start += tasksAtOnce) {
    for (const standing of standings.slice(start, start + tasksAtOnce))
      if (standing.taskId.tenant === tenant) book.add(standing)
    await breathe()
  }
  return book.rules()
}

export const standingOf = ({ tenant, group, job, ...row }: StandingRow): Standing => ({
  ...row,
  taskId: { tenant, group, job },
})
