// The rules of an exclusion calendar: it is defined, defined anew, or removed. What it excluded is
// recorded, by revision, in the verdicts it shaped; a change binds later decisions only.
import * as E from 'fp-ts/lib/Either.js'
import type { Decider } from '../decider.ts'
import type { Instant } from '../instant.ts'
import type { CalendarDefinition } from '../schedule/calendar.ts'
import { compileCalendars } from '../schedule/exclusions.ts'
import type { ScheduleProblem } from '../schedule/timetable.ts'
import type { CalendarEvent } from './events.ts'
import type { CalendarId } from './ids.ts'

export type CalendarState =
  | { readonly status: 'Absent' }
  | { readonly status: 'Defined'; readonly definition: CalendarDefinition }
  | { readonly status: 'Removed' }

export type CalendarCommand =
  | {
      readonly type: 'DefineCalendar'
      readonly calendarId: CalendarId
      readonly definition: CalendarDefinition
      /** Define a calendar that is there anew, instead of refusing. */
      readonly replace: boolean
      readonly issuedAt: Instant
    }
  | {
      readonly type: 'RemoveCalendar'
      readonly calendarId: CalendarId
      readonly issuedAt: Instant
    }

export type CalendarRejection =
  | { readonly type: 'CalendarNotFound'; readonly calendarId: CalendarId }
  | { readonly type: 'CalendarAlreadyExists'; readonly calendarId: CalendarId }
  | {
      readonly type: 'CalendarInvalid'
      readonly calendarId: CalendarId
      readonly problem: ScheduleProblem
    }

const decide = (
  command: CalendarCommand,
  state: CalendarState,
): E.Either<CalendarRejection, readonly CalendarEvent[]> => {
  const { calendarId, issuedAt } = command
  switch (command.type) {
    case 'DefineCalendar': {
      const { definition } = command
      const compiled = compileCalendars([{ name: calendarId.name, definition }])
      if (E.isLeft(compiled))
        return E.left({ type: 'CalendarInvalid', calendarId, problem: compiled.left })
      if (state.status === 'Defined' && !command.replace)
        return E.left({ type: 'CalendarAlreadyExists', calendarId })
      const same =
        state.status === 'Defined' &&
        JSON.stringify(state.definition) === JSON.stringify(definition)
      return E.right(same ? [] : [{ type: 'CalendarDefined', definedAt: issuedAt, definition }])
    }
    case 'RemoveCalendar':
      return state.status === 'Defined'
        ? E.right([{ type: 'CalendarRemoved', removedAt: issuedAt }])
        : E.left({ type: 'CalendarNotFound', calendarId })
  }
}

export const calendarDecider: Decider<
  CalendarCommand,
  CalendarState,
  CalendarEvent,
  CalendarRejection
> = {
  initialState: { status: 'Absent' },
  decide,
  evolve: (_state, event) => {
    switch (event.type) {
      case 'CalendarDefined':
        return { status: 'Defined', definition: event.definition }
      case 'CalendarRemoved':
        return { status: 'Removed' }
    }
  },
  // A calendar's newest event is its whole state already.
  carryForward: () => null,
  sinceChange: () => 0,
  carriesState: () => true,
}
