// THE NAMES AND SHAPES IN THIS FILE ARE THE STORAGE FORMAT. They never change meaning.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instant } from '../instant.ts'
import { problemsOf } from '../problems.ts'
import { CalendarDefinition } from '../schedule/calendar.ts'

const CalendarDefined = t.readonly(
  t.exact(
    t.type({
      type: t.literal('CalendarDefined'),
      definedAt: Instant,
      definition: CalendarDefinition,
    }),
  ),
)
const CalendarRemoved = t.readonly(
  t.exact(t.type({ type: t.literal('CalendarRemoved'), removedAt: Instant })),
)
export type CalendarEvent = t.TypeOf<typeof CalendarDefined> | t.TypeOf<typeof CalendarRemoved>

export const encodeCalendarEvent = (event: CalendarEvent) => {
  const { type, ...data } =
    event.type === 'CalendarDefined' ? CalendarDefined.encode(event) : CalendarRemoved.encode(event)
  return { type, data }
}

export const decodeCalendarEvent = (stored: {
  readonly type: string
  readonly data: unknown
}): E.Either<readonly string[], CalendarEvent> => {
  const { type, data } = stored
  const whole = { ...(typeof data === 'object' ? data : {}), type }
  switch (type) {
    case 'CalendarDefined':
      return E.mapLeft(problemsOf)(CalendarDefined.decode(whole))
    case 'CalendarRemoved':
      return E.mapLeft(problemsOf)(CalendarRemoved.decode(whole))
    default:
      return E.left([`unknown event type ${type}`])
  }
}
