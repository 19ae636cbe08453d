// Every task's standing, kept in memory by this process: read once, then change by change from the
// read models, so that a question about the whole service reads only what is new since the last one.
// Tasks of a tenant stand together in a book of rules; it is written anew when a calendar changed.
import * as E from 'fp-ts/lib/Either.js'
import { createRuleBook, type RuleBook } from '../../../domain/agenda/book.ts'
import type { Standing } from '../../../domain/agenda/standing.ts'
import type { CalendarSnapshot } from '../../../domain/calendar/snapshot.ts'
import type { KeyPart } from '../../../domain/task/ids.ts'
import type { StandingRow, StandingsPlace } from '../../../projections/plans/queries.ts'
import type { Queries } from '../../../projections/queries.ts'
import type { Freshness, QueryFault } from '../../../projections/views.ts'
import { breathe } from './survey.ts'

export interface Roster {
  readonly rules: RuleBook
  readonly freshness: Freshness
}

export interface RosterKeeper {
  /** The same book at every asking, as long as no calendar changes. */
  readonly current: (
    tenant: KeyPart,
    calendars: CalendarSnapshot,
  ) => Promise<E.Either<QueryFault, Roster>>
}

const beginning: StandingsPlace = { version: 0, seq: 0, events: 0 }
/** Small, so that others who ask have their turn between two of them. */
const pageSize = 100
const booksMax = 100

interface Book {
  readonly calendars: CalendarSnapshot
  readonly rules: RuleBook
}

export const createRosterKeeper = (queries: Pick<Queries, 'standings'>): RosterKeeper => {
  const standings = new Map<number, Standing>()
  const books = new Map<string, Book>()
  let reached: StandingsPlace = beginning
  let turn: Promise<unknown> = Promise.resolve()
  let waiting: Promise<E.Either<QueryFault, Freshness>> | null = null

  const refresh = async (): Promise<E.Either<QueryFault, Freshness>> => {
    waiting = null
    for (;;) {
      const page = await queries.standings(reached, pageSize)()
      if (E.isLeft(page)) return page
      const { items, freshness, version, events } = page.right
      if (version !== reached.version || events < reached.events) {
        // Other read models: nothing that was read of the old ones holds.
        standings.clear()
        books.clear()
        reached = { ...beginning, version }
      }
      for (const row of items) take(row)
      const seq = items.at(-1)?.seq ?? reached.seq
      const isWhole = items.length < pageSize
      // Events of which nothing new was told need not be looked through again.
      reached = { version, seq, events: isWhole ? events : reached.events }
      if (isWhole) return E.right(freshness)
    }
  }

  const take = (row: StandingRow): void => {
    const standing = standingOf(row)
    standings.set(row.taskNo, standing)
    books.get(row.tenant)?.rules.put(standing)
  }

  const bookOf = async (tenant: KeyPart, calendars: CalendarSnapshot): Promise<RuleBook> => {
    const known = books.get(tenant)
    if (known?.calendars === calendars) return known.rules
    const rules = await gather([...standings.values()], tenant, calendars)
    if (books.size >= booksMax) books.clear()
    books.set(tenant, { calendars, rules })
    return rules
  }

  /** One reading after the other; who comes while one is under way shares the next. */
  const refreshed = (): Promise<E.Either<QueryFault, Freshness>> => {
    if (waiting !== null) return waiting
    const mine = turn.then(refresh)
    waiting = mine
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    current: async (tenant, calendars) => {
      const freshness = await refreshed()
      if (E.isLeft(freshness)) return freshness
      const known = books.get(tenant)
      if (known?.calendars === calendars)
        return E.right({ freshness: freshness.right, rules: known.rules })
      // In turn with the readings, so that no change is missed while it is written.
      const writing = turn.then(() => bookOf(tenant, calendars))
      turn = writing.catch(() => undefined)
      return E.right({ freshness: freshness.right, rules: await writing })
    },
  }
}

const tasksAtOnce = 50

/** The rules that the tasks of a tenant make together. */
export const gather = async (
  standings: readonly Standing[],
  tenant: KeyPart,
  calendars: CalendarSnapshot,
): Promise<RuleBook> => {
  const book = createRuleBook(
    (schedule) => calendars.consult(tenant, schedule.calendars).exclusions,
  )
  for (let start = 0; start < standings.length; start += tasksAtOnce) {
    for (const standing of standings.slice(start, start + tasksAtOnce))
      if (standing.taskId.tenant === tenant) book.put(standing)
    await breathe()
  }
  return book
}

export const standingOf = (row: StandingRow): Standing => ({
  taskId: { tenant: row.tenant, group: row.group, job: row.job },
  status: row.status,
  pausedUntil: row.pausedUntil,
  schedule: row.schedule,
  startAt: row.startAt,
  repeatCount: row.repeatCount,
})
