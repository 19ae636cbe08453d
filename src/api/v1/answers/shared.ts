// What many answers have in common.
import * as t from 'io-ts'
import { Instant } from '../../../domain/instant.ts'
import { KeyPart, RunId } from '../../../domain/task/ids.ts'
import { described, nullable } from '../../described.ts'

export const Whole = described(t.refinement(t.number, Number.isInteger, 'a whole number'), {
  schema: { type: 'integer' },
})

export const Words = described(t.type({ en: t.string, zh: t.string }), {
  name: 'Words',
  about: 'The same in both languages.',
})

export const Fresh = t.intersection([
  t.type({ position: nullable(t.string) }),
  t.partial({ ageMs: nullable(t.number), at: Instant }),
])
described(Fresh, {
  name: 'AsOf',
  about: 'How far in the log the answer reaches.',
  fields: {
    position: 'Everything up to here is in the answer; null before the first event.',
    ageMs: 'Everything recorded until so many milliseconds ago is in it; null: not known yet.',
    at: 'The past moment, where one was asked about.',
  },
})

/** An answer that says how far it reaches. */
export const asOf = { asOf: Fresh }

/** From when on a list of what happened is whole. */
export const retainedFrom = described(nullable(Instant), {
  about: 'What happened before this is no longer kept; null: all of it is.',
})

/** Where a list goes on. */
export const next = described(nullable(t.string), {
  about: '`cursor` of the next page; null: this is the last.',
})

export const taskKey = { tenant: KeyPart, group: KeyPart, job: KeyPart }

export const FinalOutcome = t.keyof({
  succeeded: null,
  failed: null,
  'timed-out': null,
  cancelled: null,
})

export const Outcome = t.keyof({
  running: null,
  retrying: null,
  accepted: null,
  ...FinalOutcome.keys,
})

export const TaskStatus = t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null })

/** What an accepted change tells: where it stands. */
export const written = {
  revision: described(nullable(Whole), {
    about: 'Of the newest event; null when nothing was ever written.',
  }),
  position: described(nullable(t.string), {
    about: 'For `after` of a question; null when nothing had to be written.',
  }),
}

export const RunIdOrNull = nullable(RunId)
export const TextOrNull = nullable(t.string)
export const InstantOrNull = nullable(Instant)
