// The rules that a tenant's tasks made together at a past moment, with the calendars of that time.
// Read page by page; the newest few are kept, since a page of an agenda is seldom asked for alone.
import * as E from 'fp-ts/lib/Either.js'
import { calendarsAt } from '../../../commands/calendars.ts'
import { createRuleBook, type RuleBook } from '../../../domain/agenda/book.ts'
import type { Standing } from '../../../domain/agenda/standing.ts'
import { noCalendars } from '../../../domain/calendar/snapshot.ts'
import type { KeyPart } from '../../../domain/task/ids.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal } from '../../refusals.ts'
import type { Past } from '../past/moment.ts'
import { gather, standingOf } from './roster.ts'

type Answer = E.Either<Refusal, RuleBook>

const pageSize = 2_000
const keptMax = 4

export const createRulesAt = (deps: ApiDeps) => {
  const kept = new Map<string, Promise<Answer>>()
  return (tenant: KeyPart, past: Past): Promise<Answer> => {
    const key = JSON.stringify([tenant, past.json, past.moment?.through])
    const known = kept.get(key)
    if (known !== undefined) return known
    const reading = readRules(deps, tenant, past)
    kept.set(key, reading)
    for (const old of kept.keys()) if (kept.size > keptMax) kept.delete(old)
    void reading.then((answer) => {
      if (E.isLeft(answer)) kept.delete(key)
    })
    return reading
  }
}

const readRules = async (deps: ApiDeps, tenant: KeyPart, past: Past): Promise<Answer> => {
  const { moment, holds } = past
  if (moment === null) return E.right(createRuleBook(() => null))
  const standings: Standing[] = []
  for (let afterTaskNo = 0; ;) {
    const page = { afterTaskNo, limit: pageSize }
    const rows = await deps.queries.standingsAt({ tenant }, moment.through, page)()
    if (E.isLeft(rows)) return rows
    standings.push(...rows.right.map(standingOf))
    const last = rows.right.at(-1)
    if (last === undefined || rows.right.length < pageSize) break
    afterTaskNo = last.taskNo
  }
  const usesCalendars = standings.some(({ schedule }) => schedule.calendars.length > 0)
  const calendars = usesCalendars ? await calendarsAt(deps.store, holds) : E.right(noCalendars)
  return E.isLeft(calendars)
    ? E.left({ ...calendars.left, outcome: 'nothing-written' })
    : E.right(await gather(standings, tenant, calendars.right))
}
