// All calendars as one process knows them at one moment: what a decision consults, and the revisions
// it then records. Immutable; a change makes a new snapshot.
import * as E from 'fp-ts/lib/Either.js'
import type { CalendarDefinition } from '../schedule/calendar.ts'
import { compileCalendars } from '../schedule/exclusions.ts'
import type { Exclusions } from '../schedule/settle.ts'
import { streamOfCalendar, type CalendarId } from './ids.ts'

export interface KnownCalendar {
  readonly calendarId: CalendarId
  readonly definition: CalendarDefinition
  readonly revision: number
}

export interface Consulted {
  /** Null: nothing is excluded. */
  readonly exclusions: Exclusions | null
  /** Revision of each calendar consulted, by name. */
  readonly revisions: Readonly<Record<string, number>>
  /** Names nobody has defined; they exclude nothing. */
  readonly missing: readonly string[]
}

export interface CalendarSnapshot {
  readonly consult: (tenant: CalendarId['tenant'], names: readonly string[]) => Consulted
  readonly all: () => readonly KnownCalendar[]
}

const nothing: Consulted = { exclusions: null, revisions: {}, missing: [] }

export const noCalendars: CalendarSnapshot = {
  consult: (_tenant, names) => (names.length === 0 ? nothing : { ...nothing, missing: names }),
  all: () => [],
}

/** By stream name. Combinations are compiled once per snapshot. */
export const snapshotOf = (calendars: ReadonlyMap<string, KnownCalendar>): CalendarSnapshot => {
  const compiled = new Map<string, Consulted>()
  return {
    all: () => [...calendars.values()],
    consult: (tenant, names) => {
      if (names.length === 0) return nothing
      const key = JSON.stringify([tenant, ...names])
      const known = compiled.get(key) ?? consult(calendars, tenant, names)
      compiled.set(key, known)
      return known
    },
  }
}

const consult = (
  calendars: ReadonlyMap<string, KnownCalendar>,
  tenant: CalendarId['tenant'],
  names: readonly string[],
): Consulted => {
  const found: (KnownCalendar & { readonly name: string })[] = []
  const missing: string[] = []
  for (const name of names) {
    const id = { tenant, name } as CalendarId
    const calendar = calendars.get(streamOfCalendar(id))
    if (calendar === undefined) missing.push(name)
    else found.push({ ...calendar, name })
  }
  const exclusions = compileCalendars(found)
  return {
    // Each was compiled when it was defined; together they can only be too many.
    exclusions: E.isLeft(exclusions) || found.length === 0 ? null : exclusions.right,
    revisions: Object.fromEntries(found.map(({ name, revision }) => [name, revision])),
    missing,
  }
}
