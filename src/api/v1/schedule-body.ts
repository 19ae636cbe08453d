// A schedule as the REST API takes it: the shape in which it is stored; what is left out takes the
// service's defaults.
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { Instant } from '../../domain/instant.ts'
import { CronSchedule, SimpleSchedule, type Schedule } from '../../domain/schedule/schedule.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { decodeFields, isObject, type JsonFields } from './json-body.ts'

export const scheduleOf = (
  deps: Pick<ApiDeps, 'taskDefaults' | 'useCases'>,
  given: unknown,
): E.Either<RequestRefusal, Schedule> => {
  const fields = isObject(given) ? given : {}
  const { zone, misfireThresholdMs, catchUpMax } = deps.taskDefaults
  const common = { zone, endAt: null, misfireThresholdMs, catchUpMax, misfire: 'smart' }
  const others = { catchUpWindowMs: null, jitterMs: 0, calendars: [] }
  switch (fields['type']) {
    case 'cron': {
      const own = { expression: undefined, dialect: 'quartz', startAt: null }
      const rules = { gap: 'skip', overlap: 'second' }
      const defaults = { type: 'cron', ...own, ...rules, ...common, ...others }
      return merged(CronSchedule, defaults, fields)
    }
    case 'simple': {
      const own = { startAt: Instant.encode(deps.useCases.now()), intervalMs: 0, repeatCount: 0 }
      return merged(SimpleSchedule, { type: 'simple', ...own, ...common, ...others }, fields)
    }
    default:
      return E.left(invalid([{ field: 'schedule.type', message: cronOrSimple }]))
  }
}

const cronOrSimple = { en: 'expected cron or simple.', zh: '应为 cron 或 simple。' }

const merged = (
  codec: t.Decoder<unknown, Schedule>,
  defaults: JsonFields,
  given: JsonFields,
): E.Either<RequestRefusal, Schedule> =>
  decodeFields(codec, Object.keys(defaults), { ...defaults, ...given }, 'schedule.')
