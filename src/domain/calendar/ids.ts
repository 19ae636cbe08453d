// A calendar's name is unique in its tenant; its stream is named after both.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { KeyPart } from '../task/ids.ts'

export const CalendarId = t.readonly(t.type({ tenant: KeyPart, name: KeyPart }), 'CalendarId')
export type CalendarId = t.TypeOf<typeof CalendarId>

export const calendarStreamPrefix = 'calendar-'

/** `calendar-<tenant>/<name>`, each part percent-encoded. */
export const streamOfCalendar = ({ tenant, name }: CalendarId): string =>
  `${calendarStreamPrefix}${encodeURIComponent(tenant)}/${encodeURIComponent(name)}`

export const calendarOfStream = (stream: string): E.Either<string, CalendarId> => {
  const parts = stream.startsWith(calendarStreamPrefix)
    ? stream.slice(calendarStreamPrefix.length).split('/')
    : []
  const decoded = E.tryCatch(
    () => parts.map(decodeURIComponent),
    () => `not a calendar stream: ${stream}`,
  )
  if (E.isLeft(decoded)) return decoded
  const [tenant, name] = decoded.right
  return parts.length === 2
    ? E.mapLeft(() => `not a calendar stream: ${stream}`)(CalendarId.decode({ tenant, name }))
    : E.left(`not a calendar stream: ${stream}`)
}
