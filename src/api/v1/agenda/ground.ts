// What an agenda rests on: the tasks of a tenant as they are, or as they were at a past moment.
import * as E from 'fp-ts/lib/Either.js'
import type { RuleBook } from '../../../domain/agenda/book.ts'
import type { RuleSet } from '../../../domain/agenda/rule-set.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { KeyPart } from '../../../domain/task/ids.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal } from '../../refusals.ts'
import { asOfField, pastOf } from '../past/moment.ts'
import { asOf, type Asked } from '../question.ts'
import { instant, keyPart } from '../query.ts'
import type { Interest } from './interest.ts'
import type { RosterKeeper } from './roster.ts'
import type { createRulesAt } from './rules-at.ts'

/** What all questions about what is to come share. */
export interface AgendaParts {
  readonly roster: RosterKeeper
  readonly rulesAt: ReturnType<typeof createRulesAt>
  /** Somebody asks what is to come. */
  readonly interest: Interest
}

export interface AgendaDeps extends ApiDeps, AgendaParts {}

export const scope = {
  from: instant,
  to: instant,
  group: keyPart,
  job: keyPart,
  asOf: asOfField,
} as const
export type Scope = Asked<typeof scope>['query']

/** What an agenda rests on: the tasks as they are, or as they were at a moment. */
interface AgendaGround {
  readonly rules: RuleBook
  /** Nothing before this lies ahead. */
  readonly now: Instant
  readonly json: object
}

export const groundOf = async (
  deps: AgendaDeps,
  tenant: KeyPart,
  query: Scope,
): Promise<E.Either<Refusal, AgendaGround>> => {
  if (query.asOf !== null) {
    const past = await pastOf(deps, tenant, query.asOf)
    if (E.isLeft(past)) return past
    const rules = await deps.rulesAt(tenant, past.right)
    const { at: now, json } = past.right
    return E.map((those: AgendaGround['rules']) => ({ rules: those, now, json }))(rules)
  }
  deps.interest.note()
  const { calendars } = deps.useCases.planningContext()
  const roster = await deps.roster.current(tenant, calendars)
  if (E.isLeft(roster)) return roster
  const { rules, freshness } = roster.right
  return E.right({ rules, now: deps.useCases.now(), json: asOf(freshness) })
}

export const rulesIn = (rules: RuleBook, { group, job }: Pick<Scope, 'group' | 'job'>): RuleSet => {
  if (group === null) return rules.all()
  return job === null ? rules.ofGroup(group) : rules.ofTask(group, job)
}
