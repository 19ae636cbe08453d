// Answers about what happened to a task, what became of its instants, and what would be.
import * as t from 'io-ts'
import { Instant } from '../../../domain/instant.ts'
import { OverlapPolicy, TaskDefinition } from '../../../domain/task/definition.ts'
import { Cause, SkipVerdict } from '../../../domain/task/events.ts'
import { KeyPart, RunId } from '../../../domain/task/ids.ts'
import { EventMetadata, EventSource } from '../../../event-store/envelope.ts'
import { Position } from '../../../event-store/event-store.ts'
import { described, nullable } from '../../described.ts'
import {
  asOf,
  InstantOrNull,
  next,
  Outcome,
  RunIdOrNull,
  TaskStatus,
  TextOrNull,
  Whole,
  Words,
} from './shared.ts'

const LoggedEvent = described(
  t.type({
    type: t.string,
    revision: Whole,
    position: Position,
    recordedAt: Instant,
    data: t.record(t.string, t.unknown),
    metadata: EventMetadata,
  }),
  { name: 'LoggedEvent', about: 'One event as the log holds it.' },
)
export const Events = described(
  t.type({
    events: t.readonlyArray(LoggedEvent),
    beginsAt: nullable(t.type({ revision: Whole, recordedAt: Instant })),
    next,
  }),
  {
    name: 'Events',
    fields: {
      beginsAt: 'Where it begins when what lay before is no longer kept; null: it is whole.',
    },
  },
)

const EventRef = described(
  t.type({ stream: t.string, revision: Whole, position: t.string, type: t.string }),
  { name: 'EventRef', about: 'Where an event stands.' },
)

const Change = t.type({
  type: t.string,
  at: Instant,
  actor: TextOrNull,
  reason: TextOrNull,
  source: TextOrNull,
})

const occurrenceFields = {
  at: Instant,
  verdict: t.keyof({
    fired: null,
    ...SkipVerdict.keys,
    'not-added': null,
    undecided: null,
    planned: null,
    'not-on-schedule': null,
    ended: null,
  }),
  decided: t.boolean,
  decidedAt: InstantOrNull,
  dueAt: InstantOrNull,
  run: nullable(t.type({ runId: RunId, cause: Cause, decidedAt: Instant, outcome: Outcome })),
  blockedBy: RunIdOrNull,
  overlap: nullable(OverlapPolicy),
  calendars: t.readonly(t.record(t.string, Whole)),
  misfire: TextOrNull,
  catchUpMax: nullable(Whole),
  change: nullable(Change),
  outage: nullable(
    t.type({
      from: Instant,
      to: InstantOrNull,
      because: t.keyof({ stopped: null, lost: null, suspended: null, clock: null }),
      node: t.string,
    }),
  ),
  nearest: nullable(t.type({ before: InstantOrNull, after: InstantOrNull })),
  events: t.readonlyArray(EventRef),
  sentences: Words,
}
const aboutOccurrence = {
  decided: 'Recorded in the log, or only what follows from it so far.',
  dueAt: 'Where jitter puts it; null without jitter.',
  blockedBy: 'The open run that stood in the way.',
  overlap: 'The overlap policy by which it did.',
  calendars: 'Revisions of the exclusion calendars that were consulted, by name.',
  change: 'The pause, replacement, deletion or completion that is the reason.',
  outage: 'Nobody was there to decide it: from when to when (null: still), and why.',
  nearest: 'Nearest planned instants, for an instant that is none.',
  events: 'What the answer rests on.',
}
const Occurrence = described(t.type(occurrenceFields), {
  name: 'Occurrence',
  about: 'What became, or will become, of one instant of a task.',
  fields: aboutOccurrence,
})
export const Occurrences = described(
  t.type({ occurrences: t.readonlyArray(Occurrence), zone: t.string, next }),
  { name: 'Occurrences' },
)
export const Why = described(
  t.type({
    ...occurrenceFields,
    zone: t.string,
    lang: t.keyof({ en: null, zh: null }),
    sentence: t.string,
  }),
  { name: 'Why', fields: aboutOccurrence },
)

const Version = described(
  t.type({
    revision: Whole,
    position: Position,
    type: t.keyof({ TaskAdded: null, TaskReplaced: null, TaskCarriedForward: null }),
    at: Instant,
    actor: TextOrNull,
    reason: TextOrNull,
    source: nullable(EventSource),
    definition: TaskDefinition,
  }),
  { name: 'Version' },
)
export const Versions = described(t.type({ versions: t.readonlyArray(Version), next, ...asOf }), {
  name: 'Versions',
})
const FieldChange = t.type({ field: t.string, from: t.unknown, to: t.unknown })
export const VersionDiff = described(
  t.type({ from: Whole, to: nullable(Whole), changes: t.readonlyArray(FieldChange) }),
  { name: 'VersionDiff' },
)

const Instead = t.type({ at: Instant, instead: TextOrNull })
export const Simulation = described(
  t.type({
    from: Instant,
    through: Instant,
    added: t.readonlyArray(Instead),
    removed: t.readonlyArray(Instead),
    moved: t.readonlyArray(t.type({ from: Instant, to: Instant })),
    kept: Whole,
    counts: t.type({ added: Whole, removed: Whole, moved: Whole, kept: Whole }),
    complete: t.boolean,
  }),
  {
    name: 'Simulation',
    fields: {
      through: 'The end of what was played.',
      complete: 'False when the window holds more decisions than are played.',
    },
  },
)
const Skipped = t.type({
  verdict: SkipVerdict,
  first: Instant,
  last: Instant,
  count: Whole,
  countExact: t.boolean,
})
export const ResumePreview = described(
  t.type({
    at: Instant,
    status: t.keyof({ Absent: null, ...TaskStatus.keys }),
    fires: t.readonlyArray(t.type({ scheduledFor: Instant, cause: Cause })),
    skipped: t.readonlyArray(Skipped),
    next: InstantOrNull,
  }),
  { name: 'ResumePreview', fields: { next: 'The next planned instant after resuming.' } },
)

export const AgendaPage = described(
  t.type({
    from: Instant,
    to: Instant,
    fires: t.readonlyArray(t.type({ at: Instant, group: KeyPart, job: KeyPart })),
    next,
    complete: t.boolean,
    ...asOf,
  }),
  { name: 'AgendaPage' },
)
export const AgendaLoad = described(
  t.type({
    from: Instant,
    to: Instant,
    step: t.keyof({ minute: null, hour: null, day: null }),
    zone: t.string,
    buckets: t.readonlyArray(t.type({ from: Instant, count: Whole })),
    total: Whole,
    complete: t.boolean,
    ...asOf,
  }),
  { name: 'AgendaLoad' },
)
