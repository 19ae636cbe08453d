// A schedule as the REST API takes it: the shape in which it is stored; what is left out takes the
// service's defaults. Whether an expression can be read is the domain's to say.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../../domain/instant.ts'
import {
  CronMisfire,
  GapRule,
  OverlapRule,
  SimpleMisfire,
  type Schedule,
} from '../../domain/schedule/schedule.ts'
import { KeyPart } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { described, integerBetween, nullable, serviceDefault, textUpTo } from '../described.ts'
import { invalid, type RequestRefusal } from '../refusals.ts'
import { decodeFields, isObject, notOfKind } from './json-body.ts'

const yearMs = 366 * 86_400_000
/** Beyond it the second fire would lie outside what a date can hold. */
const intervalMsMax = 8.64e15
const calendarsMax = 20

const CalendarNames = described(
  t.refinement(
    t.readonlyArray(KeyPart),
    (names) => names.length <= calendarsMax,
    `at most ${calendarsMax} names`,
  ),
  {
    schema: { type: 'array', maxItems: calendarsMax, items: { type: 'string' } },
    expected: {
      en: `at most ${calendarsMax} names of calendars`,
      zh: `最多 ${calendarsMax} 个日历名称`,
    },
  },
)

const common = {
  zone: textUpTo(64),
  endAt: nullable(Instant),
  misfireThresholdMs: integerBetween(0, yearMs),
  catchUpMax: integerBetween(0, 10_000),
  catchUpWindowMs: nullable(integerBetween(0, 10 * yearMs)),
  jitterMs: integerBetween(0, 86_400_000),
  calendars: CalendarNames,
}
const aboutCommon = {
  zone: 'A name of the IANA database.',
  endAt: 'No fire after it.',
  misfireThresholdMs: 'An undecided occurrence that is older is a misfire.',
  catchUpMax: 'At most so many missed occurrences are fired late, the newest.',
  catchUpWindowMs: 'Missed occurrences that are older are not fired late; null: any age.',
  jitterMs: 'Width of the window over which tasks are spread by a hash of their key.',
  calendars: 'Names of exclusion calendars.',
}
const commonDefaults = {
  zone: serviceDefault,
  endAt: null,
  misfireThresholdMs: serviceDefault,
  catchUpMax: serviceDefault,
  misfire: 'smart',
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: [],
}

const cronDefaults = {
  ...commonDefaults,
  dialect: 'quartz',
  startAt: null,
  gap: 'skip',
  overlap: 'second',
}
const CronBody = described(
  t.type({
    type: t.literal('cron'),
    expression: textUpTo(1_000),
    dialect: t.keyof({ quartz: null, unix: null }),
    startAt: nullable(Instant),
    misfire: CronMisfire,
    gap: GapRule,
    overlap: OverlapRule,
    ...common,
  }),
  {
    name: 'CronScheduleBody',
    closed: true,
    defaults: cronDefaults,
    fields: {
      expression: 'Quartz: six or seven fields, seconds first.',
      startAt: 'No fire before it; null: from its addition on.',
      misfire: 'What becomes of what was missed.',
      gap: 'A wall time that does not exist.',
      overlap: 'A wall time that exists twice.',
      ...aboutCommon,
    },
    example: { type: 'cron', expression: '0 0 2 * * ?', zone: 'Asia/Shanghai' },
  },
)

const simpleDefaults = { ...commonDefaults, startAt: serviceDefault, intervalMs: 0, repeatCount: 0 }
const SimpleBody = described(
  t.type({
    type: t.literal('simple'),
    startAt: Instant,
    intervalMs: integerBetween(0, intervalMsMax),
    repeatCount: integerBetween(-1, 2_147_483_647),
    misfire: SimpleMisfire,
    ...common,
  }),
  {
    name: 'SimpleScheduleBody',
    closed: true,
    defaults: simpleDefaults,
    fields: {
      startAt: 'The first fire.',
      repeatCount: 'Fires after the first; -1: for ever.',
      misfire: 'What becomes of what was missed.',
      ...aboutCommon,
    },
  },
)
export const ScheduleBody = described(t.union([CronBody, SimpleBody]), { name: 'ScheduleBody' })

export const scheduleOf = (
  deps: Pick<ApiDeps, 'taskDefaults' | 'useCases'>,
  given: unknown,
): E.Either<RequestRefusal, Schedule> => {
  if (!isObject(given)) return E.left(invalid([notOfKind('schedule', given, 'cron', 'simple')]))
  const fields = given
  const { zone, misfireThresholdMs, catchUpMax } = deps.taskDefaults
  const service = { zone, misfireThresholdMs, catchUpMax }
  switch (fields['type']) {
    case 'cron':
      return decodeFields(CronBody, { ...cronDefaults, ...service, ...fields }, 'schedule.')
    case 'simple': {
      const startAt = Instant.encode(deps.useCases.now())
      const defaults = { ...simpleDefaults, ...service, startAt }
      return decodeFields(SimpleBody, { ...defaults, ...fields }, 'schedule.')
    }
    default:
      return E.left(invalid([{ field: 'schedule.type', message: cronOrSimple }]))
  }
}

const cronOrSimple = { en: 'expected cron or simple.', zh: '应为 cron 或 simple。' }
