// Reads every task's standing and counts what most first questions would otherwise wait for: a hundred
// thousand tasks take seconds. While people look at it, it goes on doing so a minute ahead, because every
// minute that comes takes a tenth of a second too. Yields like any other work on the roster; who asks
// meanwhile shares what is done already.
import * as E from 'fp-ts/lib/Either.js'
import { bucketEdges, stepMs } from '../../../domain/agenda/buckets.ts'
import { instantAt, type Instant } from '../../../domain/instant.ts'
import type { RuleSet } from '../../../domain/agenda/rule-set.ts'
import { findZone, type Zone } from '../../../domain/schedule/zone.ts'
import { sleep } from '../../../runtime/clock.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal } from '../../refusals.ts'
import { tenantOf } from '../question.ts'
import { pageShown, windowShownMs } from './agenda.ts'
import type { AgendaParts } from './ground.ts'
import { surveyLoad, surveyUpcoming } from './survey.ts'

/** The windows that are shown where no end is named, and a week. */
const loads = [
  { step: 'minute', lengthMs: windowShownMs.minute },
  { step: 'hour', lengthMs: windowShownMs.hour },
  { step: 'hour', lengthMs: 7 * stepMs.day },
] as const

const aheadMs = stepMs.minute
/** More often than windows take up another minute. */
const everyMs = 20_000

interface WarmDeps extends Pick<ApiDeps, 'clock' | 'log' | 'taskDefaults'> {
  readonly useCases: Pick<ApiDeps['useCases'], 'now' | 'planningContext'>
}

/** Of the tenant that is meant when none is named; until aborted. */
export const keepAgendaWarm = async (
  deps: WarmDeps,
  parts: WarmParts,
  signal: AbortSignal,
): Promise<void> => {
  for (let first = true; !signal.aborted; first = false) {
    const warmed =
      first || parts.interest.isFresh()
        ? await warmAgenda(deps, parts, first).catch(E.left)
        : E.right(undefined)
    if (E.isLeft(warmed)) deps.log.debug({ err: warmed.left }, 'the agenda could not be read ahead')
    await sleep(deps.clock, everyMs, signal)
  }
}

type WarmParts = Pick<AgendaParts, 'roster' | 'interest'>

const warmAgenda = async (
  { useCases, taskDefaults }: WarmDeps,
  { roster }: WarmParts,
  first: boolean,
): Promise<E.Either<Refusal, void>> => {
  const tenant = tenantOf('')
  if (E.isLeft(tenant)) return tenant
  const found = await roster.current(tenant.right, useCases.planningContext().calendars)
  if (E.isLeft(found)) return found
  const rules = found.right.rules.all()
  const now = useCases.now()
  // Not ahead: what is to come is walked along in one direction.
  const upcoming = { walker: 'now', limit: pageShown }
  await surveyUpcoming(rules, { at: now, taskId: null }, instantAt(now + stepMs.day), upcoming)
  const zone = findZone(taskDefaults.zone)
  if (E.isLeft(zone)) return E.right(undefined)
  if (first) await countLoads(rules, now, zone.right)
  await countLoads(rules, instantAt(now + aheadMs), zone.right)
  return E.right(undefined)
}

const countLoads = async (rules: RuleSet, from: Instant, zone: Zone): Promise<void> => {
  for (const { step, lengthMs } of loads) {
    const to = instantAt(from + lengthMs)
    await surveyLoad(rules, bucketEdges(from, to, step, zone))
  }
}
