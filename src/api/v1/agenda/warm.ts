// Reads every task's standing and counts what most of the first questions would otherwise wait for: a
// hundred thousand tasks take seconds. Yields like any other work on the roster; who asks meanwhile
// shares what is done already.
import * as E from 'fp-ts/lib/Either.js'
import { bucketEdges, stepMs } from '../../../domain/agenda/buckets.ts'
import { instantAt } from '../../../domain/instant.ts'
import { findZone } from '../../../domain/schedule/zone.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Refusal } from '../../refusals.ts'
import { tenantOf } from '../question.ts'
import { pageShown, windowShownMs } from './agenda.ts'
import type { AgendaParts } from './ground.ts'
import { surveyLoad, surveyUpcoming } from './survey.ts'

/** The week holds the day that is shown where no end is named. */
const loads = [
  { step: 'minute', lengthMs: windowShownMs.minute },
  { step: 'hour', lengthMs: 7 * stepMs.day },
] as const

interface WarmDeps extends Pick<ApiDeps, 'taskDefaults'> {
  readonly useCases: Pick<ApiDeps['useCases'], 'now' | 'planningContext'>
}

/** Of the tenant that is meant when none is named. */
export const warmAgenda = async (
  { useCases, taskDefaults }: WarmDeps,
  { roster }: Pick<AgendaParts, 'roster'>,
): Promise<E.Either<Refusal, void>> => {
  const tenant = tenantOf('')
  if (E.isLeft(tenant)) return tenant
  const found = await roster.current(tenant.right, useCases.planningContext().calendars)
  const zone = findZone(taskDefaults.zone)
  if (E.isLeft(found)) return found
  const rules = found.right.rules.all()
  const now = useCases.now()
  const place = { at: now, taskId: null }
  await surveyUpcoming(rules, place, instantAt(now + stepMs.day), {
    walker: 'now',
    limit: pageShown,
  })
  if (E.isLeft(zone)) return E.right(undefined)
  for (const { step, lengthMs } of loads) {
    const to = instantAt(now + lengthMs)
    await surveyLoad(rules, bucketEdges(now, to, step, zone.right))
  }
  return E.right(undefined)
}
