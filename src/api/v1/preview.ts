// What would this schedule do? Pure: nothing is stored, and the answer is the domain's own. The
// schedule has the shape `GET /api/v1/tasks/{group}/{job}` answers; what it leaves out takes the
// service's defaults.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../../domain/instant.ts'
import { compileCalendars, type CompiledCalendars } from '../../domain/schedule/exclusions.ts'
import { preview, previewCountMax, type PreviewQuery } from '../../domain/schedule/preview.ts'
import type { Schedule } from '../../domain/schedule/schedule.ts'
import type { KeyPart } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { described, integerBetween } from '../described.ts'
import { invalid, type Refusal, type RequestRefusal } from '../refusals.ts'
import { decodeFields, readJsonObject, type JsonFields } from './json-body.ts'
import { question } from './question.ts'
import { ScheduleBody, scheduleOf } from './schedule-body.ts'

export const showPreview = (deps: ApiDeps) =>
  question(deps, {}, async ({ tenant, request }) => {
    const body = await readJsonObject(deps, request)
    if (E.isLeft(body)) return body
    const { schedule: given, ...rest } = body.right
    const asked = queryOf(deps, rest)
    if (E.isLeft(asked)) return asked
    const schedule = scheduleOf(deps, given)
    if (E.isLeft(schedule)) return schedule
    const calendars = calendarsOf(deps, tenant, schedule.right)
    if (E.isLeft(calendars)) return calendars
    const { compiled, missing } = calendars.right
    const shown = preview(schedule.right, asked.right, compiled)
    if (E.isLeft(shown)) return E.left({ type: 'ScheduleRefused', problem: shown.left })
    const { fires, changes, ...others } = shown.right
    return E.right({
      ...others,
      fires: fires.map((fire) => ({ ...fire, at: Instant.encode(fire.at) })),
      changes: changes.map((change) => ({ ...change, at: Instant.encode(change.at) })),
      missingCalendars: missing,
    })
  })

const previewDefaults = { count: 10 }
const QueryFields = t.intersection([
  t.type({ count: integerBetween(1, previewCountMax) }),
  t.partial({ after: Instant, before: Instant, from: Instant, to: Instant }),
])
export const PreviewBody = described(
  t.intersection([t.type({ schedule: ScheduleBody }), QueryFields]),
  {
    name: 'PreviewBody',
    closed: true,
    defaults: previewDefaults,
    about: 'Instants after one (now, unless given), before one, or of a window.',
    example: { schedule: { type: 'cron', expression: '0 30 9 ? * MON-FRI' }, count: 5 },
  },
)

const queryOf = (
  { useCases }: ApiDeps,
  given: JsonFields,
): E.Either<RequestRefusal, PreviewQuery> => {
  const decoded = decodeFields(QueryFields, { ...previewDefaults, ...given }, '')
  if (E.isLeft(decoded)) return decoded
  const { count, after, before, from, to } = decoded.right
  const ways = [after, before, from ?? to].filter((way) => way !== undefined).length
  if (ways > 1 || (from === undefined) !== (to === undefined)) return E.left(oneWay)
  if (before !== undefined) return E.right({ type: 'previous', before, count })
  if (from !== undefined && to !== undefined) return E.right({ type: 'between', from, to, count })
  return E.right({ type: 'next', after: after ?? useCases.now(), count })
}

const oneWay = invalid([
  {
    field: 'body',
    message: {
      en: 'give after, or before, or from and to.',
      zh: '请只给出 after、before 或 from 与 to 之一。',
    },
  },
])

const calendarsOf = (
  { useCases }: ApiDeps,
  tenant: KeyPart,
  schedule: Schedule,
): E.Either<Refusal, { compiled: CompiledCalendars | null; missing: readonly string[] }> => {
  const named = new Map(
    useCases
      .planningContext()
      .calendars.all()
      .filter(({ calendarId }) => calendarId.tenant === tenant)
      .map(({ calendarId, definition }) => [calendarId.name as string, definition]),
  )
  const found = schedule.calendars.flatMap((name) => {
    const definition = named.get(name)
    return definition === undefined ? [] : [{ name, definition }]
  })
  const missing = schedule.calendars.filter((name) => !named.has(name))
  if (found.length === 0) return E.right({ compiled: null, missing })
  const compiled = compileCalendars(found)
  return E.isLeft(compiled)
    ? E.left({ type: 'ScheduleRefused', problem: compiled.left })
    : E.right({ compiled: compiled.right, missing })
}
