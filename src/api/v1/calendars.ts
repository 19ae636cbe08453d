// Exclusion calendars: which are there, and defining or removing one. Answers come from what this
// process knows of the calendars' streams; a change is visible in its own answer by its revision.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { CalendarDefinition } from '../../domain/schedule/calendar.ts'
import type { CalendarId } from '../../domain/calendar/ids.ts'
import type { CalendarState } from '../../domain/calendar/decider.ts'
import type { CalendarEvent } from '../../domain/calendar/events.ts'
import type { KnownCalendar } from '../../domain/calendar/snapshot.ts'
import type { Handled } from '../../commands/command-handler.ts'
import type { ApiDeps } from '../deps.ts'
import { described, serviceDefault } from '../described.ts'
import type { Refusal } from '../refusals.ts'
import { contextOf } from './context.ts'
import { decodeFields, readJsonObject } from './json-body.ts'
import { expectsNothing, seenRevision } from './preconditions.ts'
import { question, readPathPart, type Asked } from './question.ts'
import { flag, type Fields } from './query.ts'
import { reasonField } from './reason.ts'
import { rehearseCalendar } from './rehearsal.ts'

export const listCalendars = (deps: ApiDeps) =>
  question(deps, {}, ({ tenant }) =>
    Promise.resolve(
      E.right({
        calendars: known(deps)
          .filter(({ calendarId }) => calendarId.tenant === tenant)
          .map(calendarJson),
      }),
    ),
  )

export const showCalendar = (deps: ApiDeps) =>
  question(deps, {}, (asked) => {
    const calendarId = calendarIdOf(asked)
    if (E.isLeft(calendarId)) return Promise.resolve(calendarId)
    const { tenant, name } = calendarId.right
    const found = known(deps).find(({ calendarId: id }) => id.tenant === tenant && id.name === name)
    return Promise.resolve(
      found === undefined
        ? E.left({ type: 'CalendarNotFound' as const, calendarId: calendarId.right })
        : E.right(calendarJson(found)),
    )
  })

export const calendarDefaults = { zone: serviceDefault, exemptDates: [] }
const { zone, rules, exemptDates } = CalendarDefinition.type.props
export const CalendarBody = described(t.type({ zone, rules, exemptDates }), {
  name: 'CalendarBody',
  closed: true,
  defaults: calendarDefaults,
  example: {
    zone: 'Asia/Shanghai',
    rules: [
      { type: 'weekdays', weekdays: ['SAT', 'SUN'] },
      { type: 'yearlyDates', dates: ['10-01'] },
    ],
    exemptDates: ['2026-10-10'],
  },
})

/** Body: `{"zone"?, "rules": […], "exemptDates"?}`. With `dryRun=true` nothing is stored. */
export const putCalendar = (deps: ApiDeps) =>
  question(deps, { ...reasonField, dryRun: flag }, async (asked) => {
    const calendarId = calendarIdOf(asked)
    if (E.isLeft(calendarId)) return calendarId
    const seen = seenRevision(asked)
    if (E.isLeft(seen)) return seen
    const body = await readJsonObject(deps, asked.request)
    if (E.isLeft(body)) return body
    const given = { ...calendarDefaults, zone: deps.taskDefaults.zone, ...body.right }
    const definition = decodeFields(CalendarBody, given, '')
    if (E.isLeft(definition)) return definition
    const replace = !expectsNothing(asked)
    const input = { calendarId: calendarId.right, definition: definition.right, replace }
    if (asked.query.dryRun) return rehearseCalendar(deps, input)
    const handled = await deps.calendars.handle(
      {
        type: 'DefineCalendar',
        ...input,
        issuedAt: deps.useCases.now(),
      },
      contextOf(deps, asked.request, asked.query.reason),
      seen.right ?? undefined,
    )()
    return E.map((done: Done) => ({ name: calendarId.right.name, ...written(done) }))(handled)
  })

export const deleteCalendar = (deps: ApiDeps) =>
  question(deps, reasonField, async (asked) => {
    const calendarId = calendarIdOf(asked)
    if (E.isLeft(calendarId)) return calendarId
    const seen = seenRevision(asked)
    if (E.isLeft(seen)) return seen
    const handled = await deps.calendars.handle(
      {
        type: 'RemoveCalendar',
        calendarId: calendarId.right,
        issuedAt: deps.useCases.now(),
      },
      contextOf(deps, asked.request, asked.query.reason),
      seen.right ?? undefined,
    )()
    return E.map((done: Done) => ({ name: calendarId.right.name, ...written(done) }))(handled)
  })

type Done = Handled<CalendarState, CalendarEvent>

const known = ({ useCases }: ApiDeps): readonly KnownCalendar[] =>
  useCases.planningContext().calendars.all()

const written = ({ revision, position }: Done) => ({ revision, position })

const calendarJson = ({ calendarId, definition, revision }: KnownCalendar) => ({
  name: calendarId.name,
  revision,
  ...definition,
})

const calendarIdOf = (asked: Asked<Fields>): E.Either<Refusal, CalendarId> => {
  const name = readPathPart('name', asked)
  return E.isLeft(name) ? name : E.right({ tenant: asked.tenant, name: name.right })
}
