// Answers of the two questions that need no task: what would a schedule do, what does a callee say.
import * as t from 'io-ts'
import { Instant } from '../../../domain/instant.ts'
import { described, nullable } from '../../described.ts'
import { TextOrNull, Words } from './shared.ts'

const Fire = t.type({
  at: Instant,
  local: t.string,
  weekday: t.number,
  mark: nullable(t.keyof({ 'first-pass': null, 'second-pass': null, 'after-gap': null })),
  excludedBy: t.readonlyArray(t.string),
})
described(Fire, {
  fields: {
    local: 'As the wall shows it: `2026-11-01T01:30:00-05:00`.',
    weekday: 'Sunday is 0.',
    mark: 'What a change of clocks does to it.',
    excludedBy: 'Calendars at whose word it will not fire.',
  },
})
const ClockChange = t.type({
  at: Instant,
  type: t.keyof({ forward: null, back: null }),
  before: t.string,
  after: t.string,
  words: Words,
})

export const Preview = described(
  t.type({
    words: Words,
    canonical: TextOrNull,
    fires: t.readonlyArray(Fire),
    more: t.boolean,
    changes: t.readonlyArray(ClockChange),
    missingCalendars: t.readonlyArray(t.string),
  }),
  {
    name: 'Preview',
    fields: {
      canonical: 'The expression in canonical form.',
      changes: 'Clock changes that fall onto times the schedule names.',
      missingCalendars: 'Calendars it names that are not defined.',
    },
  },
)
